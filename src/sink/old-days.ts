// The days that are over: what is there of them, and what becomes of it. All that takes time is done in a thread of its own.
import { lstatSync, statSync, unlinkSync } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './destination.ts';
import { whyRefused } from './log-file.ts';
import { type FoundFile, isLeftover, type PackingName, type Plan, readLogName } from './old-files.ts';
import { packLog, settle } from './pack.ts';

/** What is in a log directory. */
export interface LogFiles {
  readonly files: readonly FoundFile[];
  /** Those with a name of ours that httplog did not make: they are left alone. */
  readonly refused: readonly (FoundFile & { readonly code: string })[];
}

/** Looks for log files, packed or not, and for what packing left. Rejects with the system's error. */
export async function findLogFiles(directory: string): Promise<LogFiles> {
  const around = await stat(directory);
  const names = (await readdir(directory)).filter((name) => readLogName(name) !== undefined || isLeftover(name));
  const files: FoundFile[] = [];
  const refused: (FoundFile & { readonly code: string })[] = [];
  for (const name of names) {
    const found = await lstat(join(directory, name)).catch(() => undefined);
    if (found === undefined) continue; // gone since
    const code = whyRefused(found, around);
    if (code === undefined) files.push({ name, written: found.mtimeMs });
    else refused.push({ name, written: found.mtimeMs, code });
  }
  return { files, refused };
}

/** What was done with a file. */
export type Done =
  | { readonly kind: 'removed' | 'packed'; readonly path: string }
  /** It is as it was. */
  | { readonly kind: 'failed'; readonly path: string; readonly code: string };

/** Does what is to be done, file by file, as long as it may go on. */
export function* carryOut(
  directory: string,
  { leftovers, remove, pack }: Plan,
  packing: PackingName | undefined,
  goOn: () => boolean,
): Generator<Done> {
  const attempt = (name: string, kind: 'removed' | 'packed', action: () => boolean): Done[] => {
    const path = join(directory, name);
    try {
      return action() ? [{ kind, path }] : [];
    } catch (error) {
      // Somebody else took it away.
      if (codeOf(error) === 'ENOENT') return [];
      const at = error instanceof Error && 'path' in error ? String(error.path) : path;
      return [{ kind: 'failed', path: at, code: codeOf(error) }];
    }
  };
  for (const name of leftovers) yield* attempt(name, 'packed', () => settle(directory, name));
  for (const name of remove) {
    if (!goOn()) return;
    yield* attempt(name, 'removed', () => removeFile(directory, name));
  }
  for (const name of pack) {
    if (packing === undefined || !goOn()) return;
    yield* attempt(name, 'packed', () => packLog(directory, name, packing, goOn));
  }
}

/** Only who may write the directory could put another in its place after the look; whoever may not is not trusted (log-directory). */
function removeFile(directory: string, name: string): boolean {
  const path = join(directory, name);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || whyRefused(found, statSync(directory)) !== undefined) return false;
  unlinkSync(path);
  return true;
}
