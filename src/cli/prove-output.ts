// Before a run begins: lines that could never be written are no reason to begin.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Options } from '../config/check.ts';
import { asUser, type User } from '../linux/users.ts';
import { advice } from '../pipeline/advice.ts';
import { codeOf } from '../sink/destination.ts';
import { prepareDirectory, proveDirectory, UnfitDirectory } from '../sink/log-directory.ts';
import { fileNames } from '../sink/log-file.ts';
import { CannotRun } from './cannot-run.ts';
import { shellWord } from './sudo-command.ts';

type Output = Pick<Options, 'directory' | 'split' | 'file' | 'spool' | 'cpuProfile'>;

/** What is written into a directory: its name in messages, and the flag that names another one. */
interface Purpose {
  readonly name: string;
  readonly flag: string;
}

const LOG: Purpose = { name: 'log', flag: '-d' };
const SPOOL: Purpose = { name: 'spool', flag: '-spool' };

/** Does something as the user that the run will be. */
function as<T>(user: User | undefined, action: () => T): T {
  return user === undefined ? action() : asUser(user, action);
}

/** Makes the directories of log and spool, and proves that this user, or who runs httplog now, can write into them. Throws CannotRun. */
export function prepareOutput(output: Output, user: User | undefined): void {
  const { directory, spool } = output;
  if (directory !== '-') make(directory, LOG, user);
  proveOutput(output, user);
  if (spool === undefined) return;
  make(spool, SPOOL, user);
  proveSpool(output, user);
}

function make(directory: string, purpose: Purpose, user: User | undefined): void {
  try {
    prepareDirectory(directory, user);
  } catch (error) {
    throw unfit(directory, purpose, new UnfitDirectory(directory, codeOf(error)), user);
  }
}

/** Proves the spool's directory, or that it can be made. Throws CannotRun. */
export function proveSpool({ spool }: Pick<Output, 'spool'>, user: User | undefined): void {
  if (spool !== undefined) prove(spool, SPOOL, [], user);
}

/** The same without making the directory: where it is missing, that it can be made. Returns whether it is there. */
export function proveOutput({ directory, split, file }: Output, user: User | undefined): boolean {
  if (directory === '-') return true;
  // A file's packets are of any day.
  return prove(directory, LOG, file === undefined ? fileNames(split, new Date()) : [], user);
}

function prove(directory: string, purpose: Purpose, names: readonly string[], user: User | undefined): boolean {
  const isThere = existsSync(directory);
  try {
    if (isThere) as(user, () => proveDirectory(directory, names));
    else proveAbove(directory, user);
  } catch (error) {
    throw unfit(directory, purpose, error, user);
  }
  return isThere;
}

/** Whoever starts httplog makes the directory, and the user must be able to get there. */
function proveAbove(directory: string, user: User | undefined): void {
  let above = dirname(resolve(directory));
  while (!existsSync(above)) above = dirname(above);
  if (!statSync(above).isDirectory()) throw new UnfitDirectory(directory, 'ENOTDIR');
  try {
    accessSync(above, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new UnfitDirectory(directory, codeOf(error));
  }
  try {
    as(user, () => statSync(`${above}/.`));
  } catch {
    throw new UnfitDirectory(directory, 'EABOVE');
  }
}

function unfit(directory: string, { name, flag }: Purpose, error: unknown, user: User | undefined): Error {
  if (!(error instanceof UnfitDirectory)) return error as Error;
  const { path, code } = error;
  const [place, another] =
    path === directory ? [`${name} directory`, 'another'] : [`${name} file`, 'another directory'];
  const help = code === 'EOWNER' || (user !== undefined && code === 'EACCES') ? chown(path, code, user) : advice(code);
  return new CannotRun(`${place} ${path}: ${help}, or name ${another} with ${flag}`);
}

function chown(path: string, code: string, user: User | undefined): string {
  const name = user?.name ?? userInfo().username;
  const why = code === 'EOWNER' ? 'it belongs to another user' : `the user ${name} may not write there`;
  return `${why} (${code}): chown ${shellWord(name)}: ${shellWord(path)}`;
}

/** Nor is a profile that nobody would ever see a reason to begin. Throws CannotRun. */
export async function proveProfiles({ cpuProfile, file }: Output, user: User | undefined): Promise<void> {
  if (cpuProfile === undefined) return;
  const { proveProfile } = await import('../pipeline/profile.ts');
  try {
    as(user, () => proveProfile(cpuProfile, file === undefined ? ['main', 'capture0'] : ['main']));
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'its directory does not exist (ENOENT): make it' : advice(code);
    throw new CannotRun(`flag -cpuprofile: cannot write ${cpuProfile}: ${why}, or name another file`);
  }
}
