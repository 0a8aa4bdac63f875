import { describe, expect, test } from 'vitest';
import { join, latin1, zeros } from '../../test/support/bytes.ts';
import { type PacketMetadata, runProgram, traceProgram } from '../../test/support/cbpf.ts';
import { type Packet, vlan } from '../../test/support/frames.ts';
import { extension, ipv4, ipv6, PROTOCOL, tcp, tcpPacket } from '../../test/support/packets.ts';
import type { Instruction } from '../linux/socket-filter-abi.ts';
import { type FilterSettings, kernelFilter, MOST_PORT_RANGES, refuseAll } from './filter-program.ts';

const SNAPLEN = 1560;
const OUT = 4;
const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };
const V6 = { source: '2001:db8::1', sourcePort: 40000, destination: '2001:db8::2', destinationPort: 80 };
const REQUEST = latin1('GET / HTTP/1.1\r\n\r\n');
const ETHERNET = 1;
const LOOPBACK = 772;

function kept(packet: Packet, settings: Partial<FilterSettings> = {}, metadata: Partial<PacketMetadata> = {}): number {
  const program = kernelFilter({
    ports: [{ first: 80, last: 80 }],
    interfaceIndices: 'any',
    snaplen: SNAPLEN,
    ...settings,
  });
  const known = { protocol: packet.protocol, packetType: 0, interfaceIndex: 3, hardwareType: ETHERNET };
  return runProgram(program, packet.bytes, { ...known, ...metadata });
}

function payload(text: string): Packet {
  return tcpPacket(ENDS, latin1(text));
}

describe('payloads', () => {
  test.each([
    'GET / HTTP/1.1\r\n',
    'QUERY /x HTTP/1.1\r\n',
    'M-SEARCH * HTTP/1.1\r\n',
    'MKREDIRECTREF /x HTTP/1.1\r\n',
    'ACL /',
    'RPC_IN_DATA /x HTTP/1.1\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1',
    '\r\nGET /',
    '\r\n\r\nHTTP/1.1 200 OK',
  ])('%j may begin a message', (text) => {
    expect(kept(payload(text))).toBe(SNAPLEN);
  });

  test.each([
    '',
    'GET',
    '\r\nG',
    'get / HTTP/1.1\r\n',
    '<html>',
    '\nGET / HTTP/1.1',
    'M-X / HTTP/1.1\r\n',
    'G-T /',
    'AB / HTTP/1.1',
  ])('%j does not', (text) => {
    expect(kept(payload(text))).toBe(0);
  });

  test('the payload is found behind options of IPv4 and TCP, whatever their length', () => {
    for (let words = 0; words <= 10; words++) {
      const options = zeros(4 * words);
      expect(kept(ipv4({ ...ENDS, options }, tcp(ENDS, REQUEST)))).toBe(SNAPLEN);
      expect(kept(ipv4(ENDS, tcp({ ...ENDS, options }, REQUEST)))).toBe(SNAPLEN);
      expect(kept(ipv6(V6, tcp({ ...V6, options }, REQUEST)))).toBe(SNAPLEN);
    }
  });

  test('every packet cut before its payload is refused', () => {
    const { protocol, bytes } = tcpPacket(ENDS, REQUEST);
    for (let length = 0; length < 44; length++) expect(kept({ protocol, bytes: bytes.subarray(0, length) })).toBe(0);
    expect(kept({ protocol, bytes: bytes.subarray(0, 44) })).toBe(SNAPLEN);
  });
});

describe('ports', () => {
  const from = (sourcePort: number, destinationPort: number) =>
    kept(tcpPacket({ ...ENDS, sourcePort, destinationPort }, REQUEST), {
      ports: [
        { first: 80, last: 80 },
        { first: 8000, last: 8010 },
      ],
    });

  test('either end counts', () => {
    expect([from(80, 5), from(5, 80), from(8005, 8006), from(8010, 1)]).toEqual([SNAPLEN, SNAPLEN, SNAPLEN, SNAPLEN]);
    expect([from(79, 81), from(7999, 8011), from(0, 65535)]).toEqual([0, 0, 0]);
  });

  test('any lets every port through, an empty list none', () => {
    const packet = tcpPacket({ ...ENDS, destinationPort: 12345 }, REQUEST);
    expect(kept(packet, { ports: 'any' })).toBe(SNAPLEN);
    expect(kept(packet, { ports: [] })).toBe(0);
  });

  test('with more ranges than fit, all ports pass', () => {
    const packet = tcpPacket({ ...ENDS, destinationPort: 7 }, REQUEST);
    const ports = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ first: 100 + 2 * i, last: 100 + 2 * i }));
    expect(kept(packet, { ports: ports(MOST_PORT_RANGES) })).toBe(0);
    expect(kept(packet, { ports: ports(MOST_PORT_RANGES + 1) })).toBe(SNAPLEN);
  });
});

describe('interfaces', () => {
  const request = tcpPacket(ENDS, REQUEST);

  test('only those of the list', () => {
    const interfaceIndices = [9, 3, 12];
    const on = (interfaceIndex: number) => kept(request, { interfaceIndices }, { interfaceIndex });
    expect([2, 3, 4, 9, 12, 13].map(on)).toEqual([0, SNAPLEN, 0, SNAPLEN, SNAPLEN, 0]);
  });

  test('as many as the packet code takes', () => {
    const interfaceIndices = Array.from({ length: 240 }, (_, i) => 2 * i + 1);
    const on = (interfaceIndex: number) => kept(request, { interfaceIndices }, { interfaceIndex });
    expect([1, 2, 479, 480].map(on)).toEqual([SNAPLEN, 0, SNAPLEN, 0]);
  });

  test('an empty list means that there is none just now', () => {
    expect(kept(request, { interfaceIndices: [] })).toBe(0);
  });

  test('on loopback what goes out is refused, elsewhere it is not', () => {
    expect(kept(request, {}, { hardwareType: LOOPBACK, packetType: OUT })).toBe(0);
    expect(kept(request, {}, { hardwareType: LOOPBACK, packetType: 0 })).toBe(SNAPLEN);
    expect(kept(request, {}, { hardwareType: ETHERNET, packetType: OUT })).toBe(SNAPLEN);
  });
});

describe('tags that the kernel left in the packet', () => {
  const other = { ...ENDS, destinationPort: 81 };

  test('coming in, a tag stands first', () => {
    expect(kept(vlan(5, tcpPacket(ENDS, REQUEST)))).toBe(SNAPLEN);
    expect(kept(vlan(5, tcpPacket(V6, REQUEST)))).toBe(SNAPLEN);
    expect(kept(vlan(5, tcpPacket(other, REQUEST)))).toBe(0);
    expect(kept(vlan(5, { protocol: 0x0806, bytes: zeros(28) }))).toBe(0);
    expect(kept(vlan(5, vlan(6, tcpPacket(other, REQUEST))))).toBe(SNAPLEN);
  });

  test('going out, IP stands first though the protocol is a tag', () => {
    const out = { protocol: 0x8100, packetType: OUT };
    expect(kept(tcpPacket(ENDS, REQUEST), {}, out)).toBe(SNAPLEN);
    expect(kept(tcpPacket(V6, REQUEST), {}, out)).toBe(SNAPLEN);
    expect(kept(tcpPacket(other, REQUEST), {}, out)).toBe(0);
    expect(kept(tcpPacket({ ...V6, destinationPort: 81 }, REQUEST), {}, out)).toBe(0);
  });

  test('going out, what does not fit is let through', () => {
    const out = { protocol: 0x9100, packetType: OUT };
    const { bytes } = tcpPacket(other, REQUEST);
    expect(kept({ protocol: 0x0800, bytes: join(bytes, zeros(1)) }, {}, out)).toBe(SNAPLEN);
    expect(kept(vlan(5, tcpPacket(other, REQUEST)), {}, out)).toBe(SNAPLEN);
  });
});

describe('a filter of the user', () => {
  // Keeps packets whose first byte is 0x46, as libpcap would write it, with the answer in two ways.
  const user: Instruction[] = [
    { code: 0x30, jt: 0, jf: 0, k: 0 },
    { code: 0x15, jt: 0, jf: 1, k: 0x46 },
    { code: 0x06, jt: 0, jf: 0, k: 262144 },
    { code: 0x06, jt: 0, jf: 0, k: 0 },
  ];
  const withOptions = (text: string) => ipv4({ ...ENDS, options: zeros(4) }, tcp(ENDS, latin1(text)));

  test('a packet passes when both pass, with the snaplen', () => {
    expect(kept(withOptions('GET /'), { userFilter: user })).toBe(SNAPLEN);
    expect(kept(withOptions('body'), { userFilter: user })).toBe(0);
    expect(kept(payload('GET /'), { userFilter: user })).toBe(0);
    expect(kept(payload('body'), { userFilter: user })).toBe(0);
  });

  test('it begins with A and X at 0, and may return A', () => {
    const length: Instruction[] = [{ code: 0x16, jt: 0, jf: 0, k: 0 }];
    expect(kept(payload('GET /'), { userFilter: length })).toBe(0);
    const one: Instruction[] = [
      { code: 0x87, jt: 0, jf: 0, k: 0 },
      { code: 0x04, jt: 0, jf: 0, k: 1 },
      { code: 0x16, jt: 0, jf: 0, k: 0 },
    ];
    expect(kept(payload('GET /'), { userFilter: one })).toBe(SNAPLEN);
  });

  test('jumps of all distances stay right', () => {
    const nothing: Instruction = { code: 0x00, jt: 0, jf: 0, k: 0 };
    const long: Instruction[] = [
      { code: 0x05, jt: 0, jf: 0, k: 500 },
      ...Array.from({ length: 500 }, () => nothing),
      { code: 0x30, jt: 0, jf: 0, k: 0 },
      { code: 0x15, jt: 255, jf: 0, k: 0x46 },
      ...Array.from({ length: 254 }, () => nothing),
      { code: 0x06, jt: 0, jf: 0, k: 0 },
      { code: 0x06, jt: 0, jf: 0, k: 1 },
    ];
    expect(kept(withOptions('GET /'), { userFilter: long })).toBe(SNAPLEN);
    expect(kept(payload('GET /'), { userFilter: long })).toBe(0);
  });

  test('more than the kernel takes is an error', () => {
    const long = Array.from({ length: 4096 }, () => ({ code: 0x06, jt: 0, jf: 0, k: 1 }));
    expect(() => kept(payload('GET /'), { userFilter: long })).toThrow('the kernel takes 4096');
  });
});

describe('what is not TCP, or a later fragment', () => {
  const shapes: FilterSettings['ports'][] = [
    'any',
    [{ first: 80, last: 80 }],
    Array.from({ length: 20 }, (_, i) => ({ first: 80 + 2 * i, last: 80 + 2 * i })),
  ];
  const refused = (packet: Packet) => shapes.map((ports) => kept(packet, { ports }));

  test.each([80, 443])('is refused, with bytes like those of TCP to port %i', (destinationPort) => {
    const segment = tcp({ ...ENDS, destinationPort }, REQUEST);
    for (const options of [zeros(0), zeros(4)]) {
      expect(refused(ipv4({ ...ENDS, options, protocol: PROTOCOL.udp }, segment))).toEqual([0, 0, 0]);
      expect(refused(ipv4({ ...ENDS, options, fragmentOffset: 185 }, segment))).toEqual([0, 0, 0]);
    }
    expect(refused(ipv6({ ...V6, protocol: PROTOCOL.udp }, segment))).toEqual([0, 0, 0]);
    expect(refused(ipv6({ ...V6, protocol: 58 }, segment))).toEqual([0, 0, 0]);
  });

  test('ARP is refused', () => {
    expect(refused({ protocol: 0x0806, bytes: zeros(28) })).toEqual([0, 0, 0]);
  });

  test('every extension header of IPv6 passes', () => {
    for (const type of [0, 43, 44, 51, 60, 135]) {
      expect(refused(ipv6({ ...V6, extensions: [extension(type)] }, zeros(20)))).toEqual([SNAPLEN, SNAPLEN, SNAPLEN]);
    }
  });
});

describe('whole streams', () => {
  const whole = (packet: Packet, settings: Partial<FilterSettings> = {}, metadata: Partial<PacketMetadata> = {}) =>
    kept(packet, { wholeStreams: true, ...settings }, metadata);
  const many = Array.from({ length: 20 }, (_, i) => ({ first: 80 + 2 * i, last: 80 + 2 * i }));
  const shapes: FilterSettings['ports'][] = ['any', [{ first: 80, last: 80 }], many];
  const all = (packet: Packet) => shapes.map((ports) => whole(packet, { ports }));
  const PASSED = [SNAPLEN, SNAPLEN, SNAPLEN];
  const body = latin1('some body');
  const SYN = 0x02;

  test('a body, a bare ACK, SYN, FIN and RST pass, whatever the options', () => {
    for (const options of [zeros(0), zeros(12), zeros(40)]) {
      for (const flags of [SYN, 0x10, 0x11, 0x12, 0x04, 0]) {
        for (const payload of [zeros(0), body]) {
          expect(all(ipv4(ENDS, tcp({ ...ENDS, flags, options }, payload)))).toEqual(PASSED);
          expect(all(ipv4({ ...ENDS, options }, tcp({ ...ENDS, flags }, payload)))).toEqual(PASSED);
          expect(all(ipv6(V6, tcp({ ...V6, flags, options }, payload)))).toEqual(PASSED);
        }
      }
    }
  });

  test('behind tags as well', () => {
    for (const packet of [tcpPacket(ENDS, body), tcpPacket(V6, body), tcpPacket(ENDS, zeros(0))]) {
      expect(all(vlan(5, packet))).toEqual(PASSED);
      expect(whole(packet, {}, { protocol: 0x8100, packetType: OUT })).toBe(SNAPLEN);
    }
  });

  test('a first fragment passes, later ones do not', () => {
    expect(all(ipv4({ ...ENDS, moreFragments: true }, tcp(ENDS, body)))).toEqual(PASSED);
    expect(all(ipv4({ ...ENDS, fragmentOffset: 185 }, tcp(ENDS, body)))).toEqual([0, 0, 0]);
  });

  test('other ports, other protocols and what leaves by loopback do not', () => {
    const other = { ...ENDS, destinationPort: 81 };
    expect(all(tcpPacket(other, body))).toEqual([SNAPLEN, 0, 0]);
    expect(all(tcpPacket({ ...V6, destinationPort: 81 }, body))).toEqual([SNAPLEN, 0, 0]);
    expect(whole(ipv4({ ...ENDS, options: zeros(4) }, tcp(other, body)))).toBe(0);
    expect(whole(vlan(5, tcpPacket(other, body)))).toBe(0);
    expect(all(ipv4({ ...ENDS, protocol: PROTOCOL.udp }, tcp(ENDS, body)))).toEqual([0, 0, 0]);
    expect(all(ipv6({ ...V6, protocol: PROTOCOL.udp }, tcp(V6, body)))).toEqual([0, 0, 0]);
    expect(whole(tcpPacket(ENDS, body), {}, { hardwareType: LOOPBACK, packetType: OUT })).toBe(0);
    expect(whole(tcpPacket(ENDS, body), { interfaceIndices: [4] })).toBe(0);
  });

  test('a filter of the user decides as well', () => {
    const nothing: Instruction[] = [{ code: 0x06, jt: 0, jf: 0, k: 0 }];
    expect(whole(tcpPacket(ENDS, body), { userFilter: nothing })).toBe(0);
  });

  test.each<[string, Packet, number]>([
    ['body', tcpPacket(ENDS, body), 15],
    ['body, IPv6', tcpPacket(V6, body), 13],
    ['another port', tcpPacket({ ...ENDS, destinationPort: 443 }, body), 9],
  ])('instructions executed: %s', (_name, { protocol, bytes }, most) => {
    const metadata = { protocol, packetType: 0, interfaceIndex: 3, hardwareType: ETHERNET };
    const ports = [{ first: 80, last: 80 }];
    const program = kernelFilter({ ports, interfaceIndices: 'any', snaplen: SNAPLEN, wholeStreams: true });
    const { instructions, calls } = traceProgram(program, bytes, metadata);
    expect(instructions).toBeLessThanOrEqual(most);
    expect(calls).toBe(0);
  });
});

test('the bits beside the data offset change nothing', () => {
  for (const options of [zeros(0), zeros(4), zeros(12)]) {
    const { protocol, bytes } = ipv4(ENDS, tcp({ ...ENDS, options }, REQUEST));
    for (let bits = 0; bits < 16; bits++) {
      bytes[32] = ((bytes[32] ?? 0) & 0xf0) | bits;
      expect(kept({ protocol, bytes })).toBe(SNAPLEN);
    }
  }
});

// The program runs for every packet of the host. What it costs today is written down here, so that more is a decision.
describe('instructions executed', () => {
  const timestamps = latin1('\x01\x01\x08\x0a\0\0\0\x01\0\0\0\x02');
  const other = { sourcePort: 40000, destinationPort: 443 };
  const back = { sourcePort: 80, destinationPort: 40000 };
  const body = latin1('\xb3\xd1\xf0\x0a body');
  const text = latin1('<html>');
  const v4 = (ports: object, payload: Uint8Array, options = timestamps) =>
    ipv4(ENDS, tcp({ ...ENDS, ...ports, options }, payload));
  const v6 = (ports: object, payload: Uint8Array, options = timestamps) =>
    ipv6(V6, tcp({ ...V6, ...ports, options }, payload));
  const udp = tcp({ ...ENDS, ...other }, body);

  test.each<[string, Packet, number]>([
    ['another port', v4(other, body), 9],
    ['another port, IPv6', v6(other, body), 10],
    ['body going out', v4(back, body), 15],
    ['body coming in', v4({}, body), 16],
    ['body without timestamps', v4(back, body, zeros(0)), 16],
    ['body of text', v4(back, text), 17],
    ['body, IPv6', v6(back, body), 16],
    ['bare ACK', v4({}, zeros(0)), 13],
    ['bare ACK without timestamps', v4({}, zeros(0), zeros(0)), 14],
    ['bare ACK, IPv6', v6({}, zeros(0)), 14],
    ['request', v4({}, REQUEST), 26],
    ['request, IPv6', v6({}, REQUEST), 23],
    ['response', v4(back, latin1('HTTP/1.1 200 OK\r\n\r\n')), 25],
    ['UDP', ipv4({ ...ENDS, protocol: PROTOCOL.udp }, udp), 9],
    ['UDP, IPv6', ipv6({ ...V6, protocol: PROTOCOL.udp }, udp), 7],
    ['ARP', { protocol: 0x0806, bytes: zeros(28) }, 5],
  ])('%s', (_name, { protocol, bytes }, most) => {
    const metadata = { protocol, packetType: 0, interfaceIndex: 3, hardwareType: ETHERNET };
    const program = kernelFilter({ ports: [{ first: 80, last: 80 }], interfaceIndices: 'any', snaplen: SNAPLEN });
    const { instructions, calls } = traceProgram(program, bytes, metadata);
    expect(instructions).toBeLessThanOrEqual(most);
    expect(calls).toBe(0);
  });

  test('a header of another length', () => {
    const { protocol, bytes } = v4({}, zeros(0), zeros(20));
    const metadata = { protocol, packetType: 0, interfaceIndex: 3, hardwareType: ETHERNET };
    const program = kernelFilter({ ports: [{ first: 80, last: 80 }], interfaceIndices: 'any', snaplen: SNAPLEN });
    expect(traceProgram(program, bytes, metadata)).toEqual({ kept: 0, instructions: 22, calls: 3 });
  });

  test('an interface is two more', () => {
    const { protocol, bytes } = v4(other, body);
    const metadata = { protocol, packetType: 0, interfaceIndex: 3, hardwareType: ETHERNET };
    const executed = (index: number) => {
      const ports = [{ first: 80, last: 80 }];
      return traceProgram(kernelFilter({ ports, interfaceIndices: [index], snaplen: SNAPLEN }), bytes, metadata);
    };
    expect([executed(3).instructions, executed(4).instructions]).toEqual([11, 3]);
  });

  test('a hundred ranges make no long program', () => {
    const ports = Array.from({ length: 100 }, (_, i) => ({ first: 80 + 200 * i, last: 83 + 200 * i }));
    const bytes = kernelFilter({ ports, interfaceIndices: 'any', snaplen: SNAPLEN }).length;
    expect(bytes / 8).toBeLessThan(700);
  });
});

test('a snaplen of nothing is refused', () => {
  expect(() => kept(payload('GET /'), { snaplen: 0 })).toThrow(RangeError);
  expect(() => kept(payload('GET /'), { snaplen: Number.NaN })).toThrow(RangeError);
});

test('refuseAll refuses', () => {
  const metadata = { protocol: 0x0800, packetType: 0, interfaceIndex: 1, hardwareType: 1 };
  expect(runProgram(refuseAll(), payload('GET /').bytes, metadata)).toBe(0);
});
