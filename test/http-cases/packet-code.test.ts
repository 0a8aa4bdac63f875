import { describe, expect, test } from 'vitest';

import { pcap } from '../support/capture-file.ts';
import { packetCodeOutcome, secondReadingOutcome } from '../support/comparison.ts';
import { ethernet } from '../support/frames.ts';
import { httpCases } from '../support/http-cases.ts';
import type { RunSettings } from '../support/packet-code.ts';
import { tcpPacket } from '../support/packets.ts';

const SETTINGS: RunSettings = { ports: 'any', local: [], addVlan: false, split: false };
const ENDS = { source: '192.0.2.1', sourcePort: 40_000, destination: '198.51.100.7', destinationPort: 80 };
const START = '1970-01-01 00:00:00.000 192.0.2.1#40000 198.51.100.7#80 C';

/** Every length of a payload; of a long one its first and last lengths and a few between. */
function lengths(whole: number): number[] {
  const all = Array.from({ length: whole + 1 }, (_, i) => i);
  return whole < 2000 ? all : all.filter((length) => length < 5 || length > whole - 5 || length % 16_000 < 2);
}

function fileOf(payload: Uint8Array, cuts: readonly number[]): Uint8Array {
  return pcap(cuts.map((length) => ({ time: 0n, bytes: ethernet(tcpPacket(ENDS, payload.subarray(0, length))) })));
}

describe('the packet code', () => {
  process.env.TZ = 'UTC';
  const cases = httpCases();

  test.each(cases.map((one) => [one.name, one] as const))('%s', (_, { payload, messages }) => {
    const whole = packetCodeOutcome(fileOf(payload, [payload.length]), SETTINGS);
    const lines = messages.map(({ kind, startLine, fields }) =>
      [`${START}${kind === 'request' ? 'Q' : 'R'}`, startLine, ...fields, ''].join(' ').replace(/ $/, '\n'),
    );
    expect(whole.lines).toEqual(lines.length > 0 ? { 19700101: lines.join('') } : {});
    expect(whole.cutHeads).toBe(messages.filter(({ cut }) => cut).length);
  });

  test.each(cases.map((one) => [one.name, one] as const))('cut everywhere: %s', (_, { payload }) => {
    const file = fileOf(payload, lengths(payload.length));
    expect(packetCodeOutcome(file, SETTINGS)).toEqual(secondReadingOutcome(file, SETTINGS));
  });
});
