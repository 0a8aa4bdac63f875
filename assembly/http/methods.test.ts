import { expect, test } from 'vitest';
import { METHODS } from '../../layout/methods.table.ts';
import { join, latin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { METHODS as REGISTRY, recognise } from '../../test/support/second-reading/start-line.ts';

const { code, put, putLast } = openInternals();

/** At the end of memory. */
function begins(text: string): boolean {
  const { at, end } = putLast(latin1(text));
  return code.methods_beginsRequest(at, end) === 1;
}

test('the table holds the registry, without its reserved word', () => {
  expect([...METHODS].sort()).toEqual([...REGISTRY].sort());
  expect(METHODS).not.toContain('*');
});

test.each(METHODS)('%s', (method) => {
  expect(begins(`${method} /`)).toBe(true);
  expect(begins(`${method} \x80`)).toBe(true);
  expect(begins(`${method} !`)).toBe(true);
  expect(begins(`${method} ~`)).toBe(true);
  for (const rest of ['', ' ', '  /', '\t/', ' \x7f', ' \x1f', ' \r', '/ /', ': x', '\0 /']) {
    expect(begins(method + rest)).toBe(false);
  }
  expect(begins(`${method.toLowerCase()} / HTTP/1.1\r\n`)).toBe(false);
  for (let length = 0; length < method.length; length++) expect(begins(method.slice(0, length))).toBe(false);
});

test('what stands behind the payload never makes a request of it', () => {
  for (const line of ['GET /', 'POST /', 'M-SEARCH * HTTP/1.1\n', 'SUBSCRIBE /x HTTP/1.0\r\n', 'BAN . HTTP/1\n']) {
    const bytes = latin1(line);
    for (let length = 0; length <= bytes.length; length++) {
      const alone = begins(line.slice(0, length));
      for (const behind of [bytes.subarray(length), latin1('\n\n\n\n'), new Uint8Array(32).fill(0x41)]) {
        const { at } = put(join(bytes.subarray(0, length), behind));
        expect(code.methods_beginsRequest(at, at + length) === 1).toBe(alone);
      }
      expect(alone).toBe(recognise(line.slice(0, length)) === 'request');
    }
  }
});

test.each([
  ['BAN / HTTP/1.1\n', true],
  ['BAN / HTTP/1.1 \t\r\n', true],
  ['BAN / HTTP/2\r\n', true],
  ['BAN / HTTP/1.1', false],
  ['BAN / HTTP/1.1\r', false],
  ['BAN HTTP/1.1\n', true],
  ['BAN HTTP/1\n', true],
  ['BAN  HTTP/1.1\n', false],
  ['BAN / HTTP/11\n', false],
  ['BAN / HTTP/1.12\n', false],
  ['BAN / HTTP/.1\n', false],
  ['BAN / HTTP/1.\n', false],
  ['BAN / HTTPS/1.1\n', false],
  ['BAN /HTTP/1.1\n', false],
  ['BAN / http/1.1\n', false],
  ['BAN x\n/ HTTP/1.1\n', false],
  ['M-SEARCH * HTTP/1.1\r\n', true],
  ['M-SEARCX * HTTP/1.1\r\n', false],
  ['M-SEARCHX * HTTP/1.1\r\n', false],
  ['RPC_IN_DATA / HTTP/1.1\r\n', true],
  ['AB / HTTP/1.1\r\n', false],
  ['A-B / HTTP/1.1\r\n', false],
  ['ABC1 / HTTP/1.1\r\n', false],
  ['ABC--__ / HTTP/1.1\r\n', true],
  [`ABC${'D'.repeat(21)} / HTTP/1.1\r\n`, true],
  [`ABC${'D'.repeat(22)} / HTTP/1.1\r\n`, false],
  ['GETX / HTTP/1.1\r\n', true],
  ['GETX / nothing\r\n', false],
  ['', false],
])('%j', (text, expected) => {
  expect(begins(text)).toBe(expected);
  expect(recognise(text) === 'request').toBe(expected);
});
