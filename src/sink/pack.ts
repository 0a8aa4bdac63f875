// Packs the log file of a day that is over. Whoever ends httplog in the middle, kill -9 or a power cut, loses and doubles
// nothing:
//
// 1. The log is packed into a hidden `.http-20261123.log.gz.part`. What is found of it later is removed: the log is there.
// 2. When that is whole and on the disk it gets a name that says all that is left to do: how long the packed file of that day
//    is without it (`new` where there is none), and which log it was made of, by inode, size and time:
//    `.http-20261123.log.gz.new.1234.5678.1795476395658543000.ready`.
// 3. It becomes the packed file, as a second name of the same file, or is added to the one that is there. What was added only
//    in part is cut off first, as the length before is known; what was added whole is not added again.
// 4. The log is removed, if it is still the same, then the hidden name. If the log was written to meanwhile, 3 is undone.
//
// 3 and 4 can be done again from any point: at the next start that is the first thing to be done.
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { PRIVATE, partsOf, READ, requireOwn, settleFile, sizeOf, writerAt } from './file-parts.ts';
import { whyRefused } from './log-file.ts';
import { HAS_ZSTD, type PackingName, readLogName } from './old-files.ts';
import { PACKINGS, type Packing } from './packing.ts';
import { finish, isSame, readyName } from './publish.ts';

const MAKE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Whether packing shall go on; where it shall not, nothing has happened. Called after each part. */
export type GoOn = () => boolean;

/** Packs a log file and removes it. False where nothing has happened: it shall stop, or the log was written to meanwhile. */
export function packLog(directory: string, log: string, wanted: PackingName, goOn: GoOn): boolean {
  const packing = packingFor(directory, log, wanted);
  const part = join(directory, `.${log}${packing.ending}.part`);
  const source = openLog(directory, log);
  try {
    const before = fstatSync(source, { bigint: true });
    const isWhole = makeFile(part, before, (target) => packInto(target, source, log, before, packing, goOn));
    if (!isWhole) return false;
    // By its name: somebody may have renamed it.
    const after = lstatSync(join(directory, log), { bigint: true, throwIfNoEntry: false });
    if (after === undefined || !isSame(after, before)) {
      unlinkSync(part);
      return false;
    }
    const ready = readyName(log, packing.ending, sizeOf(join(directory, log + packing.ending)), before);
    renameSync(part, join(directory, ready));
    return finish(directory, ready);
  } finally {
    closeSync(source);
  }
}

/** A day is packed in one way: what comes later is added in the way of what is there. */
function packingFor(directory: string, log: string, wanted: PackingName): Packing {
  const names: readonly PackingName[] = HAS_ZSTD ? ['gzip', 'zstd'] : ['gzip'];
  const isThere = (name: PackingName): boolean => sizeOf(join(directory, log + PACKINGS[name].ending)) !== undefined;
  return PACKINGS[isThere(wanted) ? wanted : (names.find(isThere) ?? wanted)];
}

/** Opens a log file to read it. Throws the system's error, or that it is not one of httplog's. */
function openLog(directory: string, log: string): number {
  if (readLogName(log)?.ending !== '') throw new Error(`${log}: no name of a log file`);
  const path = join(directory, log);
  const source = openSync(path, READ);
  try {
    requireOwn(source, directory, path);
    return source;
  } catch (error) {
    closeSync(source);
    throw error;
  }
}

/** Makes a file with the rights and the time of another; none where that fails or, as `fill` says, shall not go on. */
function makeFile(path: string, like: BigIntStats, fill: (descriptor: number) => boolean): boolean {
  const descriptor = openSync(path, MAKE, PRIVATE);
  let isMade = false;
  try {
    isMade = fill(descriptor);
    if (isMade) settleFile(descriptor, like);
    return isMade;
  } catch (error) {
    isMade = false;
    throw error;
  } finally {
    closeSync(descriptor);
    if (!isMade) unlinkSync(path);
  }
}

/** False where it shall not go on. */
function packInto(
  target: number,
  source: number,
  name: string,
  { size, mtimeMs }: BigIntStats,
  packing: Packing,
  goOn: GoOn,
): boolean {
  const packer = packing.open(name, Number(mtimeMs));
  const write = writerAt(target, 0);
  write(packer.begin());
  for (const part of partsOf(source, packing.partBytes, Number(size))) {
    write(packer.pack(part));
    if (!goOn()) return false;
  }
  write(packer.end());
  return true;
}

/** Finishes what a run before left. Returns whether a log is packed now. */
export function settle(directory: string, leftover: string): boolean {
  const path = join(directory, leftover);
  const found = lstatSync(path, { throwIfNoEntry: false });
  // What somebody else put there is not ours to judge.
  if (found === undefined || whyRefused(found, statSync(directory)) !== undefined) return false;
  if (leftover.endsWith('.ready')) return finish(directory, leftover);
  unlinkSync(path);
  return false;
}
