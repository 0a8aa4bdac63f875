import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { latin1 } from '../../test/support/bytes.ts';
import { ETHERTYPE, ethernet, mpls, type Packet, pppoe, vlan } from '../../test/support/frames.ts';
import { addVethPair, enterOwnNetwork, whyNoOwnNetwork } from '../../test/support/own-network.ts';
import { ipv4, ipv6, tcp } from '../../test/support/packets.ts';
import { type FrameSender, openFrameSender, receiveAll } from '../../test/support/raw-packets.ts';
import { kernelFilter } from './filter-program.ts';
import { attachFilter, closeSocket, openPacketSocket, type PacketSocket, startCapture } from './packet-socket.ts';

// Capture threads that remember flows can share the traffic only if the kernel gives both directions of a connection to one of them.

const IPV4 = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };
const IPV6 = { source: '2001:db8::1', sourcePort: 40000, destination: '2001:db8::2', destinationPort: 80 };
const REQUEST = latin1('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
const BODY = latin1('just some bytes of a body');
const LOOPBACK = 1;

const reason = whyNoOwnNetwork('connections shared among packet sockets');

describe.skipIf(reason !== undefined)('all segments of a connection go to the same socket', () => {
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

  /** Two sockets that share what passes an interface. */
  function share(interfaceIndex: number): PacketSocket[] {
    const sockets = [openPacketSocket(), openPacketSocket()];
    startCapture(sockets);
    const ports = [{ first: 80, last: 80 }];
    const program = kernelFilter({ ports, interfaceIndices: [interfaceIndex], snaplen: 1560, wholeStreams: true });
    for (const socket of sockets) attachFilter(socket, program);
    return sockets;
  }

  const SYN = 0x02;
  const SYN_ACK = 0x12;
  const FIN_ACK = 0x11;
  type Ends = typeof IPV4;
  /** A connection from its handshake to its end, each segment with its direction. */
  const conversation = (ends: Ends, wrap: (packet: Packet) => Packet): [isBack: boolean, packet: Packet][] => {
    const back = {
      source: ends.destination,
      sourcePort: ends.destinationPort,
      destination: ends.source,
      destinationPort: ends.sourcePort,
    };
    const segment = (isBack: boolean, flags: number, payload: Uint8Array): [boolean, Packet] => {
      const way = isBack ? back : ends;
      const bytes = tcp({ ...way, flags }, payload);
      return [isBack, wrap(ends.source.includes(':') ? ipv6(way, bytes) : ipv4(way, bytes))];
    };
    const none = new Uint8Array(0);
    return [
      segment(false, SYN, none),
      segment(true, SYN_ACK, none),
      segment(false, 0x18, REQUEST),
      segment(true, 0x10, none),
      segment(true, 0x18, BODY),
      segment(true, FIN_ACK, none),
      segment(false, FIN_ACK, none),
    ];
  };

  /** Another label for each segment, as if each were a flow of its own. */
  const labelled = ({ protocol, bytes }: Packet): Packet => {
    bytes.set([0x60, labels++ & 0x0f, 0x12, labels & 0xff]);
    return { protocol, bytes };
  };
  let labels = 1;

  const SEGMENTS = 7;
  const PATIENCE = 1000;
  /** How many segments came to each socket, once one connection's are there. */
  function receiveCounts(sockets: readonly PacketSocket[]): number[] {
    const counts = sockets.map(() => 0);
    const until = performance.now() + PATIENCE;
    while (counts.reduce((a, b) => a + b) < SEGMENTS && performance.now() < until) {
      sockets.forEach(({ descriptor }, i) => {
        counts[i] = (counts[i] ?? 0) + receiveAll(descriptor, 1).length;
      });
    }
    return counts;
  }

  /** How many segments of each of 30 connections came to each of two sockets that hear this interface. */
  function placed(
    on: number,
    ends: Ends,
    wrap: (packet: Packet) => Packet,
    from: (isBack: boolean) => number,
  ): number[][] {
    const sockets = share(on);
    const counts = Array.from({ length: 30 }, (_, i) => {
      for (const [isBack, packet] of conversation({ ...ends, sourcePort: 3000 + i }, wrap)) {
        sender.send(from(isBack), ethernet(packet, true));
      }
      return receiveCounts(sockets);
    });
    sockets.map(closeSocket);
    return counts;
  }
  const plain = (packet: Packet): Packet => packet;
  /** Each whole connection at one socket, and both sockets with some. */
  const SHARED = new Set(['7,0', '0,7']);

  test.each<[string, Ends, (packet: Packet) => Packet]>([
    ['IPv4', IPV4, plain],
    ['IPv6', IPV6, plain],
    ['IPv6 with flow labels', IPV6, labelled],
    ['IPv4 in a tag', IPV4, (packet) => vlan(5, packet)],
    ['IPv6 in a tag', IPV6, (packet) => vlan(5, packet)],
    ['IPv4 in two tags', IPV4, (packet) => vlan(5, vlan(6, packet), { type: ETHERTYPE.providerBridge })],
    ['IPv4 in PPPoE', IPV4, (packet) => pppoe(packet)],
  ])('of a mirror port: %s', (_name, ends, wrap) => {
    expect(new Set(placed(right, ends, wrap, () => left).map(String))).toEqual(SHARED);
  });

  test('of a mirror port: MPLS is not looked behind, so all of it has one socket', () => {
    const counts = placed(
      right,
      IPV4,
      (packet) => mpls([16], packet),
      () => left,
    );
    expect(new Set(counts.map(String)).size).toBe(1);
    expect(SHARED).toContain(String(counts[0]));
  });

  test.each<[string, Ends]>([
    ['IPv4', IPV4],
    ['IPv6', IPV6],
  ])('of the host itself, where one direction goes out: %s', (_name, ends) => {
    expect(new Set(placed(left, ends, plain, (isBack) => (isBack ? right : left)).map(String))).toEqual(SHARED);
  });

  test.each(['127.0.0.1', '::1'])(
    'of real connections, which the kernel has hashed in its own way: %s',
    async (host) => {
      const sockets = share(LOOPBACK);
      const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n').resume());
      await once(server.listen(80, host), 'listening');
      for (let i = 0; i < 30; i++) {
        const client = connect(80, host);
        client.end(REQUEST);
        await once(client.resume(), 'close');
      }
      server.close();
      await once(server, 'close');
      const at = host === '::1' ? 40 : 20;
      const ports = sockets.map(
        ({ descriptor }) =>
          new Set(
            receiveAll(descriptor)
              .map(({ bytes }) => Buffer.from(bytes).readUInt32BE(at))
              .map(clientPort),
          ),
      );
      sockets.map(closeSocket);
      const [first = new Set(), second = new Set()] = ports;
      expect(first.size + second.size).toBe(30);
      expect(new Set([...first, ...second]).size).toBe(30);
      expect(Math.min(first.size, second.size)).toBeGreaterThan(0);
    },
  );

  /** Of both ports as one number, as they stand in a segment, the one that is not 80. */
  function clientPort(both: number): number {
    return both >>> 16 === 80 ? both & 0xffff : both >>> 16;
  }
});
