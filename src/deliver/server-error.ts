// What a server, or the way to it, says went wrong: a number, and one line for people.

const CODE: RegExp = /^Code: (\d+)/;
const LONGEST = 300;

/** The server's own number of an error; 0 where it is another error. Old servers have it in the text only. */
export function errorCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  const code = 'code' in error ? Number(error.code) : Number.NaN;
  return Number.isInteger(code) ? code : Number(CODE.exec(error.message)?.[1] ?? 0);
}

/** Why, in one line without control characters in which none of these secrets stands. */
export function reasonOf(error: unknown, secrets: readonly (string | undefined)[]): string {
  const text =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error);
  const hidden = secrets.reduce<string>(
    (all, secret) => (secret === undefined || secret === '' ? all : all.replaceAll(secret, '***')),
    text,
  );
  const line = hidden.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
