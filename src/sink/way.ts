// The way to the log directory, walked as the kernel walks it, link by link: whoever can put something else in the place of a
// part of it gets the log. What a walk has found fit only root, this user and the owners of directories on it can change.
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { codeOf } from './destination.ts';
import { whyNoWay } from './trust.ts';
import { UnfitDirectory } from './unfit-directory.ts';

/** Where a way ends. */
export interface WayEnd {
  /** Without links: of what the way leads to or, where that is not there, of the lowest directory that is. */
  readonly path: string;
  readonly stats: Stats;
  readonly isThere: boolean;
}

/** What stands under a path, no link followed: its stats and where it leads if it is a link, or the system's code. */
type Found = { readonly stats: Stats; readonly target: string | undefined } | { readonly code: string };

/** As many links as the kernel follows (MAXSYMLINKS). */
const MOST_LINKS = 40;

/** Walks to a directory. Throws UnfitDirectory. */
export function walkTo(path: string): WayEnd {
  const steps = walk(path);
  let step = steps.next();
  while (!step.done) step = steps.next(look(step.value));
  return step.value;
}

/** The same without waiting for a file system that stalls. */
export async function walkToLater(path: string): Promise<WayEnd> {
  const steps = walk(path);
  let step = steps.next();
  while (!step.done) step = steps.next(await lookLater(step.value));
  return step.value;
}

/** A directory, or what lies in one. */
type Entry = Pick<WayEnd, 'path' | 'stats'>;

/** Asks for path after path. */
function* walk(wanted: string): Generator<string, WayEnd, Found> {
  const root: Entry = { path: '/', stats: requireFound(wanted, yield '/').stats };
  /** The directories that the walk is in, below the root. */
  const inside: Entry[] = [];
  let ahead = namesOf(resolve(wanted));
  /** The last link, and how many names there are behind it: as long as more are ahead they are of where it leads. */
  let link = { path: '', behind: Number.POSITIVE_INFINITY };
  for (let links = 0; links <= MOST_LINKS; ) {
    const above = inside.at(-1) ?? root;
    const [name, ...rest] = ahead;
    if (name === undefined) return { ...above, isThere: true };
    ahead = rest;
    if (name === '..') {
      inside.pop();
      continue;
    }
    const path = join(above.path, name);
    const answer = yield path;
    if ('code' in answer && answer.code === 'ENOENT') {
      requireWay(above);
      if (rest.length >= link.behind) throw new UnfitDirectory(link.path, 'EDANGLING');
      return { ...above, isThere: false };
    }
    const { stats, target } = requireFound(wanted, answer);
    requireWay(above, { path, stats });
    if (target === undefined) {
      inside.push({ path, stats });
      continue;
    }
    links++;
    link = { path, behind: Math.min(rest.length, link.behind) };
    ahead = [...namesOf(target), ...rest];
    if (target.startsWith('/')) inside.length = 0;
  }
  throw new UnfitDirectory(link.path, 'ELOOP');
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** Only the directories above can forbid a look at what lies in them. */
function requireFound(wanted: string, found: Found): Exclude<Found, { readonly code: string }> {
  if ('code' in found) throw new UnfitDirectory(wanted, found.code === 'EACCES' ? 'EABOVE' : found.code);
  return found;
}

function requireWay(above: Entry, entry?: Entry): void {
  const why = whyNoWay(above.stats, entry?.stats);
  if (why !== undefined) throw new UnfitDirectory(why === 'EWAY' ? above.path : (entry ?? above).path, why);
}

function look(path: string): Found {
  try {
    const stats = lstatSync(path);
    return { stats, target: stats.isSymbolicLink() ? readlinkSync(path) : undefined };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

async function lookLater(path: string): Promise<Found> {
  try {
    const stats = await lstat(path);
    return { stats, target: stats.isSymbolicLink() ? await readlink(path) : undefined };
  } catch (error) {
    return { code: codeOf(error) };
  }
}
