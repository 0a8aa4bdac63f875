// Lines of every format in every mode: whole, one for each message or transaction, and nothing in them that forges a line or
// drives a terminal.
import { isUtf8 } from 'node:buffer';
import { FORMATS, type FormatName } from '../../../layout/formats.table.ts';
import { join, latin1, u8 } from '../../support/bytes.ts';
import { exchangesOf, KIND_NAMES } from '../../support/exchanges.ts';
import { LINES } from '../../support/format-lines.ts';
import { HTTP_WORDS } from '../http-words.ts';
import type { Instrumented } from '../instrument.ts';
import { openSandbox } from '../sandbox.ts';
import { bytesOfConversation, captureOfBytes, PARTING } from '../segments.ts';
import { must, type Target } from '../target.ts';
import { linesOf, mustBeSame, walk } from '../walk.ts';

const LONGEST = 2000;
const FIELDS = [
  'time',
  'type',
  'client',
  'target',
  'request.referer',
  'request.cookie',
  'response.x-a',
  'url.query',
  'httplog.vlan',
];
const MODES = [
  { pair: false, assemble: false },
  { pair: true, assemble: false },
  { pair: true, assemble: true },
] as const;

const CONTROL: RegExp = /\p{Cc}/u;
/** Values that must be in no line. */
const SECRET = 'hunter2';

/** Fuzzes each format in each mode; the first byte of an input says which. */
export function formatsTarget(code: Instrumented): Target {
  const variants = FORMATS.flatMap(({ name, transactions }) =>
    MODES.filter(({ pair }) => pair || !transactions).map((mode) => ({
      format: name,
      sandbox: openSandbox(code, {
        ...mode,
        format: name,
        input: 2 ** 17,
        flows: 16,
        slabs: 24,
        fields: name === 'tsv' ? FIELDS : [],
        headers: name === 'json' ? ['referer', 'x-a', 'cookie'] : [],
        redact: ['Cookie', 'q', 'token'],
        clientHeader: name === 'text' || name === 'zeek' ? '' : 'x-forwarded-for',
      }),
    })),
  );
  let used = variants[0] as (typeof variants)[number];
  return {
    name: 'formats',
    longest: LONGEST,
    words: [...HTTP_WORDS, join(PARTING, u8(0)), join(PARTING, u8(1)), latin1(`token=${SECRET}`)],
    seeds: () => variants.flatMap((_, i) => seeds().map((bytes) => join(u8(i), bytes))),
    counters: () => used.sandbox.counters,
    run(input) {
      used = variants[(input[0] ?? 0) % variants.length] ?? used;
      const file = captureOfBytes(input.subarray(1));
      const whole = walk(used.sandbox, file, { litter: 0 });
      mustBeSame(whole, walk(used.sandbox, file, { litter: 0xff }), 'bytes of nobody');
      if (whole.lines.size > 0) for (const line of linesOf(whole)) mustBeLine(used.format, line);
    },
  };
}

/** Throws where a line, a character for each byte, is none of its format. */
function mustBeLine(format: FormatName, line: string): void {
  const bytes = latin1(line);
  must(isUtf8(bytes), 'no UTF-8', line);
  const text = Buffer.from(bytes).toString('utf8');
  must(LINES[format].test(text), 'no line of its format', format, line);
  must(format !== 'tsv' || text.split('\t').length === FIELDS.length, 'another number of columns', line);
  must(!CONTROL.test(format === 'tsv' || format === 'zeek' ? text.replaceAll('\t', '') : text), 'a control', line);
  if (format === 'json') mustBeRecord(text);
}

function mustBeRecord(text: string): void {
  const record = JSON.parse(text) as Record<string, unknown>;
  const values = Object.values(record).flat();
  must(
    values.every((value) => ['string', 'number', 'boolean'].includes(typeof value)),
    'a value that is neither text nor number',
    text,
  );
  // A key that comes twice would be read as one.
  must(JSON.stringify(record).length <= text.length, 'shorter than what it says', text);
  const cookie = record['http.request.header.cookie'];
  must(cookie === undefined || String(cookie) === 'REDACTED', 'a cookie', text);
}

function seeds(): Uint8Array[] {
  const conversations = [
    exchangesOf(
      ['length', 'head'],
      false,
      {},
      `Referer: http://a/?q=${SECRET}\r\nCookie: a=${SECRET}\r\nX-A: "\\\t\x1b\r\n`,
    ),
    exchangesOf(
      ['chunked', 'hints'],
      true,
      {},
      'User-Agent: \xed\x95\x9c\x85\xff\r\nX-Forwarded-For: 203.0.113.9\r\nHost: [::1]:8080\r\n',
    ),
    exchangesOf(
      [KIND_NAMES[4] ?? 'length', 'pipelined'],
      true,
      {},
      'Content-Type: a/b; q="\x07"\r\nForwarded: for=x\r\n',
    ),
  ];
  return conversations
    .map(({ conversation }) => bytesOfConversation(conversation))
    .filter(({ length }) => length < LONGEST);
}
