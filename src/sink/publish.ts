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
import { asideName, putBack, setAside } from './aside.ts';
import {
  isSameTime,
  PRIVATE,
  partsOf,
  READ,
  requireOwn,
  settleFile,
  settleTime,
  sizeOf,
  writerAt,
} from './file-parts.ts';
import { standingAt } from './standing.ts';

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
const packedOf = ({ directory, log, ending }: Ready): string => join(directory, log + ending);
const asideOf = ({ log, made }: Ready): string => asideName(log, made.ino);

/** Brings a ready one to its end. False where its log was written to meanwhile: then nothing has happened. */
export function finish(directory: string, name: string): boolean {
  let ready = readReady(directory, name);
  const before = findLog(ready);
  try {
    ready = publish(ready);
  } catch (error) {
    // Without the log there is nothing else that has its lines.
    if (before?.isSame === true) removeReady(ready);
    throw error;
  }
  if (findLog(ready)?.isSame === true) setAside(directory, ready.log, ready.made.ino);
  // Names are on the disk before the log's goes.
  syncDirectory(directory);
  const isPacked = removeLog(ready);
  unlinkSync(pathOf(ready));
  return isPacked;
}

/** Removes the log that was packed. False where it was written to since, or could not be set aside: what was packed is taken back. */
function removeLog(ready: Ready): boolean {
  const { directory, log } = ready;
  const aside = asideOf(ready);
  const found = findLog(ready);
  const isPacked = found === undefined || (found.isSame && found.name === aside);
  if (!isPacked) withdraw(ready);
  if (found?.name === aside && isPacked) unlinkSync(join(directory, aside));
  // Another that was put in its place just when it was to be set aside is there too.
  else if (sizeOf(join(directory, aside)) !== undefined) putBack(directory, aside, log);
  return isPacked;
}

/** The log that was packed, whether it was set aside or not, and whether it is as it was; undefined where it is gone. */
function findLog(ready: Ready): { readonly name: string; readonly isSame: boolean } | undefined {
  const { directory, log, made } = ready;
  for (const name of [asideOf(ready), log]) {
    const found = lstatSync(join(directory, name), { bigint: true, throwIfNoEntry: false });
    if (found !== undefined && found.ino === made.ino && found.size >= made.size)
      return { name, isSame: isSame(found, made) };
  }
  return undefined;
}

/** Whether a file is the one that was packed, and was not written to since. */
export function isSame(found: Ready['made'], { ino, size, mtimeNs }: Ready['made']): boolean {
  return found.ino === ino && found.size === size && found.mtimeNs === mtimeNs;
}

/** What it becomes is there then. Gives it as it is called then; what somebody else added meanwhile stays, and it goes behind that. */
function publish(ready: Ready): Ready {
  if (ready.from !== undefined) return add(ready, ready.from);
  if (isLinked(ready)) return ready;
  try {
    linkSync(pathOf(ready), packedOf(ready));
    return ready;
  } catch {
    // There is a packed file now, or the file system has no second names.
    return publish(rename(ready, sizeOf(packedOf(ready)) ?? 0));
  }
}

function isLinked(ready: Ready): boolean {
  const made = lstatSync(pathOf(ready));
  const there = lstatSync(packedOf(ready), { throwIfNoEntry: false });
  return there !== undefined && there.ino === made.ino && there.dev === made.dev;
}

/** Gives it the name that says this length. */
function rename(ready: Ready, from: number): Ready {
  const name = readyName(ready.log, ready.ending, from, ready.made);
  renameSync(pathOf(ready), join(ready.directory, name));
  return { ...ready, name, from };
}

/** Adds to the packed file, which has this length without it, what is not there yet. Where that fails the file is as it was. */
function add(ready: Ready, from: number): Ready {
  return withBoth(ready, ADD, (source, target) => {
    const standing = standingAt(source, target, from);
    if (standing === 'whole') return ready;
    if (standing === 'part') {
      ftruncateSync(target, from);
      addAt(source, target, from, packedOf(ready));
      return ready;
    }
    const end = fstatSync(target).size;
    const renamed = rename(ready, end);
    addAt(source, target, end, packedOf(ready));
    return renamed;
  });
}

function addAt(source: number, target: number, at: number, packed: string): void {
  const made = fstatSync(source, { bigint: true });
  const before = fstatSync(target, { bigint: true });
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
}

/** Takes back what `publish` did. What somebody else added behind it stays: then lines are doubled rather than lost. */
function withdraw(ready: Ready): void {
  const { from } = ready;
  if (from === undefined) {
    // Its time is the log's as long as nobody added.
    const { mtimeNs } = lstatSync(packedOf(ready), { bigint: true });
    if (isLinked(ready) && isSameTime(mtimeNs, ready.made.mtimeNs)) unlinkSync(packedOf(ready));
    return;
  }
  withBoth(ready, ADD & ~constants.O_CREAT, (source, target) => {
    const isLast = fstatSync(target).size === from + fstatSync(source).size;
    if (!isLast || standingAt(source, target, from) !== 'whole') return;
    if (from === 0) unlinkSync(packedOf(ready));
    else ftruncateSync(target, from);
  });
}

/** Calls with descriptors of a ready one and of its packed file. */
function withBoth<Result>(ready: Ready, flags: number, action: (source: number, target: number) => Result): Result {
  const packed = packedOf(ready);
  const source = openSync(pathOf(ready), READ);
  try {
    const target = openSync(packed, flags, PRIVATE);
    try {
      requireOwn(target, ready.directory, packed);
      return action(source, target);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
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

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
