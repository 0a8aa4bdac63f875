import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

// What a test leaves on the disk, and reads from there.

/** A new directory, removed when the test ends. */
export function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'httplog-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The lines of a text, of which the last has its end too. Throws where it has not. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error(`a torn last line: ${text.slice(-200)}`);
  return text.slice(0, -1).split('\n');
}

/** The lines of each file of a directory; no directory is no files. */
export function logFiles(directory: string): Map<string, string[]> {
  const names = existsSync(directory) ? readdirSync(directory).sort() : [];
  return new Map(names.map((name) => [name, linesOf(readFileSync(join(directory, name), 'utf8'))]));
}

/** The lines of all files of a directory. */
export function logLines(directory: string): string[] {
  return [...logFiles(directory).values()].flat();
}

/** What all files of a directory hold, a torn last line included; not the hidden one that is there for a moment at the start. */
export function logText(directory: string): string {
  const all = existsSync(directory) ? readdirSync(directory).sort() : [];
  const names = all.filter((name) => !name.startsWith('.'));
  return names.map((name) => readFileSync(join(directory, name), 'utf8')).join('');
}

/** How many whole lines all files of a directory hold. The last one may be half there: a write is seen while it goes on. */
export function countLines(directory: string): number {
  return logText(directory).split('\n').length - 1;
}

/** A line without its time and the port of the end that is not a server's: what can be known before. */
export function essence(line: string): string {
  return line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} /, '').replace(/#(?:[3-6]\d{4})(?= )/g, '#*');
}

/** The type of a line: CQ, CR, SQ or SR. */
export function typeOf(line: string): string {
  return line.split(' ')[4] ?? '';
}
