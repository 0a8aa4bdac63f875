// Which header fields the json lines of a log have (-header): by a look at the beginnings and ends of its files, or by all of their lines.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { COLUMNS } from '../../layout/columns.table.ts';
import type { HeaderColumn } from './http-columns.ts';

/** Bytes that are looked at, at each end. */
const LOOK = 65536;
/** No run has more. */
const MOST = 128;

/** What is before the name of a field, and what ends it. Within a value each quotation mark is escaped, so this can only be a key. */
export const HEADER_KEY = '"(http\\.(?:request|response)\\.header\\.[-!#$%&\'*+.^_`|~0-9a-z]+)":\\[';

/** A column for each header field at the ends of these files, such as request_referer. */
export function findHeaders(paths: readonly string[]): HeaderColumn[] {
  const keys = paths
    .flatMap(looks)
    .flatMap((text) => [...text.matchAll(new RegExp(HEADER_KEY, 'g'))].map(([, key = '']) => key));
  return headerColumns(keys);
}

/** The columns of these keys of json lines. */
export function headerColumns(keys: readonly string[]): HeaderColumn[] {
  const found = new Map<string, HeaderColumn>();
  for (const key of new Set(keys)) {
    const name = key.replace(/^http\.(request|response)\.header\./, '$1_').replace(/[^a-z0-9]/g, '_');
    if (!isTaken(name) && !found.has(name) && found.size < MOST) found.set(name, { name, key });
  }
  return [...found.values()];
}

function isTaken(name: string): boolean {
  return COLUMNS.some(({ short }) => short === name);
}

/** Beginning and end of a file; of a packed one the beginning, of one that can't be unpacked here nothing. */
function looks(path: string): string[] {
  const file = openSync(path, 'r');
  try {
    const begin = bytesAt(file, 0);
    if (path.endsWith('.gz')) return [unpacked(begin)];
    if (path.endsWith('.zst') || begin[0] === undefined) return [];
    const end = bytesAt(file, Math.max(0, fstatSync(file).size - LOOK));
    return [begin.toString('latin1'), end.toString('latin1')];
  } finally {
    closeSync(file);
  }
}

function bytesAt(file: number, position: number): Buffer {
  const buffer = Buffer.alloc(LOOK);
  return buffer.subarray(0, readSync(file, buffer, 0, LOOK, position));
}

function unpacked(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 16 * LOOK }).toString('latin1');
  } catch {
    return '';
  }
}
