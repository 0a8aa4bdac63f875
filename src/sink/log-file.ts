// What a log file is: its name, how it is opened, and which file that stands under its name is not taken for one.
import { constants, type Stats } from 'node:fs';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types.ts';
import { isOwnersAlone, isTrusted } from './trust.ts';

export const FILE_MODE = 0o640;
/** The name can be guessed, so no link is followed; and nothing is waited for, such as a pipe's other end. */
export const FILE_FLAGS: number =
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_RDWR |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK |
  constants.O_NOCTTY;

const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [TYPE_CQ, 'CQ'],
  [TYPE_CR, 'CR'],
  [TYPE_SQ, 'SQ'],
  [TYPE_SR, 'SR'],
]);

/** Name of the file of a split (0 or a message type) and day. */
export function fileName(split: number, day: number): string {
  const type = TYPE_NAMES.get(split);
  return type === undefined ? `http-${day}.log` : `http-${type}-${day}.log`;
}

/** The local day of a time, YYYYMMDD as a number. */
export function dayOf(time: Date): number {
  return time.getFullYear() * 10000 + (time.getMonth() + 1) * 100 + time.getDate();
}

/** Names of all files of the day of this time and of the day after: those that a run may want next. */
export function fileNames(isSplit: boolean, now: Date): string[] {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 12);
  const splits = isSplit ? [...TYPE_NAMES.keys()] : [0];
  return [dayOf(now), dayOf(tomorrow)].flatMap((day) => splits.map((split) => fileName(split, day)));
}

/**
 * Why an open file is not written to, as a code of ours beside the system's; undefined where it is. Whoever could put one of his own
 * files there would read the log. Files of root and of this user are no danger, nor are those of the directory's owner, where only he
 * can put files there: he can do anything in it.
 */
export function whyRefused(file: Stats, directory: Stats): 'ENOTREG' | 'EOWNER' | undefined {
  if (!file.isFile()) return 'ENOTREG';
  return isTrusted(file.uid) || (isOwnersAlone(directory) && file.uid === directory.uid) ? undefined : 'EOWNER';
}
