import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STOP_MORE } from '../../layout/stops.ts';
import { asLatin1, join, latin1 } from '../support/bytes.ts';
import { pcap } from '../support/capture-file.ts';
import { ethernet, vlan } from '../support/frames.ts';
import { type RunSettings, runFile } from '../support/packet-code.ts';
import { tcpPacket } from '../support/packets.ts';
import { unescapeField } from '../support/second-reading/escape.ts';

// Any text makes the way through a packet and back: what a log reader undoes of a line is what was sent. Text is latin1 here, a character
// for each byte. HTTPLOG_TEST_SEED repeats a run that failed.
const SEED: number = Number(process.env.HTTPLOG_TEST_SEED ?? Date.now() % 1_000_000_007);
console.log(`seed ${SEED} (HTTPLOG_TEST_SEED=${SEED} repeats this run)`);

const SETTINGS: RunSettings = { ports: 'any', local: [], addVlan: true, split: false };
const V4 = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80 };
const V6 = { ...V4, source: '2001:db8::1', destination: '::ffff:192.0.2.1' };

// Bytes that are often there: text, its escapes, UTF-8 whole and torn, controls, white space.
const piece: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 12 }).map(asLatin1) },
    { weight: 2, arbitrary: fc.string({ maxLength: 20 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map((text) => asLatin1(Buffer.from(text))) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        ...[
          '\\x0a',
          '\\',
          '\\\\x41',
          '\x1b[31m',
          '\xe2\x82',
          '\xf0\x9f\x98\x80',
          '\xc2\x85',
          '\x7f',
          ' ',
          '\t',
          '\r',
          '\0',
        ],
        ...['\xed\xa0\x80', '\xef\xbb\xbf', '2019-09-01 14:16:51.002 192.0.2.1#1 192.0.2.2#80 CQ'],
      ),
    },
  )
  .map((text) => text.replaceAll('\n', ''));
const anyText: fc.Arbitrary<string> = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
/** What a field can hold: no white space around it, no CR at its end. */
const value: fc.Arbitrary<string> = anyText.map((text) => text.replace(/^[ \t]+/, '').replace(/[ \t\r]+$/, ''));
/** The same behind `GET `: the first byte is printable. */
const target: fc.Arbitrary<string> = anyText.map((text) => `/${text}`);

const request = fc.record({ target, host: value, agent: value });
const response = fc.record({ reason: anyText, length: value, type: value });

/** The lines that payloads give, one packet each, without their LF. */
function linesOf(payloads: readonly string[]): string[] {
  const packets = payloads.map((text, i) => {
    const packet = tcpPacket(i % 2 === 0 ? V4 : V6, latin1(text));
    return { time: 0n, bytes: ethernet(i % 3 === 0 ? vlan(i, packet) : packet) };
  });
  const { areas, stop, counters } = runFile(pcap(packets), SETTINGS);
  expect(stop).toBe(STOP_MORE);
  const text = asLatin1(join(...areas.map(({ bytes }) => bytes)));
  const lines = text.split('\n').slice(0, -1);
  expect(text.endsWith('\n') || text === '').toBe(true);
  expect(areas.reduce((sum, { lines: number }) => sum + number, 0)).toBe(lines.length);
  const messages = ['cq', 'cr', 'sq', 'sr'].map((type) => Number(counters.get(`messages_${type}`)));
  expect(messages.reduce((sum, number) => sum + number, 0)).toBe(lines.length);
  return lines;
}

/** What stands behind a line's date, time, ends, type and tags. */
function restOf(line: string): string {
  const begin =
    /^[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}\.[0-9]{3} \S+#[0-9]+ \S+#[0-9]+ [CS][QR] (vlan=[0-9]+ )?/.exec(
      line,
    );
  if (begin === null) expect.fail(`a line that begins otherwise: ${JSON.stringify(line)}`);
  return line.slice(begin[0].length);
}

/** Whether a line can do no harm to a terminal or to who reads lines. */
function isHarmless(line: string): boolean {
  const bytes = latin1(line);
  // C1 controls as UTF-8 are 0xc2 0x80 to 0xc2 0x9f.
  return isUtf8(bytes) && !bytes.some((byte) => byte < 0x20 || byte === 0x7f) && !/\xc2[\x80-\x9f]/.test(line);
}

function parameters(numRuns: number): { seed: number; numRuns: number; interruptAfterTimeLimit: number } {
  return { seed: SEED, numRuns, interruptAfterTimeLimit: 45_000 };
}

describe('a line', () => {
  test('of a request holds target, host and agent, byte for byte', () => {
    const property = fc.property(fc.array(request, { minLength: 10, maxLength: 30 }), (requests) => {
      const payloads = requests.map(
        (one) => `GET ${one.target} HTTP/1.1\r\nHost: ${one.host}\r\nUser-Agent:\t${one.agent} \r\n\r\n`,
      );
      const lines = linesOf(payloads);
      expect(lines.every(isHarmless)).toBe(true);
      expect(lines.map((line) => unescapeField(restOf(line)))).toEqual(
        requests.map((one) => `GET ${one.target} HTTP/1.1 ${one.host} ${one.agent}`),
      );
    });
    fc.assert(property, parameters(200));
  });

  test('of a response holds reason, length and type, byte for byte', () => {
    const property = fc.property(fc.array(response, { minLength: 10, maxLength: 30 }), (responses) => {
      const payloads = responses.map(
        (one) => `HTTP/1.1 200 ${one.reason}.\r\nContent-Type:${one.type}\r\nContent-Length: ${one.length}\r\n\r\n`,
      );
      const lines = linesOf(payloads);
      expect(lines.every(isHarmless)).toBe(true);
      // A length that is told and fulfilled leaves the rest of the packet to another message: there is none.
      expect(lines.map((line) => unescapeField(restOf(line)))).toEqual(
        responses.map((one) => `HTTP/1.1 200 ${one.reason}. ${one.length} ${one.type}`),
      );
    });
    fc.assert(property, parameters(200));
  });

  test('is one for each message, whatever the packets hold, and does no harm', () => {
    const payload = fc
      .tuple(
        fc.constantFrom('GET ', 'GET /', 'HTTP/1.1 200', 'BAN / HTTP/1.1\r\n', 'HTTP/1.', '\r\nPOST /', ''),
        anyText,
        anyText,
      )
      .map(([begin, middle, end]) => `${begin}${middle}\r\nHost:${end}\n${middle}\r\n\r\n${begin}${end}`);
    const property = fc.property(fc.array(payload, { minLength: 10, maxLength: 30 }), (payloads) => {
      const lines = linesOf(payloads);
      for (const line of lines) {
        restOf(line);
        if (!isHarmless(line)) expect.fail(`a line that may do harm: ${JSON.stringify(line)}`);
      }
    });
    fc.assert(property, parameters(200));
  });

  test('can be told from any other: different texts give different lines', () => {
    const property = fc.property(anyText, anyText, (one, other) => {
      const [first, second] = linesOf([one, other].map((text) => `GET /${text}.\n\n`)).map(restOf);
      expect(first === second).toBe(one === other);
    });
    fc.assert(property, parameters(300));
  });
});
