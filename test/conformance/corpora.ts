import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/**
 * The published captures that the conformance tests run over. They are no part of the project: none of them is copied into it, and where they
 * are not at hand the tests are skipped. They are looked for in `../shared/corpora` beside the repository, or where CORPORA says.
 *
 * The captures are hostile: some hold attacks. They are read as bytes, and nothing of them is run, followed or copied into a file.
 */
const FOLDER: string =
  process.env.CORPORA || fileURLToPath(new URL('../../../shared/corpora', import.meta.url)).replace(/\/$/, '');

/** Why the tests are skipped, for the name of a `describe`; '' where the captures are there. */
export const MISSING: string = existsSync(join(FOLDER, 'INDEX.tsv'))
  ? ''
  : ` (skipped: no published captures in ${FOLDER}: set CORPORA to their folder)`;

/** A row of the index. */
export interface Capture {
  /** Inside the folder; every other list lies beside it. */
  path: string;
  /** As capinfos counts them. */
  packets: number;
  linkType: string;
}

/** All captures, as the index lists them. */
export function captures(): Capture[] {
  return (rows('INDEX.tsv') ?? []).map((row) => ({
    path: row.path ?? '',
    packets: Number(row.packets),
    linkType: row.format_linktype ?? '',
  }));
}

/** Where a capture lies. */
export function captureFile(path: string): string {
  return join(FOLDER, path);
}

/** The bytes of a capture, unpacked where it is a `.gz`. */
export function captureBytes(path: string): Uint8Array {
  const bytes = readFileSync(captureFile(path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The rows of a `.tsv` file by the names of its first line; undefined where there is no such file. */
export function rows(path: string): Partial<Record<string, string>>[] | undefined {
  const file = join(FOLDER, path);
  if (!existsSync(file)) return undefined;
  const [names = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split('\t');
      return Object.fromEntries(names.split('\t').map((name, i) => [name, values[i] ?? '']));
    });
}
