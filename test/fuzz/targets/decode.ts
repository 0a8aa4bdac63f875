// One pass over the headers of a packet: frames of every link type, and what a packet socket hands over.
import { LINK_TYPES } from '../../../layout/link-types.table.ts';
import { VERDICTS } from '../../../layout/verdicts.table.ts';
import { VERDICT_EMPTY, VERDICT_SEGMENT } from '../../../layout/verdicts.ts';
import { join, latin1, u8, u16, zeros } from '../../support/bytes.ts';
import { bsdNull, ETHERTYPE, ethernet, linuxCookedV1, linuxCookedV2, mpls, pppoe, vlan } from '../../support/frames.ts';
import { authentication, extension, fragment, ipv4, ipv6, tcp } from '../../support/packets.ts';
import { readFrame } from '../../support/second-reading/frame.ts';
import type { Instrumented } from '../instrument.ts';
import { openSandbox, type Sandbox } from '../sandbox.ts';
import { must, type Target } from '../target.ts';

const LONGEST = 2048;
/** The first byte of an input: a link type, or from here on what a packet socket says. */
const COOKED = 128;
/** Bytes of the protocol, and of whether a tag was taken off. */
const COOKED_HEADER = 3;

/** What was found, as offsets from the packet's begin. */
interface Decoded {
  readonly verdict: number;
  readonly found: readonly number[];
}

export function decodeTarget(code: Instrumented): Target {
  const sandbox = openSandbox(code, { input: LONGEST, areas: 1 });
  return {
    name: 'decode',
    longest: LONGEST,
    words: [...Object.values(ETHERTYPE), 0x21, 0x57].map((type) => u16(type)),
    seeds,
    counters: () => sandbox.counters,
    run(input) {
      const one = decode(sandbox, input, 0);
      const other = decode(sandbox, input, 0xff);
      must(String(one.found) === String(other.found), 'bytes around a packet change what it is', one, other);
    },
    compare(input) {
      const [first = 0, ...rest] = input;
      if (first >= COOKED) return;
      const { verdict, found } = decode(sandbox, input, 0);
      const read = readFrame(LINK_TYPES[first % LINK_TYPES.length] ?? 0, Uint8Array.from(rest));
      const [payload = 0, end = 0] = found;
      must(
        (read !== undefined && read.payload.length > 0) === (verdict === VERDICT_SEGMENT),
        'segment or not',
        verdict,
      );
      if (read !== undefined && verdict === VERDICT_SEGMENT) {
        must(read.payload.length === end - payload, 'payload', read.payload.length, end - payload);
        must(read.sourcePort === found[6] && read.destinationPort === found[7], 'ports', read.sourcePort, found);
      }
    },
  };
}

function decode(sandbox: Sandbox, input: Uint8Array, around: number): Decoded {
  const { code } = sandbox;
  sandbox.begin(around, 1000 + 4 * input.length);
  const cooked = (input[0] ?? 0) >= COOKED;
  const header = Math.min(input.length, cooked ? 1 + COOKED_HEADER : 1);
  const { at, end } = sandbox.put(input.subarray(header), around);
  const verdict = cooked
    ? code.decode_cooked(
        ((input[1] ?? 0) << 8) | (input[2] ?? 0),
        (input[3] ?? 0) & 1,
        at,
        end,
        lengthOf(input, end - at),
      )
    : code.decode_frame(LINK_TYPES[(input[0] ?? 0) % LINK_TYPES.length] ?? 0, at, end);
  must(VERDICTS.some(({ number }) => number === verdict) || verdict === VERDICT_SEGMENT, 'no verdict', verdict);
  return { verdict, found: [verdict, ...found(sandbox, verdict, at, end)].slice(verdict === VERDICT_SEGMENT ? 1 : 0) };
}

/** The length on the wire: that of the bytes, or another. */
function lengthOf(input: Uint8Array, length: number): number {
  return length + ((input[3] ?? 0) >> 1);
}

function found({ code }: Sandbox, verdict: number, at: number, end: number): number[] {
  if (verdict !== VERDICT_SEGMENT && verdict !== VERDICT_EMPTY) return [];
  const [payload, payloadEnd] = [code.decode_payload.value, code.decode_payloadEnd.value];
  const [source, destination, segment] = [
    code.decode_source.value,
    code.decode_destination.value,
    code.decode_segment.value,
  ];
  const tagCount = code.decode_tagCount.value;
  const tags = tagCount === 0 ? at : code.decode_tags.value;
  const width = code.decode_version.value === 4 ? 4 : 16;
  const inside = (from: number, length: number): boolean => from >= at && length >= 0 && from + length <= end;
  must(inside(source, width) && inside(destination, width), 'addresses lie outside', source - at, destination - at);
  must(inside(segment, 20), 'the TCP header lies outside', segment - at);
  must(inside(tags, 4 * tagCount), 'tags lie outside', tags - at, tagCount);
  must(payloadEnd >= at && payloadEnd <= end, 'the payload ends outside', payloadEnd - at, end - at);
  must(verdict === VERDICT_EMPTY || (payload > segment && payload < payloadEnd), 'no payload', payload - at);
  const ports = [code.decode_sourcePort.value, code.decode_destinationPort.value];
  return [
    ...[payload, payloadEnd, source, destination, segment, tags].map((address) => address - at),
    ...ports,
    tagCount,
  ];
}

const ENDS = { source: '192.0.2.1', destination: '10.0.0.2' };
const ENDS6 = { source: '2001:db8::1', destination: '::ffff:192.0.2.1' };

function seeds(): Uint8Array[] {
  const segment = tcp(
    { sourcePort: 40_000, destinationPort: 80, options: zeros(12) },
    latin1('GET / HTTP/1.1\r\n\r\n'),
  );
  const packets = [
    ipv4(ENDS, segment),
    ipv4({ ...ENDS, options: zeros(8), padding: 6 }, segment),
    ipv4({ ...ENDS, totalLength: 0 }, segment),
    ipv6(ENDS6, segment),
    ipv6(
      { ...ENDS6, extensions: [extension(0), extension(43, 2), fragment(0), authentication(), extension(60)] },
      segment,
    ),
  ];
  const linkLayers = [ethernet, linuxCookedV1, linuxCookedV2, bsdNull];
  const types = [1, 113, 276, 0].map((type) => LINK_TYPES.indexOf(type));
  const frames = packets.flatMap((packet, i) => {
    const carried = [
      packet,
      vlan(7, vlan(9, packet)),
      mpls([1, 2], packet),
      pppoe(packet, { compressed: i % 2 === 0 }),
    ];
    return carried.map((one, j) => join(u8(types[(i + j) % 4] ?? 0), (linkLayers[(i + j) % 4] ?? ethernet)(one)));
  });
  const cooked = packets.flatMap((packet) => [
    join(u8(COOKED), u16(packet.protocol), u8(0), packet.bytes),
    join(u8(COOKED), u16(0x8100), u8(1), vlan(5, packet).bytes),
  ]);
  return [...frames, ...cooked, ...packets.map(({ bytes }) => join(u8(LINK_TYPES.indexOf(101)), bytes))];
}
