import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REGION_FILTERS } from '../../layout/directory.ts';
import { compileFilter } from '../../src/linux/pcap-filter.ts';
import { encode } from '../../src/linux/socket-filter-abi.ts';
import { regionOf } from '../../src/pipeline/memory.ts';
import { join, latin1, zeros } from '../../test/support/bytes.ts';
import { type Instruction, runProgram } from '../../test/support/cbpf.ts';
import { ethernet, mpls, type Packet, vlan } from '../../test/support/frames.ts';
import { type Internals, openInternals } from '../../test/support/packet-internals.ts';
import { fragment, ipv4, ipv6, tcp, tcpPacket } from '../../test/support/packets.ts';

const NO_METADATA = { protocol: 0, packetType: 0, interfaceIndex: 0, hardwareType: 0 };
const SEED = Number(process.env.HTTPLOG_TEST_SEED ?? Date.now() % 1_000_000_007);
console.log(`seed ${SEED} (HTTPLOG_TEST_SEED=${SEED} repeats this run)`);

const room = zeros(8 * 4096);
const internals: Internals = openInternals({ filters: [{ linkType: 1, program: room }] });
const { code, putLast } = internals;
const entry = code.filter_find(1);

/** Puts a program in the place of the one before. */
function load(program: readonly Instruction[]): void {
  const { address } = regionOf(internals.memory, REGION_FILTERS);
  internals.bytes.set(encode(program), address + 16 + 16);
  internals.data.setUint32(entry + 8, program.length, true);
}

function passes(packet: Uint8Array, length = packet.length): boolean {
  const { at, end } = putLast(packet);
  return code.filter_passes(entry, at, end, length) === 1;
}

const instruction = (code: number, k = 0, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k });
const RETURN_A = instruction(0x16);
const accept = instruction(0x06, 65535);
const refuse = instruction(0x06, 0);

/** Whether the program before leaves this in the accumulator. */
function leaves(
  program: readonly Instruction[],
  value: number,
  packet: Uint8Array = zeros(4),
  length?: number,
): boolean {
  load([...program, instruction(0x15, value, 0, 1), accept, refuse]);
  return passes(packet, length);
}

test('a program is found by its link type', () => {
  const filters = [1, 113, 0].map((linkType) => ({ linkType, program: encode([accept]) }));
  const several = openInternals({ filters }).code;
  const found = [1, 113, 0, 276].map((linkType) => several.filter_find(linkType));
  expect(found.map((at) => at !== 0)).toEqual([true, true, true, false]);
  expect(new Set(found).size).toBe(4);
});

describe('instructions', () => {
  const packet = Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10);

  test('loads', () => {
    expect(leaves([instruction(0x20, 0)], 0xfedcba98, packet)).toBe(true);
    expect(leaves([instruction(0x20, 4)], 0x76543210, packet)).toBe(true);
    expect(leaves([instruction(0x28, 6)], 0x3210, packet)).toBe(true);
    expect(leaves([instruction(0x30, 0)], 0xfe, packet)).toBe(true);
    expect(leaves([instruction(0x01, 3), instruction(0x40, 1)], 0x76543210, packet)).toBe(true);
    expect(leaves([instruction(0x01, 3), instruction(0x48, 1)], 0x7654, packet)).toBe(true);
    expect(leaves([instruction(0x01, 3), instruction(0x50, 1)], 0x76, packet)).toBe(true);
    expect(leaves([instruction(0x00, 0xdeadbeef)], 0xdeadbeef)).toBe(true);
    expect(leaves([instruction(0xb1, 0), instruction(0x87)], 14 * 4, packet)).toBe(true);
    expect(leaves([instruction(0x80)], 1500, packet, 1500)).toBe(true);
    expect(leaves([instruction(0x81), instruction(0x87)], 1500, packet, 1500)).toBe(true);
  });

  test('scratch words, which are 0 in the beginning of each run', () => {
    const store = [instruction(0x00, 7), instruction(0x02, 15), instruction(0x01, 9), instruction(0x03, 0)];
    const sum = [instruction(0x60, 15), instruction(0x61, 0), instruction(0x0c)];
    expect(leaves([...store, ...sum], 16)).toBe(true);
    expect(leaves(sum, 0)).toBe(true);
  });

  test.each([
    ['add', 0x00, 0xffffffff, 2, 1],
    ['subtract', 0x10, 1, 2, 0xffffffff],
    ['multiply', 0x20, 0x10000, 0x10001, 0x10000],
    ['divide', 0x30, 0xffffffff, 2, 0x7fffffff],
    ['or', 0x40, 0xf0, 0x0f, 0xff],
    ['and', 0x50, 0xff, 0x0f, 0x0f],
    ['shift left', 0x60, 1, 31, 0x80000000],
    ['shift left by 32', 0x60, 1, 32, 0],
    ['shift right', 0x70, 0x80000000, 31, 1],
    ['shift right by 32', 0x70, 0x80000000, 32, 0],
    ['negate', 0x80, 1, 0, 0xffffffff],
    ['modulo', 0x90, 0xffffffff, 10, 5],
    ['exclusive or', 0xa0, 0xff, 0x0f, 0xf0],
  ])('%s', (_, operation, a, b, result) => {
    expect(leaves([instruction(0x00, a), instruction(0x04 | operation, b)], result)).toBe(true);
    expect(leaves([instruction(0x00, a), instruction(0x01, b), instruction(0x0c | operation)], result)).toBe(true);
  });

  test('numbers are compared without a sign', () => {
    const holds = (operation: number, a: number, b: number): boolean => {
      load([instruction(0x00, a), instruction(0x05 | operation, b, 0, 1), accept, refuse]);
      return passes(zeros(1));
    };
    expect([holds(0x20, 0xffffffff, 1), holds(0x20, 1, 0xffffffff), holds(0x20, 1, 1)]).toEqual([true, false, false]);
    expect([holds(0x30, 0x80000000, 1), holds(0x30, 1, 1), holds(0x30, 0, 1)]).toEqual([true, true, false]);
    expect([holds(0x40, 6, 2), holds(0x40, 6, 9)]).toEqual([true, false]);
  });

  test('returns', () => {
    load([RETURN_A]);
    expect(passes(packet)).toBe(false);
    load([instruction(0x00, 1), RETURN_A]);
    expect(passes(packet)).toBe(true);
    load([refuse]);
    expect(passes(packet)).toBe(false);
  });

  test('a long jump', () => {
    load([instruction(0x05, 300), ...new Array<Instruction>(300).fill(refuse), accept]);
    expect(passes(packet)).toBe(true);
  });

  test.each([
    ['a load behind the packet', [instruction(0x30, 8), accept]],
    ['a word that begins in it', [instruction(0x20, 5), accept]],
    ['a half word that begins in it', [instruction(0x28, 7), accept]],
    ['an indexed load behind it', [instruction(0x01, 8), instruction(0x50, 0), accept]],
    ['an index that wraps', [instruction(0x01, 0xffffffff), instruction(0x50, 2), accept]],
    ['an IPv4 header length behind it', [instruction(0xb1, 8), accept]],
    ['the very last address', [instruction(0x20, 0xffffffff), accept]],
    ['a division by 0', [instruction(0x01, 0), instruction(0x3c), accept]],
    ['a modulo by 0', [instruction(0x01, 0), instruction(0x9c), accept]],
    ['a program without an end', [instruction(0x00, 1)]],
    ['a jump behind the end', [instruction(0x05, 5), accept]],
    ['the longest jump', [instruction(0x05, 0xffffffff), accept]],
    ['no program', []],
  ])('%s refuses the packet', (_, program) => {
    load(program);
    expect(passes(packet)).toBe(false);
  });
});

// Programs as a compiler could write them: units of some instructions, jumps from unit to unit. An index is small, for libpcap (which
// refuses a sum that wraps) and the kernel (which lets it wrap) differ there.
type Unit =
  | { readonly body: readonly Instruction[] }
  | { readonly jump: number; readonly k: number; readonly onTrue: number; readonly onFalse: number };

const value = fc.oneof(fc.constantFrom(0, 1, 6, 31, 32, 80, 0x0800, 0x86dd, 0xffffffff), fc.nat(0xffffffff));
const place = fc.nat(90);
const word = fc.nat(15);
const toSmallIndex = [instruction(0x54, 0x3f), instruction(0x07)];
const body: fc.Arbitrary<readonly Instruction[]> = fc.oneof(
  fc.tuple(fc.constantFrom(0x20, 0x28, 0x30, 0x40, 0x48, 0x50), place).map(([c, k]) => [instruction(c, k)]),
  fc.tuple(fc.constantFrom(0x00, 0x80), value).map(([c, k]) => [instruction(c, k)]),
  place.map((k) => [instruction(0x01, k)]),
  place.map((k) => [instruction(0xb1, k)]),
  word.map((k) => [instruction(0x60, k)]),
  word.map((k) => [instruction(0x02, k)]),
  word.map((k) => [instruction(0x03, k)]),
  word.map((k) => [instruction(0x61, k), instruction(0x87), ...toSmallIndex]),
  fc.constant(toSmallIndex),
  fc.constant([instruction(0x87)]),
  fc
    .tuple(fc.constantFrom(0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80, 0x90, 0xa0), value, fc.boolean())
    .map(([operation, k, ofIndex]) => [instruction(0x04 | operation | (ofIndex ? 0x08 : 0), ofIndex ? 0 : k)]),
);
const unit: fc.Arbitrary<Unit> = fc.oneof(
  { weight: 3, arbitrary: body.map((instructions) => ({ body: instructions })) },
  {
    weight: 1,
    arbitrary: fc.record({
      jump: fc.constantFrom(0x05, 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d),
      k: value,
      onTrue: fc.nat(5),
      onFalse: fc.nat(5),
    }),
  },
);

/** Instructions of units, and two returns for all jumps that lead behind them. */
function assemble(units: readonly Unit[], last: Instruction): Instruction[] {
  const sizes = units.map((one) => ('body' in one ? one.body.length : 1));
  const distance = (from: number, count: number): number =>
    sizes.slice(from + 1, from + 1 + count).reduce((sum, size) => sum + size, 0);
  const instructions = units.flatMap((one, i) => {
    if ('body' in one) return one.body;
    if (one.jump === 0x05) return [instruction(0x05, distance(i, one.onTrue))];
    return [instruction(one.jump, one.k, distance(i, one.onTrue), distance(i, one.onFalse))];
  });
  return [...instructions, last];
}

test('random programs on random packets, against a slow interpreter', () => {
  const program = fc
    .tuple(fc.array(unit, { maxLength: 30 }), fc.constantFrom(accept, refuse, RETURN_A))
    .map(([units, last]) => assemble(units, last));
  const property = fc.property(program, fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 3 }), (one, list) => {
    load(one);
    for (const packet of list) expect(passes(packet)).toBe(runProgram(one, packet, NO_METADATA) !== 0);
  });
  fc.assert(property, { seed: SEED, numRuns: 4000, interruptAfterTimeLimit: 40_000 });
});

function whyNoLibpcap(): string | undefined {
  try {
    compileFilter('', 1, 65535);
    return undefined;
  } catch (error) {
    console.warn(`skipped: programs compiled by libpcap: ${String(error)}`);
    return String(error);
  }
}

describe.skipIf(whyNoLibpcap() !== undefined)('programs compiled by libpcap', () => {
  const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80 };
  const ENDS6 = { ...ENDS, source: '2001:db8::1', destination: '2001:db8::2', destinationPort: 8080 };
  const request = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const v4 = tcpPacket(ENDS, request);
  const v6 = tcpPacket(ENDS6, request);
  const PACKETS: readonly Packet[] = [
    v4,
    v6,
    vlan(200, v4),
    vlan(200, vlan(300, v6)),
    mpls([16, 17], v4),
    ipv4({ ...ENDS, options: zeros(12) }, tcp({ ...ENDS, options: zeros(20) }, request)),
    ipv4({ ...ENDS, fragmentOffset: 10 }, tcp(ENDS, request)),
    ipv4({ ...ENDS, protocol: 17 }, tcp(ENDS, request)),
    ipv6({ ...ENDS6, extensions: [fragment(0)] }, tcp(ENDS6, request)),
    { protocol: 0x0806, bytes: zeros(28) },
  ];
  const EXPRESSIONS = [
    'tcp port 80',
    'not tcp port 80',
    'host 192.0.2.1 and port 80',
    'net 2001:db8::/32',
    'src net 198.51.100.0/24 or dst net 198.51.100.0/24',
    'vlan and tcp port 80',
    'vlan 200 and vlan 300',
    'mpls 16 and mpls 17',
    'tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420',
    'portrange 79-81 and greater 90',
    'less 60',
    'ip6 proto 44',
    'ip[6:2] & 0x1fff != 0',
    'tcp[tcpflags] & (tcp-push|tcp-ack) = (tcp-push|tcp-ack)',
    'ether[0] & 1 = 0 and ip[8] * 2 > 100 and len % 7 != 0',
  ];

  test.each(EXPRESSIONS)('%s', (expression) => {
    const program = compileFilter(expression, 1, 262144);
    load(program);
    for (const packet of PACKETS) {
      const frame = ethernet(packet);
      for (let length = 0; length <= frame.length; length += length < 40 ? 1 : 3) {
        const cut = frame.subarray(0, length);
        expect(passes(cut)).toBe(runProgram(program, cut, NO_METADATA) !== 0);
      }
      expect(passes(frame)).toBe(runProgram(program, frame, NO_METADATA) !== 0);
    }
  });

  test('what they mean', () => {
    const matches = (expression: string, packet: Packet): boolean => {
      load(compileFilter(expression, 1, 262144));
      return passes(ethernet(packet));
    };
    expect([matches('tcp port 80', v4), matches('tcp port 80', v6), matches('ip6', v6)]).toEqual([true, false, true]);
    expect([matches('vlan 200', vlan(200, v4)), matches('vlan 201', vlan(200, v4))]).toEqual([true, false]);
  });

  test('the length is that on the wire', () => {
    load(compileFilter('greater 1000', 1, 262144));
    expect([passes(zeros(64), 999), passes(zeros(64), 1000)]).toEqual([false, true]);
    expect(passes(join(zeros(64)))).toBe(false);
  });
});
