// Before a run begins: lines that could never be written are no reason to begin.
import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { Options } from '../config/check.ts';
import { asUser, type User } from '../linux/users.ts';
import { advice } from '../pipeline/advice.ts';
import { codeOf } from '../sink/destination.ts';
import { prepareDirectory, proveDirectory } from '../sink/log-directory.ts';
import { fileNames } from '../sink/log-file.ts';
import { UnfitDirectory } from '../sink/unfit-directory.ts';
import { walkTo } from '../sink/way.ts';
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
  if (directory === '-' || proveOutput(output, user)) return;
  try {
    prepareDirectory(directory, user);
    // Others may have been quicker.
    as(user, () => proveDirectory(directory, namesOf(output)));
  } catch (error) {
    throw unfit(directory, asUnfit(directory, error), user);
  }
}

/** The same without making the directory: where it is missing, that it can be made. Returns whether it is there. */
export function proveOutput(output: Output, user: User | undefined): boolean {
  const { directory } = output;
  if (directory === '-') return true;
  try {
    const { isThere, path } = as(user, () => walkTo(directory));
    if (isThere) as(user, () => proveDirectory(directory, namesOf(output)));
    else proveAbove(directory, path, user);
    return isThere;
  } catch (error) {
    throw unfit(directory, error, user);
  }
}

/** A file's packets are of any day. */
function namesOf({ split, file }: Output): readonly string[] {
  return file === undefined ? fileNames(split, new Date()) : [];
}

/** Whoever starts httplog makes the directory in one that is there, and the user must be able to get there. */
function proveAbove(directory: string, above: string, user: User | undefined): void {
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
  const [place, another] = placeOf(path, directory);
  const help = code === 'EOWNER' || (user !== undefined && code === 'EACCES') ? chown(path, code, user) : advice(code);
  return new CannotRun(`${place}: ${help}, or name ${another} with -d`);
}

function asUnfit(directory: string, error: unknown): UnfitDirectory {
  return error instanceof UnfitDirectory ? error : new UnfitDirectory(directory, codeOf(error));
}

function placeOf(path: string, directory: string): readonly [string, string] {
  if (path === directory || path === resolve(directory)) return [`log directory ${directory}`, 'another'];
  if (dirname(resolve(path)) === resolve(directory)) return [`log file ${path}`, 'another directory'];
  return [`log directory ${directory}: ${path} on the way there`, 'another'];
}

function chown(path: string, code: string, user: User | undefined): string {
  const name = user?.name ?? userInfo().username;
  const why = code === 'EOWNER' ? 'it belongs to another user' : `the user ${name} may not write there`;
  return `${why} (${code}): chown ${shellWord(name)}: ${shellWord(path)}`;
}
