import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FilterSettings, kernelFilter } from '../../src/capture/filter-program.ts';
import {
  attachFilter,
  closeSocket,
  openPacketSocket,
  type PacketSocket,
  startCapture,
} from '../../src/capture/packet-socket.ts';
import { join, latin1, u8, zeros } from '../support/bytes.ts';
import { runProgram } from '../support/cbpf.ts';
import { ETHERTYPE, ethernet, LINK_TYPE, linuxCookedV1, mpls, type Packet, pppoe, vlan } from '../support/frames.ts';
import { addVethPair, enterOwnNetwork, whyNoOwnNetwork } from '../support/own-network.ts';
import { authentication, type ExtensionHeader, extension, fragment, ipv4, ipv6, tcp } from '../support/packets.ts';
import { enlargeBuffer, type FrameSender, openFrameSender, receiveAll } from '../support/raw-packets.ts';
import { readFrame } from '../support/second-reading/frame.ts';
import { readMessages } from '../support/second-reading/messages.ts';

// "The kernel filter only saves": of all that could be on the wire, no packet that gives a line may be refused. Which packets give a
// line is asked of the second reading, which knows nothing of filters. Where whole streams are wanted, no segment may be refused.

const PORTS = [
  { first: 80, last: 80 },
  { first: 8000, last: 8999 },
];
const SETTINGS: FilterSettings = { ports: PORTS, interfaceIndices: 'any', snaplen: 65535 };
/** The program has another shape for each of these. All of them want the packets that SETTINGS wants. */
const SHAPES: readonly FilterSettings[] = [
  SETTINGS,
  { ...SETTINGS, ports: 'any' },
  { ...SETTINGS, ports: [...PORTS, ...Array.from({ length: 20 }, (_, i) => ({ first: 2 * i, last: 2 * i }))] },
];
const WHOLE_SHAPES: readonly FilterSettings[] = SHAPES.map((settings) => ({ ...settings, wholeStreams: true }));
const OUTGOING = 4;
/** The tags that the kernel takes for such (eth_type_vlan in linux/if_vlan.h). */
const KERNEL_TAGS: readonly number[] = [ETHERTYPE.vlan, ETHERTYPE.providerBridge];

/** The payload of a segment of the ports; empty for a bare ACK and the like, undefined for what is no such segment. */
function wantedPayload(packet: Packet): Uint8Array | undefined {
  const segment = readFrame(LINK_TYPE.linuxCookedV1, linuxCookedV1(packet));
  const wanted = (port: number): boolean => PORTS.some(({ first, last }) => first <= port && port <= last);
  return segment !== undefined && (wanted(segment.sourcePort) || wanted(segment.destinationPort))
    ? segment.payload
    : undefined;
}

function isWantedSegment(packet: Packet): boolean {
  return wantedPayload(packet) !== undefined;
}

function givesLine(packet: Packet): boolean {
  return readMessages(wantedPayload(packet) ?? zeros(0)).length > 0;
}

// What may be on the wire.

const text = (...values: string[]): fc.Arbitrary<Uint8Array> => fc.constantFrom(...values).map(latin1);
const startLine = text(
  'GET / HTTP/1.1\r\n',
  'PUT /x HTTP/1.0\n',
  'QUERY /',
  'M-SEARCH * HTTP/1.1\r\n',
  'VERSION-CONTROL /x HTTP/1.1\r\n',
  'ACL \x80',
  'RPC_IN_DATA /x HTTP/1.1 \r\n',
  'BAN_ALL_THINGS . HTTP/1\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/2 404\r\n',
  'HTTP/1.',
  'HTTP/1',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n',
);
const payload = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(text('', '', '', '\r\n', '\r\n\r\n', '\n', '\r\n\r\n\r\n'), startLine, text('', 'Host: a\r\n\r\n', 'x'))
      .map((parts) => join(...parts)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: text('', 'GET', 'body body body', 'get / HTTP/1.1\r\n') },
);
const port = fc.constantFrom(80, 80, 8000, 8999, 79, 81, 7999, 9000, 40000);
// None and TCP's timestamps are the usual ones, for which the program has ways of their own.
const options = fc.oneof(fc.constantFrom(0, 0, 3), fc.nat(10)).map((words) => zeros(4 * words));
const segment = fc
  .record({
    sourcePort: port,
    destinationPort: port,
    flags: fc.constantFrom(0x18, 0x10, 0x02, 0x12, 0x11, 0x04),
    options,
    payload,
  })
  .map((fields) => tcp(fields, fields.payload));
/** Once in six times a value, else undefined. */
function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

const packet4 = fc
  .record({
    segment,
    options,
    totalLength: fc.constantFrom(undefined, undefined, undefined, 0, 60, 1500),
    moreFragments: fc.boolean(),
    fragmentOffset: fc.constantFrom(0, 0, 0, 0, 0, 1, 185),
    protocol: fc.constantFrom(6, 6, 6, 6, 17),
    padding: fc.constantFrom(0, 0, 6),
  })
  .map(({ totalLength, ...fields }) =>
    ipv4(
      {
        source: '192.0.2.1',
        destination: '192.0.2.2',
        ...(totalLength === undefined ? {} : { totalLength }),
        ...fields,
      },
      fields.segment,
    ),
  );
const header: fc.Arbitrary<ExtensionHeader> = fc.constantFrom(
  extension(0),
  extension(43, 2),
  fragment(0),
  fragment(2),
  authentication(),
  extension(60),
  extension(135),
);
const packet6 = fc
  .record({
    segment,
    extensions: fc.array(header, { maxLength: 2 }),
    payloadLength: fc.constantFrom(undefined, undefined, 0, 50),
  })
  .map(({ payloadLength, ...fields }) =>
    ipv6(
      {
        source: '2001:db8::1',
        destination: '2001:db8::2',
        ...(payloadLength === undefined ? {} : { payloadLength }),
        extensions: fields.extensions,
      },
      fields.segment,
    ),
  );
const encapsulated = fc
  .tuple(fc.oneof(packet4, packet6), fc.constantFrom('', '', '', 'mpls', 'pppoe', 'compressed'))
  .map(([packet, how]) => {
    if (how === 'mpls') return mpls([16, 17], packet);
    return how === '' ? packet : pppoe(packet, { compressed: how === 'compressed' });
  });
const tagType = fc.constantFrom<number>(0x8100, 0x8100, 0x88a8, 0x9100, 0x9200);
const tagged = fc
  .tuple(encapsulated, fc.array(fc.tuple(fc.nat(4095), tagType), { maxLength: 3 }))
  .map(([packet, tags]) => tags.reduce((inner, [id, type]) => vlan(id, inner, { type }), packet));

/** Some bytes of the packet's headers changed, and perhaps its end cut off. */
const onWire: fc.Arbitrary<Packet> = fc
  .tuple(tagged, rarely(fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 3 })), rarely(fc.nat(150)))
  .map(([{ protocol, bytes }, changes, length]) => {
    const changed = bytes.slice(0, length);
    for (const [at, value] of changes ?? []) if (at < changed.length) changed[at] = value;
    return { protocol, bytes: changed };
  });

/** A packet behind its first tag, if the kernel knows that type. */
function untagged({ protocol, bytes }: Packet): Packet | undefined {
  if (!KERNEL_TAGS.includes(protocol) || bytes.length < 4) return undefined;
  return { protocol: ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), bytes: bytes.subarray(4) };
}

/** A packet as the filter of a SOCK_DGRAM socket meets it: coming in, without its outer tag. */
function comingIn(packet: Packet): Packet {
  return untagged(packet) ?? packet;
}

/** Going out, it begins behind its tags, and its protocol is the outer one. */
function goingOut(packet: Packet): Packet {
  let inner = packet;
  for (let next = untagged(inner); next !== undefined; next = untagged(inner)) inner = next;
  return { protocol: packet.protocol, bytes: inner.bytes };
}

/** Runs the program over random packets: of those that are needed none may be refused. */
function proveInterpreted(settings: FilterSettings, isNeeded: (packet: Packet) => boolean): void {
  const program = kernelFilter(settings);
  let needed = 0;
  let refused = 0;
  fc.assert(
    fc.property(onWire, (packet) => {
      const isOne = isNeeded(packet);
      const ways: [Packet, number][] = [
        [comingIn(packet), 0],
        [goingOut(packet), OUTGOING],
      ];
      for (const [{ protocol, bytes }, packetType] of ways) {
        const kept = runProgram(program, bytes, { protocol, packetType, interfaceIndex: 3, hardwareType: 1 });
        if (isOne) expect(kept).toBe(65535);
        if (isOne) needed++;
        if (kept === 0) refused++;
      }
    }),
    { numRuns: 20_000 },
  );
  // The test is worth something only while both happen often.
  expect(needed).toBeGreaterThan(5_000);
  expect(refused).toBeGreaterThan(2_500);
}

test.each(SHAPES)('no packet that gives a line is refused: the program, interpreted (%#)', (settings) =>
  proveInterpreted(settings, givesLine),
);
test.each(WHOLE_SHAPES)('whole streams: no segment is refused: the program, interpreted (%#)', (settings) =>
  proveInterpreted(settings, isWantedSegment),
);

const reason = whyNoOwnNetwork('the kernel filter on a real socket');

describe.skipIf(reason !== undefined)('on a real socket', () => {
  let leave: () => void;
  let left: number;
  let sender: FrameSender;
  let everything: PacketSocket;
  let filtered: PacketSocket;
  let whole: PacketSocket;

  beforeAll(() => {
    leave = enterOwnNetwork();
    left = addVethPair('left', 'right').left;
    sender = openFrameSender();
    [everything, filtered, whole] = [openPacketSocket(), openPacketSocket(), openPacketSocket()];
    for (const socket of [everything, filtered, whole]) {
      enlargeBuffer(socket.descriptor, 32 << 20);
      startCapture([socket]);
    }
    attachFilter(everything, Uint8Array.from(RETURN_ALL));
    attachFilter(filtered, kernelFilter(SETTINGS));
    attachFilter(whole, kernelFilter({ ...SETTINGS, wholeStreams: true }));
  });
  afterAll(() => {
    closeSocket(everything);
    closeSocket(filtered);
    closeSocket(whole);
    sender.close();
    leave();
  });

  /** `ret #65535` */
  const RETURN_ALL = [
    ...new Uint8Array(Uint16Array.of(0x06, 0).buffer),
    ...new Uint8Array(Uint32Array.of(65535).buffer),
  ];

  /** A frame whose number is its source address, where the socket tells it again. */
  function numbered(packet: Packet, number: number): Uint8Array {
    const frame = ethernet(packet);
    frame.set(join(u8(0x02), u8(0), u8(0), u8(number >> 16), u8(number >> 8), u8(number)), 6);
    return frame;
  }

  /** The numbers of the frames that came to a socket, each with its way. */
  function arrived(socket: PacketSocket): Set<string> {
    return new Set(
      receiveAll(socket.descriptor).map(({ linkAddress: a, packetType }) => {
        const number = ((a[3] ?? 0) << 16) | ((a[4] ?? 0) << 8) | (a[5] ?? 0);
        return `${packetType === OUTGOING ? 'out' : 'in'} ${number}`;
      }),
    );
  }

  test('no packet that gives a line is refused, and with whole streams no segment', () => {
    const seed = Date.now() | 0;
    const packets = fc.sample(onWire, { seed, numRuns: 4000 });
    let lines = 0;
    let segments = 0;
    for (let begin = 0; begin < packets.length; begin += 500) {
      const batch = packets.slice(begin, begin + 500);
      batch.forEach((packet, i) => {
        sender.send(left, numbered(packet, i));
      });
      const all = arrived(everything);
      const passed = arrived(filtered);
      const passedWhole = arrived(whole);
      for (const name of all) {
        const index = Number(name.split(' ')[1]);
        const packet = batch[index];
        if (packet === undefined || !isWantedSegment(packet)) continue;
        segments++;
        expect(passedWhole.has(name), `packet ${begin + index} of seed ${seed}, ${name}`).toBe(true);
        if (!givesLine(packet)) continue;
        lines++;
        expect(passed.has(name), `packet ${begin + index} of seed ${seed}, ${name}`).toBe(true);
      }
      expect(passed.size).toBeLessThan(passedWhole.size);
      expect(passedWhole.size).toBeLessThan(all.size);
    }
    expect(lines).toBeGreaterThan(1000);
    expect(segments).toBeGreaterThan(lines);
  });
});
