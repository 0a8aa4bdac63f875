import fc from 'fast-check';

import { METHODS } from './second-reading/start-line.ts';

/** Random payloads, as latin1 text: much that is HTTP, more that nearly is. */

/** Any byte, the dangerous ones more often. */
const byte: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...'\r\n\t :\\\0\x1b\x7f\x80\x9f\xc2\xe2\xf0\xff') },
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)) },
);

/** Any bytes. */
export const bytes: fc.Arbitrary<string> = fc.string({ unit: byte, maxLength: 60 });

/** Text of any language as UTF-8. */
const utf8Text: fc.Arbitrary<string> = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((text) => Buffer.from(text, 'utf8').toString('latin1'));

const plainText: fc.Arbitrary<string> = fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/);

/** Something to stand in a value. */
const value: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: plainText },
  { weight: 2, arbitrary: utf8Text },
  { weight: 2, arbitrary: bytes },
  { weight: 1, arbitrary: fc.constant('') },
);

const lineEnd: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('\r\n') },
  { weight: 3, arbitrary: fc.constant('\n') },
  { weight: 1, arbitrary: fc.constantFrom(' \r\n', '\r\r\n', '\t\n', '\r') },
);

const blanks: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(' ') },
  { weight: 1, arbitrary: fc.constantFrom('', '\t', '  ', ' \t ') },
);

const method: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...METHODS) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('BAN', 'M-SEARCH', 'RPC_IN_DATA', 'SUBSCRIBE', 'get', 'HTTP', '*', 'GE', 'PRIX'),
  },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'ABYZ-_'), minLength: 2, maxLength: 27 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'AZ-_a1@['), maxLength: 8 }) },
);

const version: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2') },
  { weight: 1, arbitrary: fc.constantFrom('HTTP/11', 'HTTP/1.', 'HTTP/1.10', 'HTTP/', 'http/1.1', 'RTSP/1.0', '') },
);

const requestLine: fc.Arbitrary<string> = fc
  .tuple(method, blanks, value, blanks, version)
  .map((parts) => parts.join(''));

const status: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 100, max: 599 }).map(String) },
  { weight: 4, arbitrary: fc.constantFrom('100', '101', '199', '200', '204', '304', '205', '999', '000') },
  { weight: 1, arbitrary: fc.constantFrom('20', '2', '2000', '20x', '') },
);

const statusLine: fc.Arbitrary<string> = fc
  .tuple(version, blanks, status, blanks, value)
  .map((parts) => parts.join(''));

const NAMES = ['Host', 'User-Agent', 'Content-Length', 'Content-Type', 'Transfer-Encoding'] as const;

/** The name in any mixture of cases, or broken. */
const name: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), fc.bigInt(0n, 0xffffffffn))
      .map(([text, bits]) =>
        [...text].map((letter, i) => ((bits >> BigInt(i)) & 1n ? letter.toUpperCase() : letter.toLowerCase())).join(''),
      ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...NAMES), byte).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(byte, fc.constantFrom(...NAMES)).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.constantFrom('Accept', 'X', 'Cookie', 'Hos', 'Content-Lengt', 'Content-Lengthy', '') },
);

const fieldLine: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(name, fc.constant(':'), blanks, value).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: value },
  { weight: 1, arbitrary: value.map((text) => ` ${text}`) },
);

/** A Content-Length that is right, wrong or nonsense for a body of this length. */
function lengthField(body: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(`Content-Length: ${body}`) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 }).map((wrong) => `Content-Length: ${wrong}`) },
    { weight: 2, arbitrary: fc.constantFrom('Transfer-Encoding: chunked', 'X: y') },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom('', '-1', '+5', '5, 5', '4294967296', '18446744073709551616', '00000000000000000000000005', '5x')
        .map((text) => `Content-Length: ${text}`),
    },
  );
}

/** A message: start line, fields, and perhaps a body. */
const message: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '', '\r\n', '\r\n\r\n', '\r\n\r\n\r\n', '\n'),
    fc.oneof(requestLine, statusLine),
    fc.array(fc.tuple(fieldLine, lineEnd), { maxLength: 5 }),
    lineEnd,
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 2, arbitrary: bytes },
      { weight: 1, arbitrary: requestLine },
    ),
  )
  .chain(([before, start, fields, end, body]) =>
    fc
      .oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 3, arbitrary: lengthField(body.length) })
      .map((length) => {
        const lines = fields.map((parts) => parts.join('')).join('');
        return `${before}${start}${end}${lines}${length && `${length}\r\n`}${end}${body}`;
      }),
  );

/** What happens to text on its way: it is cut, or bytes are put in or lost. */
function damaged(text: string): fc.Arbitrary<string> {
  const place = fc.nat({ max: text.length });
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(text) },
    { weight: 3, arbitrary: place.map((at) => text.slice(0, at)) },
    { weight: 2, arbitrary: fc.tuple(place, byte).map(([at, put]) => text.slice(0, at) + put + text.slice(at)) },
    { weight: 1, arbitrary: place.map((at) => text.slice(0, at) + text.slice(at + 1)) },
    { weight: 1, arbitrary: fc.tuple(place, bytes).map(([at, put]) => text.slice(0, at) + put + text.slice(at)) },
  );
}

const beginning: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    'HTTP',
    'HTTP/',
    'HTTP/1',
    'HTTP/1.',
    'HTTP/1.1',
    'HTTP/1.1 ',
    'HTTP/1.1 2',
    'HTTP/1.1 20',
    'HTTP/1.1 200',
    'HTTP/1.1 2000',
  ],
  ...[
    'HTTP/2 ',
    'HTTP/2 2',
    'HTTP/2 20',
    'HTTP/2 200',
    'HTTP/22',
    'HTTP/1.1  ',
    'HTTP/1.1 20 ',
    'GET',
    'GET ',
    'GET /',
    '',
  ],
);

/** The payload of one packet. */
export const payload: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.array(message, { minLength: 1, maxLength: 4 }).chain((all) => damaged(all.join(''))) },
  { weight: 2, arbitrary: beginning },
  { weight: 1, arbitrary: fc.tuple(message, beginning).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: bytes },
);
