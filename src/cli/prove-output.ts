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

type Output = Pick<Options, 'directory' | 'split' | 'file'>;

/** Does something as the user that the run will be. */
function as<T>(user: User | undefined, action: () => T): T {
  return user === undefined ? action() : asUser(user, action);
}

/** Makes the log directory, and proves that this user, or who runs httplog now, can write into it. Throws CannotRun. */
export function prepareOutput(output: Output, user: User | undefined): void {
  const { directory } = output;
  if (directory === '-') return;
  try {
    prepareDirectory(directory, user);
  } catch (error) {
    throw unfit(directory, new UnfitDirectory(directory, codeOf(error)), user);
  }
  proveOutput(output, user);
}

/** The same without making the directory: where it is missing, that it can be made. Returns whether it is there. */
export function proveOutput({ directory, split, file }: Output, user: User | undefined): boolean {
  if (directory === '-') return true;
  const isThere = existsSync(directory);
  // A file's packets are of any day.
  const names = file === undefined ? fileNames(split, new Date()) : [];
  try {
    if (isThere) as(user, () => proveDirectory(directory, names));
    else proveAbove(directory, user);
  } catch (error) {
    throw unfit(directory, error, user);
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

function unfit(directory: string, error: unknown, user: User | undefined): Error {
  if (!(error instanceof UnfitDirectory)) return error as Error;
  const { path, code } = error;
  const [place, another] = path === directory ? [`log directory`, 'another'] : [`log file`, 'another directory'];
  const help = code === 'EOWNER' || (user !== undefined && code === 'EACCES') ? chown(path, code, user) : advice(code);
  return new CannotRun(`${place} ${path}: ${help}, or name ${another} with -d`);
}

function chown(path: string, code: string, user: User | undefined): string {
  const name = user?.name ?? userInfo().username;
  const why = code === 'EOWNER' ? 'it belongs to another user' : `the user ${name} may not write there`;
  return `${why} (${code}): chown ${shellWord(name)}: ${shellWord(path)}`;
}
