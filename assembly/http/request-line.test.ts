import { expect, test } from 'vitest';
import { asLatin1 } from '../../test/support/bytes.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, putLast, read } = openInternals();

/** The parts of a line that stands at the memory's end, where a read too far traps. */
function parts(line: string): Record<string, string | boolean> {
  const { at, end } = putLast(Buffer.from(line, 'latin1'));
  code.requestLine_read(at, end);
  const span = (from: number, to: number): string => asLatin1(read(from, to));
  const found: Record<string, string> = {
    method: span(at, code.requestLine_methodEnd.value),
    target: span(code.requestLine_target.value, code.requestLine_targetEnd.value),
    version: span(code.requestLine_version.value, code.requestLine_versionEnd.value),
    scheme: span(code.requestLine_scheme.value, code.requestLine_schemeEnd.value),
    authority: span(code.requestLine_authority.value, code.requestLine_authorityEnd.value),
    path: span(code.requestLine_path.value, code.requestLine_pathEnd.value),
    query: span(code.requestLine_query.value, code.requestLine_queryEnd.value),
  };
  const there = Object.fromEntries(Object.entries(found).filter(([, text]) => text !== ''));
  return { ...there, whole: code.requestLine_wellFormed.value === 1 };
}

const WHOLE = { method: 'GET', version: '1.1', whole: true };

test.each([
  ['GET / HTTP/1.1', { ...WHOLE, target: '/', path: '/' }],
  ['GET /a?b=c?d HTTP/1.1', { ...WHOLE, target: '/a?b=c?d', path: '/a', query: 'b=c?d' }],
  ['GET /a? HTTP/1.1', { ...WHOLE, target: '/a?', path: '/a' }],
  ['GET ?q HTTP/1', { ...WHOLE, version: '1', target: '?q', query: 'q' }],
  ['OPTIONS * HTTP/1.1', { ...WHOLE, method: 'OPTIONS', target: '*', path: '*' }],
  [
    'GET http://u:p@a.example:81/x?y HTTP/1.1',
    {
      ...WHOLE,
      target: 'http://u:p@a.example:81/x?y',
      scheme: 'http',
      authority: 'a.example:81',
      path: '/x',
      query: 'y',
    },
  ],
  [
    'GET http://a?y HTTP/1.0',
    { ...WHOLE, version: '1.0', target: 'http://a?y', scheme: 'http', authority: 'a', query: 'y' },
  ],
  [
    'CONNECT a.example:443 HTTP/1.1',
    { ...WHOLE, method: 'CONNECT', target: 'a.example:443', authority: 'a.example:443' },
  ],
  ['GET a:b HTTP/1.1', { ...WHOLE, target: 'a:b', path: 'a:b' }],
  ['GET /a b HTTP/1.1', { ...WHOLE, whole: false, target: '/a b', path: '/a b' }],
  ['GET /a  HTTP/1.1', { ...WHOLE, whole: false, target: '/a', path: '/a' }],
  ['GET HTTP/1.1', { ...WHOLE, whole: false }],
  ['GET /a', { method: 'GET', whole: false, target: '/a', path: '/a' }],
  ['GET /a HTTP/1.', { method: 'GET', whole: false, target: '/a HTTP/1.', path: '/a HTTP/1.' }],
  ['GET /a XHTTP/1.1', { method: 'GET', whole: false, target: '/a XHTTP/1.1', path: '/a XHTTP/1.1' }],
  ['GET', { method: 'GET', whole: false }],
  ['', { whole: false }],
])('%j', (line, expected) => expect(parts(line)).toEqual(expected));

test.each([
  ['a.example', ''],
  ['a.example:80', '80'],
  ['a.example:65535', '65535'],
  ['a.example:65536', ''],
  ['a.example:000080', ''],
  ['a.example:', ''],
  ['[2001:db8::1]', ''],
  ['[2001:db8::1]:8080', '8080'],
  [':80', '80'],
  ['80', ''],
  ['', ''],
])('the port of %j', (host, port) => {
  const { at, end } = putLast(Buffer.from(host, 'latin1'));
  expect(asLatin1(read(code.requestLine_portOf(at, end), end))).toBe(port);
});
