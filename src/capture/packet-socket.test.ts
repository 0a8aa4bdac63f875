import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latin1 } from '../../test/support/bytes.ts';
import { ETHERTYPE, ethernet, mpls, type Packet, pppoe, vlan } from '../../test/support/frames.ts';
import { addVethPair, enterOwnNetwork, ip, whyNoOwnNetwork } from '../../test/support/own-network.ts';
import {
  authentication,
  type ExtensionHeader,
  extension,
  fragment,
  ipv4,
  ipv6,
  PROTOCOL,
  tcp,
  tcpPacket,
} from '../../test/support/packets.ts';
import { type FrameSender, openFrameSender, receiveAll } from '../../test/support/raw-packets.ts';
import { waitReadable } from '../linux/wait.ts';
import { type FilterSettings, kernelFilter } from './filter-program.ts';
import { ringsThatFit } from './live.ts';
import {
  attachFilter,
  closeSocket,
  mapRing,
  openPacketSocket,
  type PacketSocket,
  readStatistics,
  setPromiscuous,
  startCapture,
} from './packet-socket.ts';

const IPV4 = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };
const IPV6 = { source: '2001:db8::1', sourcePort: 40000, destination: '2001:db8::2', destinationPort: 80 };
const REQUEST = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const BODY = latin1('just some bytes of a body');
const V4_80: FilterSettings = { ports: [{ first: 80, last: 80 }], interfaceIndices: 'any', snaplen: 1560 };

const reason = whyNoOwnNetwork('packet sockets');

function extended(...extensions: ExtensionHeader[]): Packet {
  return ipv6({ ...IPV6, extensions }, tcp(IPV6, REQUEST));
}

describe.skipIf(reason !== undefined)('packet sockets of the real kernel', () => {
  let leave: () => void;
  let left: number;
  let right: number;
  let sender: FrameSender;

  beforeAll(() => {
    leave = enterOwnNetwork();
    ({ left, right } = addVethPair('left', 'right'));
    sender = openFrameSender();
  });
  afterAll(() => {
    sender.close();
    leave();
  });

  function capture(settings: FilterSettings, count = 1): PacketSocket[] {
    const sockets = Array.from({ length: count }, openPacketSocket);
    startCapture(sockets);
    for (const socket of sockets) attachFilter(socket, kernelFilter(settings));
    return sockets;
  }

  /** Which ways a frame is seen: going out on one end of the cable, coming in on the other. */
  function seen(packet: Packet, settings: FilterSettings = V4_80): string[] {
    const sockets = capture(settings);
    try {
      sender.send(left, ethernet(packet, true));
      const ways = sockets.flatMap(({ descriptor }) => receiveAll(descriptor));
      return ways.map(({ packetType }) => (packetType === 4 ? 'out' : 'in')).sort();
    } finally {
      sockets.map(closeSocket);
    }
  }

  const plain4 = tcpPacket(IPV4, REQUEST);
  const plain6 = tcpPacket(IPV6, REQUEST);
  const BOTH = ['in', 'out'];

  test.each<[string, Packet]>([
    ['IPv4', plain4],
    ['IPv6', plain6],
    ['a response', tcpPacket({ ...IPV4, sourcePort: 80, destinationPort: 5 }, latin1('HTTP/1.1 200 OK\r\n\r\n'))],
    ['M-SEARCH', tcpPacket(IPV4, latin1('M-SEARCH * HTTP/1.1\r\n\r\n'))],
    ['an empty line first', tcpPacket(IPV4, latin1('\r\nGET / HTTP/1.1\r\n\r\n'))],
    [
      'IPv4 and TCP options',
      ipv4({ ...IPV4, options: new Uint8Array(12) }, tcp({ ...IPV4, options: new Uint8Array(20) }, REQUEST)),
    ],
    ['IPv4 total length 0', ipv4({ ...IPV4, totalLength: 0 }, tcp(IPV4, REQUEST))],
    ['a first fragment', ipv4({ ...IPV4, moreFragments: true }, tcp(IPV4, REQUEST))],
    ['hop-by-hop options', extended(extension(0))],
    ['a routing header', extended(extension(43))],
    ['an IPv6 fragment', extended(fragment(0))],
    ['an authentication header', extended(authentication())],
    ['destination options', extended(extension(60))],
    ['a mobility header', extended(extension(135))],
    ['MPLS', mpls([16, 17], plain4)],
    ['PPPoE', pppoe(plain4)],
    ['a tag', vlan(5, plain4)],
    ['a tag and IPv6', vlan(5, plain6)],
    ['a tag of 0x88a8', vlan(5, plain4, { type: ETHERTYPE.providerBridge })],
    ['a tag of 0x9100', vlan(5, plain4, { type: ETHERTYPE.oldStacked1 })],
    ['a tag of 0x9200', vlan(5, plain6, { type: ETHERTYPE.oldStacked2 })],
    ['two tags', vlan(5, vlan(6, plain4), { type: ETHERTYPE.providerBridge })],
    ['two tags and IPv6', vlan(5, vlan(6, plain6))],
    ['two tags and options', vlan(5, vlan(6, ipv4({ ...IPV4, options: new Uint8Array(8) }, tcp(IPV4, REQUEST))))],
    ['three tags', vlan(5, vlan(6, vlan(7, plain4)))],
    ['two tags and MPLS', vlan(5, vlan(6, mpls([16], plain4)))],
    ['two tags and PPPoE', vlan(5, vlan(6, pppoe(plain4)))],
  ])('%s is let through both ways', (_name, packet) => {
    expect(seen(packet)).toEqual(BOTH);
  });

  test.each<[string, Packet]>([
    ['a body', tcpPacket(IPV4, BODY)],
    ['a body in IPv6', tcpPacket(IPV6, BODY)],
    ['an empty payload', tcpPacket(IPV4, new Uint8Array(0))],
    ['three bytes', ipv4({ ...IPV4, options: new Uint8Array(40) }, tcp(IPV4, latin1('GET')))],
    ['another port', tcpPacket({ ...IPV4, destinationPort: 81 }, REQUEST)],
    ['another port in IPv6', tcpPacket({ ...IPV6, destinationPort: 79 }, REQUEST)],
    ['UDP', ipv4({ ...IPV4, protocol: PROTOCOL.udp }, tcp(IPV4, REQUEST))],
    ['UDP in IPv6', ipv6({ ...IPV6, protocol: PROTOCOL.udp }, tcp(IPV6, REQUEST))],
    ['a later fragment', ipv4({ ...IPV4, fragmentOffset: 3 }, tcp(IPV4, REQUEST))],
    ['ARP', { protocol: 0x0806, bytes: new Uint8Array(28) }],
    ['a body in a tag', vlan(5, tcpPacket(IPV4, BODY))],
    ['a body in two tags', vlan(5, vlan(6, tcpPacket(IPV4, BODY)))],
    ['a body in two tags in IPv6', vlan(5, vlan(6, tcpPacket(IPV6, BODY)))],
    ['another port in two tags', vlan(5, vlan(6, tcpPacket({ ...IPV4, destinationPort: 81 }, REQUEST)))],
  ])('%s is refused both ways', (_name, packet) => {
    expect(seen(packet)).toEqual([]);
  });

  test('only listed interfaces are read, and the list can change while running', () => {
    const [socket] = capture({ ...V4_80, interfaceIndices: [right] });
    if (socket === undefined) throw new Error('no socket');
    const indices = (): number[] => {
      sender.send(left, ethernet(plain4));
      return receiveAll(socket.descriptor).map(({ interfaceIndex }) => interfaceIndex);
    };
    expect(indices()).toEqual([right]);
    attachFilter(socket, kernelFilter({ ...V4_80, interfaceIndices: [] }));
    expect(indices()).toEqual([]);
    attachFilter(socket, kernelFilter({ ...V4_80, interfaceIndices: [1, left, 7777] }));
    expect(indices()).toEqual([left]);
    closeSocket(socket);
  });

  test('a packet on loopback is seen once, coming in', () => {
    const [socket] = capture({ ...V4_80, ports: 'any' });
    if (socket === undefined) throw new Error('no socket');
    sender.send(1, ethernet(plain4));
    const packets = receiveAll(socket.descriptor);
    expect(packets.map(({ hardwareType, packetType }) => [hardwareType, packetType === 4])).toEqual([[772, false]]);
    closeSocket(socket);
  });

  test('the snaplen cuts behind the network header', () => {
    const [socket] = capture({ ...V4_80, snaplen: 60 });
    if (socket === undefined) throw new Error('no socket');
    sender.send(left, ethernet(plain4));
    expect(receiveAll(socket.descriptor).map(({ bytes }) => bytes)).toEqual([
      plain4.bytes.subarray(0, 60),
      plain4.bytes.subarray(0, 60),
    ]);
    closeSocket(socket);
  });

  test('nothing is heard before the filter stands', () => {
    const socket = openPacketSocket();
    sender.send(left, ethernet(plain4));
    startCapture([socket]);
    sender.send(left, ethernet(plain4));
    expect(receiveAll(socket.descriptor)).toEqual([]);
    closeSocket(socket);
  });

  test('sockets that share take each packet once, whatever is sent while they start', () => {
    const sockets = Array.from({ length: 3 }, openPacketSocket);
    const burst = (): void => {
      for (let i = 0; i < 50; i++) sender.send(left, ethernet(tcpPacket({ ...IPV4, sourcePort: 1000 + i }, REQUEST)));
    };
    const taken = (): string[] =>
      sockets.flatMap(({ descriptor }) =>
        receiveAll(descriptor).map(
          ({ bytes, packetType }) => `${packetType} ${(bytes[20] ?? 0) * 256 + (bytes[21] ?? 0)}`,
        ),
      );
    burst();
    startCapture(sockets);
    burst();
    for (const socket of sockets) {
      attachFilter(socket, kernelFilter({ ...V4_80, interfaceIndices: [right] }));
      burst();
      const round = taken();
      expect(new Set(round).size).toBe(round.length);
      expect(round.length).toBeLessThanOrEqual(50);
    }
    burst();
    const all = taken();
    expect(all.length).toBe(50);
    expect(new Set(all).size).toBe(50);
    sockets.map(closeSocket);
  });

  test('both directions of a flow go to the same socket', () => {
    const sockets = capture(V4_80, 2);
    for (let port = 2000; port < 2040; port++) {
      const back = { source: IPV4.destination, sourcePort: 80, destination: IPV4.source, destinationPort: port };
      sender.send(left, ethernet(tcpPacket({ ...IPV4, sourcePort: port }, REQUEST)));
      sender.send(right, ethernet(tcpPacket(back, latin1('HTTP/1.1 200 OK\r\n\r\n'))));
    }
    const flows = sockets.map(({ descriptor }) =>
      receiveAll(descriptor).map(({ bytes }) => {
        const ports = [(bytes[20] ?? 0) * 256 + (bytes[21] ?? 0), (bytes[22] ?? 0) * 256 + (bytes[23] ?? 0)];
        return Math.max(...ports);
      }),
    );
    const [first = [], second = []] = flows;
    expect(first.length + second.length).toBe(160);
    expect(first.filter((port) => second.includes(port))).toEqual([]);
    expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
    sockets.map(closeSocket);
  });

  test('a ring appears in shared WebAssembly memory, and its statistics are cleared by reading', () => {
    const memory = new WebAssembly.Memory({ initial: 32, maximum: 32, shared: true });
    const place = new Uint8Array(memory.buffer, 16 * 65536, 4 * 65536);
    const socket = openPacketSocket();
    mapRing(socket, { memory: place, blockSize: 65536, blockCount: 4, retireMilliseconds: 10 });
    startCapture([socket]);
    attachFilter(socket, kernelFilter({ ...V4_80, interfaceIndices: [right] }));
    for (let i = 0; i < 3; i++) sender.send(left, ethernet(plain4));
    expect(waitReadable([socket.descriptor], 1000)).toBe(1);
    const block = new DataView(memory.buffer, 16 * 65536, 65536);
    expect(block.getUint32(8, true) & 1).toBe(1); // block_status: TP_STATUS_USER
    expect(block.getUint32(12, true)).toBe(3); // num_pkts
    const frame = block.getUint32(16, true); // offset_to_first_pkt
    const network = frame + block.getUint16(frame + 26, true); // tp_net
    expect(place.slice(network, network + plain4.bytes.length)).toEqual(plain4.bytes);
    expect(block.getInt32(frame + 48 + 4, true)).toBe(right); // sll_ifindex
    expect(readStatistics(socket)).toEqual({ packets: 3, drops: 0, freezes: 0 });
    expect(readStatistics(socket)).toEqual({ packets: 0, drops: 0, freezes: 0 });

    const open = (): number => readFileSync('/proc/thread-self/net/packet', 'latin1').trim().split('\n').length;
    const before = open();
    closeSocket(socket);
    expect(open()).toBe(before - 1);
    expect(place.every((byte) => byte === 0)).toBe(true);
  });

  test('a smaller ring for which there is room is found by asking the kernel, and nothing stays open', () => {
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    expect(ringsThatFit(64 * 1048576, 2)).toBe(32 * 1048576);
    expect(ringsThatFit(1048576, 1)).toBe(undefined);
    expect(descriptors()).toBe(before);
  });

  test('a full ring counts what it drops', () => {
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const socket = openPacketSocket();
    const place = new Uint8Array(memory.buffer, 0, 2 * 4096);
    mapRing(socket, { memory: place, blockSize: 4096, blockCount: 2, retireMilliseconds: 10 });
    startCapture([socket]);
    attachFilter(socket, kernelFilter({ ...V4_80, interfaceIndices: [right] }));
    for (let i = 0; i < 200; i++) sender.send(left, ethernet(plain4));
    const { packets, drops, freezes } = readStatistics(socket);
    expect(packets).toBe(200);
    expect(drops).toBeGreaterThan(100);
    expect(freezes).toBe(1);
    closeSocket(socket);
  });

  test('places and sizes that do not fit are refused with the call and the reason', () => {
    const socket = openPacketSocket();
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    const ring = { blockSize: 4096, blockCount: 2, retireMilliseconds: 10 };
    expect(() => mapRing(socket, { ...ring, memory: new Uint8Array(memory.buffer, 0, 4096) })).toThrow(RangeError);
    const crooked = { ...ring, blockSize: 5000, memory: new Uint8Array(memory.buffer, 0, 10000) };
    expect(() => mapRing(socket, crooked)).toThrow('PACKET_RX_RING: EINVAL: invalid argument');
    expect(() => mapRing(socket, { ...ring, memory: new Uint8Array(memory.buffer, 100, 8192) })).toThrow(
      'mmap: EINVAL',
    );
    closeSocket(socket);
  });

  test('promiscuous: the interface hears what is for others until the socket is closed', () => {
    const promiscuity = (): string | undefined => /promiscuity (\d+)/.exec(ip('-d link show right'))?.[1];
    const socket = openPacketSocket();
    setPromiscuous(socket, right);
    expect(promiscuity()).toBe('1');
    closeSocket(socket);
    expect(promiscuity()).toBe('0');
    const other = openPacketSocket();
    expect(() => setPromiscuous(other, 9999)).toThrow(
      expect.objectContaining({ code: 'ENODEV', call: 'PACKET_ADD_MEMBERSHIP' }),
    );
    closeSocket(other);
  });

  test('a long port list is one program', () => {
    const ports = Array.from({ length: 100 }, (_, i) => ({ first: 10 * i + 1, last: 10 * i + 3 }));
    const [socket] = capture({ ...V4_80, ports });
    if (socket === undefined) throw new Error('no socket');
    const count = (port: number): number => {
      sender.send(left, ethernet(tcpPacket({ ...IPV4, destinationPort: port }, REQUEST)));
      return receiveAll(socket.descriptor).length;
    };
    expect([990, 991, 993, 994].map(count)).toEqual([0, 2, 2, 0]);
    closeSocket(socket);
  });
});
