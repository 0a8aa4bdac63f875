import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { asLatin1, latin1 } from '../support/bytes.ts';
import { pcap } from '../support/capture-file.ts';
import { type Outcome, packetCodeOutcome, secondReadingOutcome } from '../support/comparison.ts';
import { ethernet } from '../support/frames.ts';
import type { RunSettings } from '../support/packet-code.ts';
import { tcpPacket } from '../support/packets.ts';
import { captureFile, damagedFile } from '../support/random-captures.ts';
import { bytes, payload } from '../support/random-payloads.ts';
import { settings } from '../support/random-settings.ts';
import { unescapeField } from '../support/second-reading/escape.ts';

// The packet code against the slow, clear second reading. HTTPLOG_TEST_SEED repeats a run that failed.
const SEED: number = Number(process.env.HTTPLOG_TEST_SEED ?? Date.now() % 1_000_000_007);
const ZONES = ['UTC', 'Asia/Seoul', 'America/St_Johns', 'Pacific/Kiritimati'] as const;
const PLAIN: RunSettings = { ports: 'any', local: [], addVlan: false, split: false };
const ENDS = { source: '192.0.2.1', sourcePort: 40_000, destination: '198.51.100.7', destinationPort: 80 };

console.log(`seed ${SEED} (HTTPLOG_TEST_SEED=${SEED} repeats this run)`);

const zoneBefore = process.env.TZ;
let packets = 0;
let lines = 0;
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
  console.log(`${packets} packets, ${lines} lines compared`);
});

/** Both readings of the file must be equal; gives the packet code's. */
function compare(file: Uint8Array, run: RunSettings, zone = 'UTC'): Outcome {
  process.env.TZ = zone;
  const outcome = packetCodeOutcome(file, run);
  expect(outcome).toEqual(secondReadingOutcome(file, run));
  packets += outcome.packets;
  lines += Object.values(outcome.types).reduce((sum, count) => sum + count, 0);
  return outcome;
}

function allLines(outcome: Outcome): string[] {
  return Object.values(outcome.lines).flatMap((text) => text.split('\n').slice(0, -1));
}

/** A capture of one packet from the client to the server for each payload. */
function fileOf(...payloads: readonly string[]): Uint8Array {
  return pcap(payloads.map((text) => ({ time: 0n, bytes: ethernet(tcpPacket(ENDS, latin1(text))) })));
}

function parameters(numRuns: number): { seed: number; numRuns: number; interruptAfterTimeLimit: number } {
  return { seed: SEED, numRuns, interruptAfterTimeLimit: 45_000 };
}

describe('the packet code and the second reading', () => {
  test('made captures', { timeout: 90_000 }, () => {
    const property = fc.property(captureFile, settings, fc.constantFrom(...ZONES), (file, run, zone) => {
      compare(file, run, zone);
    });
    fc.assert(property, parameters(1200));
  });

  test('damaged captures', { timeout: 90_000 }, () => {
    const property = fc.property(damagedFile, settings, (file, run) => {
      compare(file, run);
    });
    fc.assert(property, parameters(1200));
  });

  test('random payloads', { timeout: 90_000 }, () => {
    const property = fc.property(fc.array(payload, { minLength: 40, maxLength: 60 }), (payloads) => {
      compare(fileOf(...payloads), PLAIN);
    });
    fc.assert(property, parameters(500));
  });

  test('random bytes as a file', () => {
    const magics = [[0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x0a, 0x0d, 0x0d, 0x0a], []];
    const file = fc
      .tuple(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }))
      .map(([magic, rest]) => Uint8Array.of(...magic, ...rest));
    fc.assert(
      fc.property(file, (one) => {
        compare(one, PLAIN);
      }),
      parameters(500),
    );
  });
});

describe('lines', () => {
  test('one a message, no controls in it, well-formed UTF-8', () => {
    const property = fc.property(fc.array(payload, { minLength: 20, maxLength: 30 }), settings, (payloads, run) => {
      const outcome = compare(fileOf(...payloads), run);
      const written = allLines(outcome);
      const messages = Object.values(outcome.types).reduce((sum, count) => sum + count, 0);
      expect(written).toHaveLength(messages);
      for (const line of written) {
        const controls = [...line].filter((character) => character < ' ' || character === '\x7f');
        expect(controls).toEqual([]);
        expect(isUtf8(latin1(line))).toBe(true);
        expect(Buffer.from(latin1(line)).toString('utf8')).not.toMatch(/[\u0080-\u009f]/);
      }
    });
    fc.assert(property, parameters(100));
  });

  test('escapes can be undone: any value makes the way through a packet and back', () => {
    // What a field can hold: no line feed, no blanks around it, no CR at its end.
    const value = fc
      .oneof(bytes, fc.uint8Array({ maxLength: 80 }).map(asLatin1))
      .map((text) => text.replaceAll('\n', '').replace(/^[ \t]+/, ''))
      .map((text) => text.replace(/[ \t\r]+$/, ''));
    const property = fc.property(fc.array(value, { minLength: 10, maxLength: 20 }), (values) => {
      const written = allLines(
        compare(fileOf(...values.map((text) => `GET / HTTP/1.1\r\nUser-Agent: ${text}\r\n\r\n`)), PLAIN),
      );
      const start = '1970-01-01 00:00:00.000 192.0.2.1#40000 198.51.100.7#80 CQ GET / HTTP/1.1  ';
      expect(written.map((line) => line.slice(0, start.length))).toEqual(values.map(() => start));
      expect(written.map((line) => unescapeField(line.slice(start.length)))).toEqual(values);
    });
    fc.assert(property, parameters(150));
  });
});
