// The log directory: made where it is missing, and proved to be one in which files can be made that nobody else put there.
import { closeSync, constants, fchownSync, fstatSync, mkdirSync, openSync, type Stats, unlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './destination.ts';
import { FILE_FLAGS, FILE_MODE, whyRefused } from './log-file.ts';
import { whyNoLogDirectory } from './trust.ts';
import { UnfitDirectory } from './unfit-directory.ts';
import { type WayEnd, walkTo, walkToLater } from './way.ts';

/** A full disk is no question of rights, and it passes: the run begins, and tells what it loses. */
const PASSES: readonly string[] = ['ENOSPC', 'EDQUOT'];

/**
 * Makes a directory, and those above it, where they are missing; gives those made, the uppermost first. (`recursive` of Node's own
 * call never returns below /proc, or in a working directory that was removed.)
 */
export function makeDirectory(path: string): string[] {
  try {
    mkdirSync(path);
    return [path];
  } catch (error) {
    if (isMade(path, error)) return [];
    const made = makeDirectory(dirname(path));
    mkdirSync(path);
    return [...made, path];
  }
}

/** The same without waiting for a file system that stalls. */
async function makeDirectoryLater(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (isMade(path, error)) return;
    await makeDirectoryLater(dirname(path));
    await mkdir(path);
  }
}

/** Whether a directory that could not be made is there; false where one above it is missing. Throws any other error. */
function isMade(path: string, error: unknown): boolean {
  const code = codeOf(error);
  if (code !== 'EEXIST' && (code !== 'ENOENT' || dirname(path) === path)) throw error;
  return code === 'EEXIST';
}

/**
 * Makes the log directory where it is missing, and gives what it made to this user, if there is one. Throws the system's error. (Not
 * by libuv's threads: those that start before root is given up would keep what it gives.)
 */
export function prepareDirectory(directory: string, user?: { readonly id: number; readonly group: number }): void {
  const made = makeDirectory(directory);
  if (user !== undefined) for (const path of made) giveTo(path, user.id, user.group);
}

/**
 * Looks at the log directory, which is made if it is gone, and that nobody else can put files there: somebody may have taken it away,
 * and made his own. Nothing waits for it but who calls. Rejects with UnfitDirectory, or the system's error.
 */
export async function requireDirectory(directory: string): Promise<Stats> {
  let end = await walkToLater(directory);
  if (!end.isThere) {
    await makeDirectoryLater(directory);
    end = await walkToLater(directory);
  }
  return requireFit(directory, end);
}

function requireFit(directory: string, { stats, isThere }: WayEnd): Stats {
  const why = isThere ? whyNoLogDirectory(stats) : 'ENOENT';
  if (why !== undefined) throw new UnfitDirectory(directory, why);
  return stats;
}

/** No link in its place is followed. */
function giveTo(path: string, user: number, group: number): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchownSync(descriptor, user, group);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Proves that this process can make files in a log directory, by making one that goes again at once, that those of these names that
 * are there can be written to, and that nobody else can put others in their place.
 * @throws UnfitDirectory
 */
export function proveDirectory(directory: string, names: readonly string[]): void {
  const stats = requireFit(directory, walkTo(directory));
  for (const name of names) proveFile(join(directory, name), stats);
  attempt(directory, () => makeAndRemove(join(directory, proofName())));
}

/** Opens a file that is there as the writer will. */
function proveFile(path: string, directory: Stats): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, FILE_FLAGS & ~constants.O_CREAT);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new UnfitDirectory(path, codeOf(error));
  }
  try {
    const refused = whyRefused(fstatSync(descriptor), directory);
    if (refused !== undefined) throw new UnfitDirectory(path, refused);
  } finally {
    closeSync(descriptor);
  }
}

/** A name that no other program gives to a file, another httplog neither: at midnight that one may open what is tomorrow's now. */
function proofName(): string {
  return `.httplog-${process.pid}-${process.hrtime.bigint()}.proof`;
}

function makeAndRemove(path: string): void {
  try {
    closeSync(openSync(path, FILE_FLAGS | constants.O_EXCL, FILE_MODE));
    unlinkSync(path);
  } catch (error) {
    if (!PASSES.includes(codeOf(error))) throw error;
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UnfitDirectory(path, codeOf(error));
  }
}
