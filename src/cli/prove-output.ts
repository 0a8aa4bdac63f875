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

type Output = Pick<Options, 'directory' | 'split' | 'file' | 'spool'>;

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
  if (directory !== '-') make(directory, LOG, namesOf(output), user);
  if (spool !== undefined) make(spool, SPOOL, [], user);
}

function make(directory: string, purpose: Purpose, names: readonly string[], user: User | undefined): void {
  if (prove(directory, purpose, names, user)) return;
  try {
    prepareDirectory(directory, user);
    // Others may have been quicker.
    as(user, () => proveDirectory(directory, names));
  } catch (error) {
    throw unfit(directory, purpose, asUnfit(directory, error), user);
  }
}

/** The same of the log directory without making it: where it is missing, that it can be made. Returns whether it is there. */
export function proveOutput(output: Output, user: User | undefined): boolean {
  const { directory } = output;
  return directory === '-' || prove(directory, LOG, namesOf(output), user);
}

/** The same of the spool. */
export function proveSpool({ spool }: Pick<Output, 'spool'>, user: User | undefined): void {
  if (spool !== undefined) prove(spool, SPOOL, [], user);
}

function prove(directory: string, purpose: Purpose, names: readonly string[], user: User | undefined): boolean {
  try {
    const { isThere, path } = as(user, () => walkTo(directory));
    if (isThere) as(user, () => proveDirectory(directory, names));
    else proveAbove(directory, path, user);
    return isThere;
  } catch (error) {
    throw unfit(directory, purpose, error, user);
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

function unfit(directory: string, purpose: Purpose, error: unknown, user: User | undefined): Error {
  if (!(error instanceof UnfitDirectory)) return error as Error;
  const { path, code } = error;
  const [place, another] = placeOf(path, directory, purpose.name);
  const help = code === 'EOWNER' || (user !== undefined && code === 'EACCES') ? chown(path, code, user) : advice(code);
  return new CannotRun(`${place}: ${help}, or name ${another} with ${purpose.flag}`);
}

function asUnfit(directory: string, error: unknown): UnfitDirectory {
  return error instanceof UnfitDirectory ? error : new UnfitDirectory(directory, codeOf(error));
}

function placeOf(path: string, directory: string, name: string): readonly [string, string] {
  if (path === directory || path === resolve(directory)) return [`${name} directory ${directory}`, 'another'];
  if (dirname(resolve(path)) === resolve(directory)) return [`${name} file ${path}`, 'another directory'];
  return [`${name} directory ${directory}: ${path} on the way there`, 'another'];
}

function chown(path: string, code: string, user: User | undefined): string {
  const name = user?.name ?? userInfo().username;
  const why = code === 'EOWNER' ? 'it belongs to another user' : `the user ${name} may not write there`;
  return `${why} (${code}): chown ${shellWord(name)}: ${shellWord(path)}`;
}
