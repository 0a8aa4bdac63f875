import type { Logged } from './nginx.ts';
import { linesOf, logText } from './workspace.ts';

// Transactions as httplog writes them in json, beside what nginx logged.

/** A line of json. */
export type Row = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The lines of json of all files of a directory. */
export function rowsIn(directory: string): Row[] {
  return rowsOf(logText(directory));
}

export function rowsOf(text: string): Row[] {
  return linesOf(text).map((line) => JSON.parse(line) as Row);
}

/** The target of a row's request. */
export function targetOf(row: Row): string {
  const query = row['url.query'];
  return `${row['url.path'] ?? ''}${query === undefined ? '' : `?${query}`}`;
}

/** Which transaction it is: port of the client and number in the connection. */
export function placeOf(row: Row): string {
  return `${row['client.port']} ${row['httplog.transaction']}`;
}

/** What nginx logs of a transaction as well; bytes only where the row knows them. */
export function essenceOf(row: Row): string {
  const bytes = row['httplog.response.wire_bytes'] ?? row['http.response.body.size'] ?? 0;
  return `${placeOf(row)} ${row['http.request.method']} ${targetOf(row)} ${row['http.response.status_code']} ${bytes}`;
}

/** The same of a line of nginx. */
export function essenceOfLogged({ port, number, method, target, status, sent }: Logged): string {
  return `${port} ${number} ${method} ${target} ${status} ${sent}`;
}

/** Rows whose answer says, in its field X-Asked, that it answers another request. */
export function wrongPairs(rows: readonly Row[]): Row[] {
  return rows.filter((row) => {
    const asked = row['http.response.header.x-asked'];
    return asked !== undefined && row['http.request.method'] !== undefined && (asked as string[])[0] !== targetOf(row);
  });
}

/** How often each value is there. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
