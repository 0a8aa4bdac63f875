// Heads by two parsers: where Node's own (llhttp) takes a head, then its method, target, status and fields are those of our
// line. Where they are not, the contract says why. HTTPLOG_TEST_SEED tries others.
import { expect, test } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { METHODS } from '../../layout/methods.table.ts';
import { asLatin1, latin1 } from '../support/bytes.ts';
import { pcap } from '../support/capture-file.ts';
import { ethernet } from '../support/frames.ts';
import { runFile } from '../support/packet-code.ts';
import { tcpPacket } from '../support/packets.ts';
import { unescapeField } from '../support/second-reading/escape.ts';
import { readCorpus } from './corpus.ts';
import { HTTP_WORDS } from './http-words.ts';
import { type Parsed, requestParser, responseParser } from './llhttp.ts';
import { mutate } from './mutate.ts';

const SEED = Number(process.env.HTTPLOG_TEST_SEED ?? 1);
const COUNT = 12_000;
const FIRST_PORT = 10_000;
const LONGEST = 3000;
const COLUMNS = ['method', 'target', 'status', 'request.host', 'request.user-agent', 'request.content-length'];
const FIELDS = ['client.port', 'server.port', ...COLUMNS, 'response.content-length', 'response.content-type'];
const SETTINGS = {
  ...({ ports: 'any', local: [], addVlan: false, split: false, pair: false, assemble: false } as const),
  ...({ format: 'tsv', fields: FIELDS, headers: [], redact: [], clientHeader: '' } as const),
};

const HEADS: readonly Uint8Array[] = [
  'GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nUser-Agent: x y\r\nAccept: */*\r\n\r\n',
  'POST /p HTTP/1.0\r\nUser-Agent:agent\r\nContent-Length: 3\r\nHost:\t h:80 \r\n\r\nabc',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  'CONNECT a:443 HTTP/1.1\r\nhOST: a\r\nuser-agent: \xed\x95\x9c\r\n\r\n',
  'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\nHost: 239.255.255.250\r\n\r\n',
  'GET http://u@a/ HTTP/1.1\nHost: a\nUser-Agent: bare\n\n',
  'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.0 404 \r\nContent-Type:a\r\nServer: x\r\ncontent-length:0\r\n\r\n',
  'HTTP/1.1 304\r\nContent-Length: 10\r\nDate: x\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
].map(latin1);

/** Why we read a head in another way than llhttp, each by what stands in the text. */
const REASONS: readonly (readonly [name: string, holds: (text: string, lenient: boolean) => boolean])[] = [
  ['up to two CRLF before a start line are skipped, no LF', (text) => !/^(\r\n){0,2}[^\r\n]/.test(text)],
  ['a request line that ends in a version has one', (text) => /^\s*[A-Z-]+ HTTP\/\d/.test(text)],
  ['behind a method stand one space and a printable byte', (text) => /^\s*[A-Z-]+ \s/.test(text)],
  [
    'a word that is no registered method needs a version',
    (text) => !isRegistered(text) && !/^[^\n]* HTTP\/\d/.test(text),
  ],
  ['a line ends at LF, not at CR', (text, lenient) => lenient && /\r(?!\n)/.test(text)],
  ['a line that begins with white space is ignored', (text, lenient) => lenient && /\n[ \t]/.test(text)],
  ['the head ends at the first empty line', (text, lenient) => lenient && /^\s*[^\n]*\n\n/.test(text)],
];

function isRegistered(text: string): boolean {
  return METHODS.includes(/^\s*(\S*)/.exec(text)?.[1] ?? '') || isResponse(text);
}

function isResponse(text: string): boolean {
  return /^[\r\n]*HTTP\//.test(text);
}

test.each([false, true])('lenient %s: what llhttp takes we read in the same way', async (lenient) => {
  const payloads = makePayloads();
  const ours = ourHeads(payloads);
  const parsers = [requestParser(lenient), responseParser(lenient)] as const;
  const counts = new Map<string, number>();
  const unexplained: unknown[] = [];
  for (const [i, bytes] of payloads.entries()) {
    const text = asLatin1(bytes);
    const parsed = await parsers[isResponse(text) ? 1 : 0](bytes);
    if (parsed === undefined) continue;
    const theirs = wanted(parsed, isResponse(text));
    const isSame = String(theirs) === String(ours.get(i));
    const why = isSame ? 'the same' : REASONS.find(([, holds]) => holds(text, lenient))?.[0];
    if (why === undefined) unexplained.push({ text, theirs, ours: ours.get(i) });
    counts.set(why ?? 'unexplained', (counts.get(why ?? 'unexplained') ?? 0) + 1);
  }
  console.log(`llhttp ${process.versions.llhttp}, seed ${SEED}, ${payloads.length} heads:`, Object.fromEntries(counts));
  expect(unexplained.map((one) => JSON.stringify(one))).toEqual([]);
  expect(counts.get('the same')).toBeGreaterThan(1500);
});

function makePayloads(): Uint8Array[] {
  const random = seeded(SEED);
  const other = (): Uint8Array => HEADS[random.below(HEADS.length)] ?? new Uint8Array(1);
  const made = Array.from({ length: COUNT }, () =>
    mutate(other(), random, { words: HTTP_WORDS, longest: LONGEST, other }),
  );
  return [...HEADS, ...readCorpus('head'), ...made].filter(({ length }) => length > 0);
}

/** What our line of the first message in each payload says, by the payload's place. */
function ourHeads(payloads: readonly Uint8Array[]): Map<number, string[]> {
  const ends = { source: '192.0.2.1', destination: '198.51.100.7', destinationPort: 80 };
  const packets = payloads.map((bytes, i) => ethernet(tcpPacket({ ...ends, sourcePort: FIRST_PORT + i }, bytes)));
  const { areas } = runFile(pcap(packets.map((bytes) => ({ time: 0n, bytes }))), SETTINGS);
  const lines = areas.flatMap(({ bytes }) => asLatin1(bytes).split('\n').slice(0, -1));
  const first = new Map<number, string[]>();
  for (const line of lines) {
    const [client, server, ...said] = line.split('\t').map(unescapeField);
    const place = Math.max(Number(client), Number(server)) - FIRST_PORT;
    if (!first.has(place)) first.set(place, said);
  }
  return first;
}

/** What llhttp's head would say in such a line, where a status of 000 is none. */
function wanted({ method, target, status, field }: Parsed, ofResponse: boolean): string[] {
  const value = (name: string): string => field(name) ?? '';
  if (ofResponse)
    return ['', '', status === 0 ? '' : String(status), '', '', '', value('content-length'), value('content-type')];
  return [method, target, '', value('host'), value('user-agent'), value('content-length'), '', ''];
}
