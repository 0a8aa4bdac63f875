import type { Reader, Reading } from './reading.ts';

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** A boolean as Go's strconv.ParseBool reads it, and no other spelling. */
export function readBoolean(text: string): Reading<boolean> {
  if (TRUE.includes(text)) return { value: true };
  if (FALSE.includes(text)) return { value: false };
  return { reason: 'is neither true nor false' };
}

/**
 * A reader of whole decimal numbers from `least` to `most`, both included. A leading zero means nothing: where Go's flag package would read
 * octal, its strconv.Atoi, which the environment went through, read decimal, and an administrator means decimal.
 */
export function wholeNumber(least: number, most: number): Reader<number> {
  return (text) => {
    if (!/^[+-]?[0-9]+$/.test(text)) return { reason: 'is not a whole number' };
    const value = Number(text) + 0;
    if (value < least) return { reason: 'is too small' };
    if (value > most) return { reason: 'is too large' };
    return { value: value === 0 ? 0 : value };
  };
}

/** A reader of one of these words. */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (text) => {
    const value = words.find((word) => word === text);
    return value === undefined ? { reason: 'is none of them' } : { value };
  };
}

/** Any text, the empty one too. */
export function readText(text: string): Reading<string> {
  return { value: text };
}

/** The name of a file or directory: any text but the empty one (a NUL ends a name for the kernel, so it cannot be in one). */
export function readPath(text: string): Reading<string> {
  if (text === '') return { reason: 'names nothing' };
  if (text.includes('\0')) return { reason: 'holds a NUL byte' };
  return { value: text };
}
