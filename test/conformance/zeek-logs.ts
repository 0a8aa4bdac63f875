import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { zeekHeader } from '../../src/pipeline/zeek-columns.ts';
import { zeekLines } from '../support/transaction-lines.ts';
import { captureFile } from './corpora.ts';

/** A row of http.log by the names of its columns. */
export type Row = Readonly<Partial<Record<string, string>>>;

/** A log that Zeek's own tests expect, and what it is called beside its capture. */
export interface ZeekLog {
  name: string;
  rows: Row[];
}

/** What Zeek masks or makes up, and what needs a look into bodies. */
const NOT_COMPARED: readonly string[] = [
  ...['ts', 'uid', 'tags', 'orig_fuids', 'orig_filenames', 'orig_mime_types'],
  ...['resp_fuids', 'resp_filenames', 'resp_mime_types'],
];
const NAMES: readonly string[] = fieldsOf(Buffer.from(zeekHeader(new Date(0))).toString('latin1'));

/** Zeek's logs of a capture that tell which transaction a row is: those of few columns are cut for a test's own ends. */
export function zeekLogs(capture: string): ZeekLog[] {
  const path = captureFile(capture);
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.zeek-http`));
  return names
    .map((name) => ({ name, rows: readRows(readFileSync(join(dirname(path), name), 'utf8')) }))
    .filter(({ rows }) => rows.some((row) => row.trans_depth !== undefined));
}

/** The packet code's http.log of a capture. */
export function ourLog(file: Uint8Array): Row[] {
  return zeekLines(file).map((line) => toRow(NAMES, line));
}

function fieldsOf(text: string): string[] {
  const line = text.split('\n').find((one) => one.startsWith('#fields\t'));
  return line?.split('\t').slice(1) ?? [];
}

function readRows(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = fieldsOf(text);
  // zeek-cut -m leaves a bare line of names.
  return names.length > 0
    ? lines.map((line) => toRow(names, line))
    : lines.slice(1).map((line) => toRow((lines[0] ?? '').split('\t'), line));
}

function toRow(names: readonly string[], line: string): Row {
  const values = line.split('\t');
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}

/** A row of Zeek's with ours, and the columns in which they differ; one of them may be missing. */
export interface Paired {
  zeek: Row | undefined;
  ours: Row | undefined;
  columns: string[];
}

/** Which rows belong together: those of one transaction of one connection, by what both know of it. */
export function pairRows(zeek: readonly Row[], ours: readonly Row[]): Paired[] {
  const rest = [...ours];
  const paired = zeek.map((row): Paired => {
    const at = rest.findIndex((own) => isSameTransaction(row, own));
    if (at < 0) return { zeek: row, ours: undefined, columns: ['missing'] };
    const [own] = rest.splice(at, 1);
    return { zeek: row, ours: own, columns: Object.keys(row).filter((name) => isOther(name, row, own ?? {})) };
  });
  return [...paired, ...rest.map((own) => ({ zeek: undefined, ours: own, columns: ['extra'] }))];
}

function isSameTransaction(zeek: Row, own: Row): boolean {
  const keys = ['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'trans_depth'];
  const isSame = keys.every((key) => zeek[key] === undefined || zeek[key] === own[key]);
  return isSame && (zeek.method === own.method || zeek.method === '-' || own.method === '-');
}

function isOther(name: string, row: Row, own: Row): boolean {
  return !NOT_COMPARED.includes(name) && NAMES.includes(name) && row[name] !== own[name];
}
