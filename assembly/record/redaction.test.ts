import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Half, transactionWriter } from '../../test/support/transactions.ts';

const USUAL = ['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization'];
const tsv = (fields: string[], redact: string[]) => transactionWriter({ format: 'tsv', fields, redact });

const half = (head: string): Half => ({ head, first: 1_700_000_000_000_000_000n });
const ask = (target: string, fields = ''): { request: Half } => ({
  request: half(`GET ${target} HTTP/1.1\r\n${fields}\r\n`),
});

const target = tsv(['target'], [...USUAL, 'token', 'API_key']);

test.each([
  ['/?token=x', '/?token=REDACTED'],
  ['/?a=b&TOKEN=x&c=d', '/?a=b&TOKEN=REDACTED&c=d'],
  ['/?token=x&token=y&api_key=z', '/?token=REDACTED&token=REDACTED&api_key=REDACTED'],
  ['/?token=', '/?token=REDACTED'],
  ['/?token', '/?token'],
  ['/?tokens=x&xtoken=y', '/?tokens=x&xtoken=y'],
  ['/token=x', '/token=x'],
  ['/?a=1;token=x;y', '/?a=1;token=REDACTED'],
  ['/?token=a;b=c&d', '/?token=REDACTED&d'],
  ['/?url=http://x/?token=y&z', '/?url=http://x/?token=REDACTED&z'],
  ['/#a?token=x#b', '/#a?token=REDACTED#b'],
  ['/?token=a b c', '/?token=REDACTED'],
  ['/?token=a=b==&c', '/?token=REDACTED&c'],
  ['/?&&token=x&&', '/?&&token=REDACTED&&'],
  ['http://h/?token=x', 'http://h/?token=REDACTED'],
  ['/?cookie=x&authorization=y', '/?cookie=x&authorization=y'],
])('%s', (sent, written) => expect(target(ask(sent))).toBe(`${written}\n`));

test('a request line that breaks off', () => {
  expect(target({ request: half('GET /?token=secr') })).toBe('/?token=REDACTED\n');
});

test('URLs in header fields of both sides, and the whole values of named fields', () => {
  const fields = ['request.referer', 'response.location', 'request.cookie', 'response.set-cookie', 'request.x-key'];
  const write = tsv(fields, [...USUAL, 'token', 'x-key']);
  const request = half('GET / HTTP/1.1\r\nReferer: http://a/?token=1\r\nCookie: a=b; token=c\r\nX-Key:\r\n\r\n');
  const response = half('HTTP/1.1 302 Found\r\nLocation: /b?x&token=2#f\r\nSet-Cookie: s\r\n\r\n');
  expect(write({ request, response })).toBe(
    'http://a/?token=REDACTED\t/b?x&token=REDACTED#f\tREDACTED\tREDACTED\tREDACTED\n',
  );
  const shown = tsv(fields, []);
  expect(shown({ request, response })).toBe('http://a/?token=1\t/b?x&token=2#f\ta=b; token=c\ts\t\n');
});

test('lengths are never replaced', () => {
  const write = transactionWriter({ format: 'tsv', fields: ['length'], redact: ['Content-Length'] });
  expect(write({ response: half('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n') })).toBe('5\n');
});

test.each(['text', 'json', 'combined', 'common', 'vcombined', 'zeek', 'tsv'] as const)('in %s', (format) => {
  for (const pair of [true, false]) {
    const write = transactionWriter({ format, pair, redact: ['token', 'User-Agent'], headers: ['referer'] });
    const line = write(ask('/?token=geheim', 'Referer: http://a/?token=geheim\r\nUser-Agent: geheim\r\n'));
    expect(line).toContain('token=REDACTED');
    expect(line).not.toContain('geheim');
  }
});

test('what is not named is what it would be without redaction, and nothing named is left', () => {
  const plain = tsv(['target', 'request.referer'], []);
  const hiding = tsv(['target', 'request.referer'], ['token']);
  const parts = fc.array(fc.constantFrom('token', '=', '&', ';', '?', '#', 'a', 'SECRET', ' '), { maxLength: 30 });
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const both = ask(`/${one.join('')}`, `Referer: ${other.join('')}\r\n`);
      const hidden = hiding(both);
      const expected = plain(both).split('\t').map(hide).join('\t');
      expect(hidden).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

/** The same by regular expressions. */
function hide(text: string): string {
  const mark = text.indexOf('?');
  if (mark < 0) return text;
  return text.slice(0, mark) + text.slice(mark).replaceAll(/([?&;#]token=)[^&#\n]*/g, '$1REDACTED');
}
