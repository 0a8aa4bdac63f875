// Standard output as people and other programs read it.

/** Writes, and waits until it is taken. Rejects with EPIPE where nobody reads any more. */
export function write(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => (error ? failed(error) : done()));
  });
}

/** Whoever writes hears of errors; nobody else needs to. */
export function hideOutputErrors(): void {
  process.stdout.on('error', () => {});
}

/** Columns of the terminal; undefined where standard output is none. */
export function screenWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns || 80 : undefined;
}

/** Whether the locale is one of UTF-8 (locale(7): which variable counts). */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
