import { expect, test } from 'vitest';
import { FIELDS } from '../../layout/fields.table.ts';
import {
  FIELD_CONTENT_LENGTH,
  FIELD_CONTENT_TYPE,
  FIELD_HOST,
  FIELD_TRANSFER_ENCODING,
  FIELD_USER_AGENT,
} from '../../layout/fields.ts';
import { asLatin1, latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, put, putLast, read } = openInternals();

/** The value of a slot, undefined where the message lacks the field. */
function value(slot: number): string | undefined {
  if (code.fields_has(slot) === 0) {
    expect([code.fields_value(slot), code.fields_valueEnd(slot)]).toEqual([0, 0]);
    return undefined;
  }
  return asLatin1(read(code.fields_value(slot), code.fields_valueEnd(slot)));
}

/** Takes lines, each at the end of memory in its turn. */
function taken(line: string): (string | undefined)[] {
  code.fields_clear();
  const { at, end } = putLast(latin1(line));
  code.fields_take(at, end, end);
  const alone = FIELDS.map(({ slot }) => value(slot));
  code.fields_clear();
  const inside = put(latin1(`${line}\r\nHost: behind, and more`));
  code.fields_take(inside.at, inside.at + line.length, inside.end);
  expect(FIELDS.map(({ slot }) => value(slot))).toEqual(alone);
  return FIELDS.map(({ slot }) => value(slot));
}

const none = FIELDS.map(() => undefined);

test.each(FIELDS)('$name, in any case', ({ slot, name }) => {
  for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
    const expected: (string | undefined)[] = [...none];
    expected[slot] = 'a value';
    expect(taken(`${written}: a value`)).toEqual(expected);
  }
});

test.each([
  ['Host:x', 'x'],
  ['Host: \t x y \t ', 'x y'],
  ['Host:', ''],
  ['Host: \t', ''],
  ['Host: a: b', 'a: b'],
  ['Host:\r', '\r'],
  ['Host: \xff', '\xff'],
])('%j', (line, host) => {
  expect(taken(line)[FIELD_HOST]).toBe(host);
});

test.each([
  'Host : x',
  ' Host: x',
  '\tHost: x',
  'Hos: x',
  'Hosts: x',
  'Host',
  '',
  ':',
  ': x',
  'Host\0: x',
  'H\x4fst x:',
])('%j is no field that is wanted', (line) => {
  expect(taken(line)).toEqual(none);
});

test('a name of 64 bytes and more is none, wherever its colon stands', () => {
  for (let length = 60; length <= 130; length++) {
    expect(taken(`${'x'.repeat(length)}: x`)).toEqual(none);
    expect(taken('y'.repeat(length))).toEqual(none);
    expect(taken(`Host${'y'.repeat(length)}:`)).toEqual(none);
  }
});

test('the first of a repeated field counts, an empty one too', () => {
  code.fields_clear();
  ['Host:', 'HOST: second', 'User-Agent: a', 'user-agent: b'].forEach((line, i) => {
    const { at, end } = put(latin1(line), 64 * i);
    code.fields_take(at, end, end);
  });
  expect([value(FIELD_HOST), value(FIELD_USER_AGENT)]).toEqual(['', 'a']);
  expect([FIELD_CONTENT_LENGTH, FIELD_TRANSFER_ENCODING, FIELD_CONTENT_TYPE].map(value)).toEqual(none.slice(0, 3));
  code.fields_clear();
  expect(FIELDS.map(({ slot }) => value(slot))).toEqual(none);
});

test('what stands behind the line is no part of it', () => {
  const { at } = put(latin1('Host: name, and more'));
  for (let length = 0; length <= 10; length++) {
    code.fields_clear();
    code.fields_take(at, at + length, at + 20);
    expect(value(FIELD_HOST)).toBe(length < 5 ? undefined : 'name'.slice(0, Math.max(0, length - 6)));
  }
});

test('a line of a wanted field is never turned away by its beginning, most others are', () => {
  for (const { name } of FIELDS) {
    for (const written of [name, name.toLowerCase(), name.toUpperCase()]) {
      const { at, end } = putLast(latin1(`${written}:`));
      expect(code.fields_mayBeWanted(at, end)).toBe(1);
    }
  }
  const others = ['Accept: x', 'Cookie: x', 'Referer: x', 'Date: x', 'Server: x', 'ETag: x', 'Connection: x', 'Via: x'];
  const kept = others.filter((line) => {
    const { at, end } = putLast(latin1(line));
    return code.fields_mayBeWanted(at, end) === 1;
  });
  expect(kept.length).toBeLessThanOrEqual(1);
});
