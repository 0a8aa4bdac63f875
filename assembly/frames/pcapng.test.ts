import { describe, expect, test } from 'vitest';
import { join, latin1, u8, u16, u32, zeros } from '../../test/support/bytes.ts';
import { type FoundFrame, readFrames } from '../../test/support/frame-reader.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import {
  BLOCK,
  block,
  enhancedPacket,
  type Interface,
  interfaceDescription,
  OPTION,
  option,
  pcapng,
  sectionHeader,
  simplePacket,
} from '../../test/support/pcapng-file.ts';

const internals = openInternals();
const LITTLE = 'little';
const TIME = 1_567_315_011_002_345_000n;
const UNKNOWN = 0xffffffff;
const hello = latin1('hello');

/** Frames of a section with one Ethernet interface and these blocks behind. */
function framesOf(...blocks: Uint8Array[]): FoundFrame[] {
  return readOf(...blocks).frames;
}

function readOf(...blocks: Uint8Array[]): ReturnType<typeof readFrames> {
  const file = join(sectionHeader(LITTLE), interfaceDescription({ linkType: 1 }, LITTLE), ...blocks);
  return readFrames(internals, file);
}

/** The time that is found for these units. */
function timeOf(fields: Omit<Interface, 'linkType'>, units: bigint): bigint | undefined {
  const described = interfaceDescription({ linkType: 1, ...fields }, LITTLE);
  const packet = enhancedPacket({ interface: 0, units, bytes: hello }, LITTLE);
  return readFrames(internals, join(sectionHeader(LITTLE), described, packet)).frames[0]?.time;
}

test('sections, interfaces and the three kinds of packets, in both orders', () => {
  const interfaces = [{ linkType: 1 }, { linkType: 113, resolution: 9 }];
  const packets = [
    { time: TIME, bytes: hello },
    { time: TIME, bytes: latin1('simple'), as: 'simple' as const },
    { time: TIME + 1n, bytes: latin1('other'), interface: 1 },
    { time: TIME, bytes: latin1('old'), as: 'obsolete' as const, originalLength: 99 },
  ];
  const section = [
    { text: 'hello', originalLength: 5, linkType: 1, time: TIME },
    { text: 'simple', originalLength: 6, linkType: 1, time: TIME },
    { text: 'other', originalLength: 5, linkType: 113, time: TIME + 1n },
    { text: 'old', originalLength: 99, linkType: 1, time: TIME },
  ];
  const file = pcapng([
    { interfaces, packets },
    { order: 'big', interfaces, packets },
  ]);
  expect(readFrames(internals, file)).toMatchObject({
    frames: [...section, ...section],
    end: 'more',
    position: file.length,
  });
});

test('cut at every byte: whole blocks count, and more is wanted', () => {
  const packets = [1, 2, 3].map((i) => ({ time: TIME, bytes: latin1('x'.repeat(i)) }));
  const file = pcapng([{ interfaces: [{ linkType: 1, resolution: 9 }], packets }]);
  const whole = readFrames(internals, file).frames;
  for (let length = 0; length < file.length; length++) {
    const { frames, end, needed, position } = readFrames(internals, file.subarray(0, length));
    expect(end).toBe('more');
    expect(whole.slice(0, frames.length)).toEqual(frames);
    expect(needed).toBeGreaterThan(length - position);
    expect(needed).toBeLessThanOrEqual(file.length - position);
  }
});

describe('lying lengths', () => {
  const packet = (capturedLength: number, originalLength = 5): Uint8Array =>
    enhancedPacket({ interface: 0, units: 0n, bytes: hello, capturedLength, originalLength }, LITTLE);

  test.each([0, 4, 8, 11, 13, 14, 15, 16777217, 16777220, 0x80000000, 0xffffffff])(
    '%i is no block length',
    (length) => {
      const broken = join(u32(BLOCK.enhancedPacket, LITTLE), u32(length, LITTLE), zeros(60));
      expect(readOf(packet(5), broken)).toMatchObject({ frames: [{ text: 'hello' }], end: 'broken' });
    },
  );

  test('the length at the end must be the same', () => {
    expect(readOf(block(BLOCK.enhancedPacket, zeros(40), LITTLE, 56))).toMatchObject({ frames: [], end: 'broken' });
  });

  test('a captured length behind the block is cut there', () => {
    const [long, huge] = framesOf(packet(9), packet(0xffffffff));
    expect([long?.text, huge?.text]).toEqual(['hello\0\0\0', 'hello\0\0\0']);
  });

  test('a simple packet is cut by its block, and by the snaplen of the first interface', () => {
    expect(framesOf(simplePacket(hello, LITTLE, 1000))[0]).toMatchObject({ text: 'hello\0\0\0', originalLength: 1000 });
    const described = interfaceDescription({ linkType: 1, snaplen: 3 }, LITTLE);
    const file = join(sectionHeader(LITTLE), described, simplePacket(hello, LITTLE));
    expect(readFrames(internals, file).frames[0]).toMatchObject({ text: 'hel', originalLength: 5 });
  });

  test('blocks too short for their kind are passed over', () => {
    const kinds = [BLOCK.interfaceDescription, BLOCK.obsoletePacket, BLOCK.simplePacket, BLOCK.enhancedPacket];
    const short = kinds.map((kind) => block(kind, zeros(0), LITTLE));
    const nearly = [
      block(BLOCK.interfaceDescription, zeros(4), LITTLE),
      block(BLOCK.obsoletePacket, zeros(16), LITTLE),
      block(BLOCK.enhancedPacket, zeros(16), LITTLE),
    ];
    expect(framesOf(...short, ...nearly, packet(5)).map(({ text }) => text)).toEqual(['hello']);
  });

  test('options that reach behind their block end the list', () => {
    const lying = join(u16(OPTION.comment, LITTLE), u16(0xffff, LITTLE));
    const described = interfaceDescription({ linkType: 1, options: lying, resolution: 9 }, LITTLE);
    const file = join(
      sectionHeader(LITTLE),
      described,
      enhancedPacket({ interface: 0, units: 7n, bytes: hello }, LITTLE),
    );
    expect(readFrames(internals, file).frames[0]?.time).toBe(7000n);
  });

  test('options of another length than theirs do not count', () => {
    const options = join(option(OPTION.resolution, u16(0x0909), LITTLE), option(OPTION.offset, u32(1), LITTLE));
    expect(timeOf({ options }, 7n)).toBe(7000n);
    expect(timeOf({ options: join(options, option(OPTION.resolution, u8(9), LITTLE)) }, 7n)).toBe(7n);
  });
});

test('other blocks are passed over', () => {
  const others = [BLOCK.nameResolution, BLOCK.interfaceStatistics, 0x0bad, 0x80000001].map((kind) =>
    block(kind, zeros(12), LITTLE),
  );
  expect(framesOf(...others, enhancedPacket({ interface: 0, units: 1n, bytes: hello }, LITTLE))).toHaveLength(1);
});

describe('interfaces', () => {
  test('one that is not described has no link type, and the time before', () => {
    const known = enhancedPacket({ interface: 0, units: 5n, bytes: hello }, LITTLE);
    const unknown = [1, 4095, 4096, 0xffffffff].map((number) =>
      enhancedPacket({ interface: number, units: 9n, bytes: hello }, LITTLE),
    );
    const frames = framesOf(known, ...unknown);
    expect(frames.map(({ linkType }) => linkType)).toEqual([1, ...unknown.map(() => UNKNOWN)]);
    expect(frames.map(({ time }) => time)).toEqual(frames.map(() => 5000n));
  });

  test('a section forgets those of the one before', () => {
    const packet = enhancedPacket({ interface: 0, units: 1n, bytes: hello }, LITTLE);
    expect(framesOf(packet, sectionHeader(LITTLE), packet).map(({ linkType }) => linkType)).toEqual([1, UNKNOWN]);
  });

  test('4,096 are known, further ones are not', () => {
    const small = openInternals({ scratch: 262144 });
    const described = interfaceDescription({ linkType: 101 }, LITTLE);
    const packets = [4095, 4096].map((number) =>
      enhancedPacket({ interface: number, units: 1n, bytes: hello }, LITTLE),
    );
    const file = join(sectionHeader(LITTLE), ...new Array<Uint8Array>(4200).fill(described), ...packets);
    expect(readFrames(small, file).frames.map(({ linkType }) => linkType)).toEqual([101, UNKNOWN]);
  });
});

describe('times', () => {
  const BILLION = 1_000_000_000n;
  const LAST_SECOND = 18_446_744_072n;

  test('every decimal resolution', () => {
    for (let resolution = 0; resolution < 0x80; resolution++) {
      for (const units of [0n, 1n, 1_567_315_011_002_345_678n, 2n ** 63n, 2n ** 64n - 1n]) {
        const perSecond = 10n ** BigInt(resolution);
        const seconds = units / perSecond;
        const fraction = ((units % perSecond) * BILLION) / perSecond;
        const expected = (seconds < LAST_SECOND ? seconds : LAST_SECOND) * BILLION + fraction;
        expect(timeOf({ resolution }, units), `10^-${resolution}, ${units}`).toBe(expected);
      }
    }
  });

  test('every binary resolution, to the nanosecond below', () => {
    for (let exponent = 0; exponent < 0x80; exponent++) {
      for (const units of [0n, 1n, 1_567_315_011_002_345_678n, 2n ** 63n, 2n ** 64n - 1n]) {
        const perSecond = 2n ** BigInt(exponent);
        const seconds = units / perSecond;
        const fraction = ((units % perSecond) * BILLION) / perSecond;
        const expected = (seconds < LAST_SECOND ? seconds : LAST_SECOND) * BILLION + fraction;
        const found = timeOf({ resolution: 0x80 | exponent }, units) ?? -1n;
        expect([expected, expected - 1n], `2^-${exponent}, ${units}`).toContain(found);
      }
    }
  });

  test('an offset is added, within what can be told', () => {
    expect(timeOf({ offset: 1_567_315_011n }, 2_345n)).toBe(1_567_315_011_002_345_000n);
    expect(timeOf({ offset: -10n, resolution: 0 }, 11n)).toBe(BILLION);
    expect(timeOf({ offset: -10n, resolution: 0 }, 9n)).toBe(0n);
    expect(timeOf({ offset: 2n ** 63n - 1n }, 5n)).toBe(LAST_SECOND * BILLION + 5000n);
    expect(timeOf({ offset: -(2n ** 63n) }, 5n)).toBe(0n);
    expect(timeOf({ offset: -(2n ** 63n) }, 2n ** 64n - 1n)).toBe(0n);
  });
});
