import { describe, expect, test } from 'vitest';
import { oneOf, readBoolean, readPath, readText, wholeNumber } from './scalars.ts';

describe('readBoolean takes the spellings of strconv.ParseBool', () => {
  test.each(['1', 't', 'T', 'TRUE', 'true', 'True'])('%s', (text) =>
    expect(readBoolean(text)).toEqual({ value: true }),
  );
  test.each(['0', 'f', 'F', 'FALSE', 'false', 'False'])('%s', (text) => {
    expect(readBoolean(text)).toEqual({ value: false });
  });
  test.each(['', 'yes', 'on', 'tRUE', ' true', '2', 'no'])('%j is refused', (text) => {
    expect(readBoolean(text)).toEqual({ reason: 'is neither true nor false' });
  });
});

describe('wholeNumber', () => {
  const read = wholeNumber(-5, 100);
  test.each([
    ['0', 0],
    ['-0', 0],
    ['+7', 7],
    ['-5', -5],
    ['100', 100],
    ['010', 10],
  ])('%s', (text, value) => expect(read(text)).toStrictEqual({ value }));
  test.each([
    ['-6', 'is too small'],
    ['101', 'is too large'],
    ['9'.repeat(400), 'is too large'],
    [`-${'9'.repeat(400)}`, 'is too small'],
    ['', 'is not a whole number'],
    [' 1', 'is not a whole number'],
    ['1.0', 'is not a whole number'],
    ['1e1', 'is not a whole number'],
    ['0x10', 'is not a whole number'],
    ['1_000', 'is not a whole number'],
    ['--1', 'is not a whole number'],
    ['1\n', 'is not a whole number'],
    ['١', 'is not a whole number'],
    ['8M', 'is not a whole number'],
  ])('%j is refused', (text, reason) => expect(read(text)).toEqual({ reason }));
  test('the largest is exact', () => {
    const all = wholeNumber(0, Number.MAX_SAFE_INTEGER);
    expect(all('9007199254740991')).toEqual({ value: 9007199254740991 });
    expect(all('9007199254740992')).toEqual({ reason: 'is too large' });
    expect(all('9007199254740993')).toEqual({ reason: 'is too large' });
  });
});

test('readPath and readText', () => {
  expect(readPath('-')).toEqual({ value: '-' });
  expect(readPath(' a b ')).toEqual({ value: ' a b ' });
  expect(readPath('')).toEqual({ reason: 'names nothing' });
  expect(readPath('a\0b')).toEqual({ reason: 'holds a NUL byte' });
  expect(readText('')).toEqual({ value: '' });
});

test('oneOf', () => {
  const read = oneOf(['text', 'json']);
  expect(read('json')).toEqual({ value: 'json' });
  for (const text of ['', 'JSON', 'json ', 'xml']) expect(read(text)).toEqual({ reason: 'is none of them' });
});
