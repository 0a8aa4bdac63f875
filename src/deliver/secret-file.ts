import { readFileSync } from 'node:fs';

/** What a file with a secret says now, where a server refuses what it said before. Once rights are given up it may be readable no more. */
export function readAgain(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return undefined;
  }
}
