import { describe, expect, test } from 'vitest';
import { join, latin1, u32, zeros } from '../../test/support/bytes.ts';
import { type PcapSettings, pcap, pcapHeader, pcapRecord } from '../../test/support/capture-file.ts';
import { readFrames } from '../../test/support/frame-reader.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const internals = openInternals({ scratch: 1048576 });
const TIME = 1_567_315_011_002_345_678n;
const PACKETS = [
  { time: TIME, bytes: latin1('first'), originalLength: 1500 },
  { time: TIME + 1n, bytes: zeros(0) },
  { time: 0n, bytes: latin1('third') },
];
const VARIANTS: PcapSettings[] = (['little', 'big'] as const).flatMap((order) => [
  { order, resolution: 'micro' as const },
  { order, resolution: 'nano' as const },
  { order, modified: true },
]);

describe.each(VARIANTS)('%o', (settings) => {
  const unit = settings.resolution === 'nano' ? 1n : 1000n;
  const cut = (time: bigint): bigint => (time / unit) * unit;
  const file = pcap(PACKETS, settings);
  const expected = [
    { text: 'first', originalLength: 1500, linkType: 1, time: cut(TIME) },
    { text: '', originalLength: 0, linkType: 1, time: cut(TIME + 1n) },
    { text: 'third', originalLength: 5, linkType: 1, time: 0n },
  ];

  test('records', () => {
    expect(readFrames(internals, file)).toMatchObject({ frames: expected, end: 'more', position: file.length });
  });

  test('cut at every byte: the whole records before, and more is wanted', () => {
    const header = 24;
    const recordHeader = settings.modified ? 24 : 16;
    const ends = [0, 5, 5, 10].map((bytes, i) => header + i * recordHeader + bytes);
    for (let length = 0; length < file.length; length++) {
      const { frames, end, position, needed } = readFrames(internals, file.subarray(0, length));
      const whole = ends.filter((place, i) => i > 0 && place <= length).length;
      expect(end).toBe('more');
      expect(frames).toEqual(expected.slice(0, whole));
      expect(position).toBe(length < header ? 0 : ends[whole]);
      expect(needed).toBeGreaterThan(length - position);
      expect(needed).toBeLessThanOrEqual(file.length - position);
    }
  });
});

test('the link type is without the bits above it', () => {
  const file = pcap([{ time: 0n, bytes: latin1('x') }], { linkType: 0x14000071 });
  expect(readFrames(internals, file).frames[0]?.linkType).toBe(0x71);
});

describe('lying lengths', () => {
  const lying = (captured: number): Uint8Array =>
    join(pcapHeader(), u32(0, 'little'), u32(0, 'little'), u32(captured, 'little'), u32(captured, 'little'), zeros(40));

  test('the longest frame', () => {
    const bytes = zeros(262144);
    const file = join(pcapHeader(), pcapRecord(0, 0, { bytes }));
    expect(readFrames(internals, file).frames[0]?.text).toHaveLength(262144);
  });

  test('a frame behind the end wants more, in one piece', () => {
    expect(readFrames(internals, lying(41))).toMatchObject({ frames: [], end: 'more', position: 24, needed: 57 });
    expect(readFrames(internals, lying(262144))).toMatchObject({ end: 'more', needed: 262160 });
  });

  test.each([262145, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff])('%i is no length', (captured) => {
    expect(readFrames(internals, lying(captured))).toMatchObject({ frames: [], end: 'broken', position: 24 });
  });
});

test('microseconds of a second and more are added', () => {
  const file = join(pcapHeader(), pcapRecord(10, 0xffffffff, { bytes: latin1('x') }));
  expect(readFrames(internals, file).frames[0]?.time).toBe(10_000_000_000n + 4_294_967_295_000n);
});
