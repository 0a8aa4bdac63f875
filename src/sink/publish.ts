// The last steps of packing (./pack), which can be done again from any point: what is packed becomes the packed file of its day,
// or is added to it; then the log goes.
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { PRIVATE, partsOf, READ, requireOwn, settleFile, settleTime, sizeOf, writerAt } from './file-parts.ts';

const ADD = READ | constants.O_RDWR | constants.O_CREAT;
const COPY_BYTES = 262144;

/** What the name of a ready one says. */
interface Ready {
  readonly directory: string;
  readonly name: string;
  /** Name of the log, and the ending that its packed file has. */
  readonly log: string;
  readonly ending: string;
  /** Length of the packed file without it; undefined where there was none. */
  readonly from: number | undefined;
  /** Of the log that it was made of. */
  readonly made: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs'>;
}

const READY = /^\.(.*\.log)(\.gz|\.zst)\.(new|\d+)\.(\d+)\.(\d+)\.(\d+)\.ready$/;

/** The name of a ready one. */
export function readyName(
  log: string,
  ending: string,
  from: number | undefined,
  { ino, size, mtimeNs }: Ready['made'],
): string {
  return `.${log}${ending}.${from ?? 'new'}.${ino}.${size}.${mtimeNs}.ready`;
}

function readReady(directory: string, name: string): Ready {
  const [, log = '', ending = '', from = '', ino = '', size = '', mtimeNs = ''] = READY.exec(name) ?? [];
  return {
    directory,
    name,
    log,
    ending,
    from: from === 'new' ? undefined : Number(from),
    made: { ino: BigInt(ino), size: BigInt(size), mtimeNs: BigInt(mtimeNs) },
  };
}

const pathOf = ({ directory, name }: Ready): string => join(directory, name);
const logOf = ({ directory, log }: Ready): string => join(directory, log);
const packedOf = ({ directory, log, ending }: Ready): string => join(directory, log + ending);

/** Brings a ready one to its end. False where its log was written to meanwhile: then nothing has happened. */
export function finish(directory: string, name: string): boolean {
  let ready = readReady(directory, name);
  const before = statLog(ready);
  try {
    if (!isPublished(ready)) ready = publish(ready);
  } catch (error) {
    // Without the log there is nothing else that has its lines.
    if (before === 'same') removeReady(ready);
    throw error;
  }
  syncDirectory(directory);
  const after = statLog(ready);
  if (after === 'same') unlinkSync(logOf(ready));
  if (after === 'grown') withdraw(ready);
  unlinkSync(pathOf(ready));
  return after !== 'grown';
}

/** Whether the log is still the one that was packed. */
function statLog(ready: Ready): 'same' | 'grown' | 'gone' {
  const { made } = ready;
  const found = lstatSync(logOf(ready), { bigint: true, throwIfNoEntry: false });
  if (found === undefined || found.ino !== made.ino || found.size < made.size) return 'gone';
  return isSame(found, made) ? 'same' : 'grown';
}

/** Whether a file is the one that was packed, and was not written to since. */
export function isSame(found: Ready['made'], { ino, size, mtimeNs }: Ready['made']): boolean {
  return found.ino === ino && found.size === size && found.mtimeNs === mtimeNs;
}

function isPublished(ready: Ready): boolean {
  const made = lstatSync(pathOf(ready));
  const there = lstatSync(packedOf(ready), { throwIfNoEntry: false });
  if (there === undefined) return false;
  if (ready.from === undefined) return there.ino === made.ino && there.dev === made.dev;
  return there.size >= ready.from + made.size;
}

/** Gives it as it is then called. */
function publish(ready: Ready): Ready {
  if (ready.from !== undefined) {
    add(ready, ready.from);
    return ready;
  }
  try {
    linkSync(pathOf(ready), packedOf(ready));
    return ready;
  } catch {
    // There is a packed file now, or the file system has no second names.
    const from = sizeOf(packedOf(ready)) ?? 0;
    const name = readyName(ready.log, ready.ending, from, ready.made);
    renameSync(pathOf(ready), join(ready.directory, name));
    return publish({ ...ready, name, from });
  }
}

/** Adds to the packed file, which has this length without it. Where that fails the file is as it was. */
function add(ready: Ready, from: number): void {
  const packed = packedOf(ready);
  const source = openSync(pathOf(ready), READ);
  const target = openSync(packed, ADD, PRIVATE);
  try {
    requireOwn(target, ready.directory, packed);
    const made = fstatSync(source, { bigint: true });
    const before = fstatSync(target, { bigint: true });
    const at = Math.min(from, Number(before.size));
    ftruncateSync(target, at);
    try {
      const write = writerAt(target, at);
      for (const part of partsOf(source, COPY_BYTES, Number(made.size))) write(part);
      if (at === 0) settleFile(target, made);
      else settleTime(target, before.mtimeNs > made.mtimeNs ? before : made);
    } catch (error) {
      if (at === 0) unlinkSync(packed);
      else ftruncateSync(target, at);
      throw error;
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

/** Takes back what `publish` did. */
function withdraw(ready: Ready): void {
  const { from = 0 } = ready;
  if (from === 0) {
    unlinkSync(packedOf(ready));
    return;
  }
  const target = openSync(packedOf(ready), ADD & ~constants.O_CREAT);
  try {
    ftruncateSync(target, from);
  } finally {
    closeSync(target);
  }
}

/** `publish` may have renamed it before it failed. */
function removeReady(ready: Ready): void {
  const { log, ending, made } = ready;
  for (const from of [ready.from, sizeOf(packedOf(ready)) ?? 0]) {
    const path = join(ready.directory, readyName(log, ending, from, made));
    if (sizeOf(path) !== undefined) unlinkSync(path);
  }
}

/** Names are on the disk before the log's goes. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
