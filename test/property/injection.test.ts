// What stands in any field of a message forges no line and drives no terminal, in any format: each field in turn is made of
// all that could, and there is one line, with all that it should have.
import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { FORMATS } from '../../layout/formats.table.ts';
import { asLatin1, latin1 } from '../support/bytes.ts';
import { Conversation, captureOf } from '../support/conversation.ts';
import { runFile } from '../support/packet-code.ts';

/** Colours, titles, C1 controls as bytes and as UTF-8, quotes, separators of columns, broken UTF-8, what looks like a line. */
const HOSTILE =
  '\x1b[31m\x1b]0;t\x07\x9b31m\xc2\x9b1m\xc2\x85\r\x0b\x0c\0\x08\x7f"\\\\x0a\t| ' +
  '\xff\xc0\x80\xed\xa0\x80\xe2\x80\xa8 2026-01-02 03:04:05.006 10.0.0.1#1 10.0.0.2#80 CQ GET /forged HTTP/1.1 " - {}\xe2';

const REQUEST_FIELDS = ['Host', 'User-Agent', 'Referer', 'Cookie', 'X-Forwarded-For', 'Content-Type', 'Content-Length'];
const ANSWER_FIELDS = ['Content-Type', 'Content-Length', 'Server', 'Set-Cookie', 'X-A'];
const END = '\r\n\r\n';

/** A request and its answer, in which one part is hostile. */
const PLACES: readonly (readonly [name: string, request: string, answer: string])[] = [
  ['target', `GET /${HOSTILE}?q=${HOSTILE} HTTP/1.1${END}`, `HTTP/1.1 200 OK${END}`],
  ['URL', `GET http://${HOSTILE}@${HOSTILE}:80/ HTTP/1.1${END}`, `HTTP/1.1 200 OK${END}`],
  ['version', `GET / HTTP/${HOSTILE}${END}`, `HTTP/1.1 200 OK${END}`],
  ['reason', `GET / HTTP/1.1${END}`, `HTTP/1.1 200 ${HOSTILE}${END}`],
  ...REQUEST_FIELDS.map(
    (name) => [`${name} of a request`, `GET / HTTP/1.1\r\n${name}: ${HOSTILE}${END}`, `HTTP/1.1 200 OK${END}`] as const,
  ),
  ...ANSWER_FIELDS.map(
    (name) => [`${name} of an answer`, `GET / HTTP/1.1${END}`, `HTTP/1.1 200 OK\r\n${name}: ${HOSTILE}${END}`] as const,
  ),
];

/** The columns of a line whose columns are parted by tabs. */
const TSV = ['time', 'method', 'target', 'status', 'url.query', 'request.referer', 'request.cookie', 'response.x-a'];
const ZEEK_COLUMNS = 30;

test.each(FORMATS.map(({ name }) => name))('%s', (format) => {
  for (const [name, request, answer] of PLACES) {
    for (const assemble of [false, true]) {
      const file = captureOf(new Conversation().open().client(request).server(answer).closeBoth());
      const { areas } = runFile(file, {
        ...({ ports: 'any', local: [], addVlan: true, split: false, pair: true, assemble, format } as const),
        fields: format === 'tsv' ? TSV : [],
        headers: format === 'json' ? [...REQUEST_FIELDS, ...ANSWER_FIELDS] : [],
        clientHeader: format === 'text' || format === 'zeek' ? '' : 'x-forwarded-for',
        redact: ['never-there'],
      });
      const text = areas.map(({ bytes }) => asLatin1(bytes)).join('');
      const where = `${name}, assemble ${assemble}: ${JSON.stringify(text)}`;
      expect(text.match(/\n/g), where).toHaveLength(1);
      expect(isUtf8(latin1(text)), where).toBe(true);
      const line = Buffer.from(text.slice(0, -1), 'latin1').toString('utf8');
      const columns = line.split('\t');
      if (format === 'tsv') expect(columns, where).toHaveLength(TSV.length);
      else if (format === 'zeek') expect(columns, where).toHaveLength(ZEEK_COLUMNS);
      else expect(columns, where).toHaveLength(1);
      expect(columns.join(''), where).not.toMatch(/\p{Cc}/u);
      if (format === 'json') expect(JSON.parse(line), where).toMatchObject({ 'http.response.status_code': 200 });
      if (format.endsWith('combined')) expect(line.replaceAll(/"[^"]*"/g, ''), where).not.toContain(' GET /forged');
    }
  }
});
