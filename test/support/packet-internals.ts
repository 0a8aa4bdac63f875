// The inner functions of the packet code, by the test build, over a memory like those of a run. Numbers come back as signed 32-bit
// ones (`>>> 0` for those that may be large), truth as 0 or 1, 64-bit ones as bigint.
import { readFileSync } from 'node:fs';
import { REGION_RING } from '../../layout/directory.ts';
import { bytesOf, makeMemory, regionOf } from '../../src/pipeline/memory.ts';
import type { PacketCode } from '../../src/pipeline/packet-code.ts';
import { filterBytes, type PacketSettings, writeSettings } from '../../src/pipeline/packet-settings.ts';
import { packetModule } from './packet-code.ts';

/** `MODULE_function` of an address. */
type OfAddress =
  | `tpacket_${'capturedLength' | 'firstPacket' | 'interfaceIndex' | 'network' | 'nextPacket' | 'originalLength'}`
  | `tpacket_${'outgoingLoopback' | 'packets' | 'protocol' | 'tagged' | 'vlanIdentifier'}`
  | `be_${'u16At' | 'u32At'}`
  | 'ethernet_etherType'
  | `ipv4_${'destination' | 'fragmentOffset' | 'headerLength' | 'protocol' | 'source' | 'totalLength' | 'version'}`
  | `ipv6_${'destination' | 'extensionNextHeader' | 'fragmentOffset' | 'nextHeader' | 'payloadLength' | 'source' | 'version'}`
  | `loopback_${'family' | 'familyOfEitherOrder'}`
  | 'mpls_bottomOfStack'
  | `pppoe_${'isSession' | 'protocol' | 'protocolLength'}`
  | 'sll_protocol'
  | 'sll2_protocol'
  | `tcp_${'acknowledgmentNumber' | 'dataOffset' | 'destinationPort' | 'flags' | 'sequenceNumber' | 'sourcePort'}`
  | `vlan_${'etherType' | 'identifier'}`
  | `direction_${'retransmissions' | 'sawBeginning' | 'stored'}`
  | `reassembly_${'giveUp' | 'next' | 'release'}`
  | 'slabs_give'
  | `follower_${'begin' | 'beginInTheMiddle' | 'hadGap' | 'headMark' | 'isOpen' | 'phase' | 'release' | 'tunnel'}`;

/** Of an address and the one behind the bytes. */
type OfSpan =
  | `scan_${'skipBlanks' | 'trimBlanks' | 'trimBlanksAndReturns'}`
  | `${'ethernet' | 'ipv4' | 'ipv6' | 'loopback' | 'mpls' | 'pppoe' | 'sll' | 'sll2' | 'tcp' | 'vlan'}_fits`
  | `head_${'mayBegin' | 'read'}`
  | 'methods_beginsRequest'
  | `requestLine_${'portOf' | 'read'}`
  | 'fields_mayBeWanted'
  | 'decode_ip';

/** Of one number that is no address. */
type OfNumber =
  | `ascii_${'isDigit' | 'isUpper'}`
  | 'writer_hexDigit'
  | 'filter_find'
  | `fields_${'has' | 'value' | 'valueEnd'}`
  | `directory_${'address' | 'size'}`
  | `settings_${'interfaceWanted' | 'portWanted'}`
  | 'counters_increment'
  | 'ipv6_isExtension'
  | `loopback_${'isIpv4' | 'isIpv6'}`
  | 'vlan_isTag';

/** Of nothing. */
type OfNothing =
  | 'captureFile_next'
  | 'fields_clear'
  | 'areas_handOverAll'
  | 'local_refresh'
  | 'time_start'
  | `record_${'empty' | 'makeRequest' | 'makeResponse'}`
  | `slabs_${'free' | 'start' | 'take'}`
  | 'follower_start'
  | keyof Pick<PacketCode, 'start' | 'tick' | 'finish' | 'walkFile'>;

/** Variables. */
type Variable =
  | `reassembly_${'gapLength' | 'piece' | 'pieceBegins' | 'pieceEnd' | 'pieceMark'}`
  | `follower_${'consumed' | 'headKind' | 'skipped'}`
  | `input_${'frame' | 'frameEnd' | 'linkType' | 'next' | 'originalLength'}`
  | `head_${'headEnd' | 'messageEnd' | 'startLine' | 'startLineEnd' | 'status' | 'whole'}`
  | `requestLine_${'authority' | 'authorityEnd' | 'methodEnd' | 'path' | 'pathEnd' | 'query' | 'queryEnd'}`
  | `requestLine_${'scheme' | 'schemeEnd' | 'target' | 'targetEnd' | 'version' | 'versionEnd' | 'wellFormed'}`
  | `settings_${'addVlan' | 'copies' | 'filtered' | 'live' | 'snaplen' | 'split'}`
  | `decode_${'destination' | 'destinationPort' | 'payload' | 'payloadEnd' | 'segment' | 'source' | 'sourcePort'}`
  | `decode_${'tagCount' | 'tags' | 'version'}`;

interface OfMore {
  scan_find(at: number, end: number, byte: number): number;
  scan_equals(at: number, other: number, length: number): number;
  scan_equalsIgnoringCase(at: number, text: number, length: number, bound: number): number;
  scan_matches(at: number, begin: number, end: number, byte: number): bigint;
  fields_take(at: number, end: number, bound: number): number;
  writer_byte(at: number, value: number): number;
  writer_three(at: number, value: number): number;
  writer_decimal(at: number, value: number): number;
  writer_decimal64(at: number, value: bigint): number;
  writer_nine(at: number, value: number): number;
  writer_dotted(at: number, value: number): number;
  writer_fixed(at: number, value: number, width: number): number;
  writer_hexadecimal(at: number, value: number): number;
  filter_passes(entry: number, at: number, end: number, length: number): number;
  seen_isCopy(kind: number, interfaceIndex: number, stamp: bigint): number;
  address_endpoint(at: number, version: number, address: number, port: number): number;
  escape_escaped(at: number, from: number, end: number, bound: number): number;
  line_settle(): void;
  line_line(at: number): number;
  quote_quoted(at: number, from: number, end: number, bound: number, style: number): number;
  half_ofConnection(
    half: number,
    version: number,
    type: number,
    client: number,
    clientPort: number,
    server: number,
    serverPort: number,
  ): void;
  half_ofHead(half: number, stamp: bigint, sequence: number, acknowledgement: number, bound: number): void;
  half_setComplete(half: number): void;
  half_setIdle(half: number, time: bigint): void;
  half_setInformation(half: number, code: number): void;
  half_setNumber(half: number, value: number): void;
  half_setProgress(half: number, bodyBytes: bigint, wireBytes: bigint, lastStamp: bigint): void;
  half_setRetransmissions(half: number, count: number): void;
  half_setTags(half: number, outerTag: number, tags: number, tagsEnd: number): void;
  half_setBegin(half: number, stamp: bigint): void;
  half_setConnect(half: number, time: bigint): void;
  time_common(at: number, stamp: bigint): number;
  time_dateTime(at: number, stamp: bigint): number;
  time_utc(at: number, stamp: bigint): number;
  time_localDay(stamp: bigint): number;
  tpacket_stamp(at: number): bigint;
  areas_hasRoom(lines: number): number;
  areas_place(split: number, day: number): number;
  areas_commit(split: number, at: number): void;
  counters_add(counter: number, amount: bigint): void;
  counters_observe(histogram: number, nanoseconds: bigint): void;
  counters_packets(): bigint;
  local_isLocal(version: number, at: number): number;
  decode_cooked(protocol: number, tagged: number, at: number, end: number, length: number): number;
  decode_frame(linkType: number, at: number, end: number): number;
  decode_network(etherType: number, at: number, end: number): number;
  ipv6_extensionFits(header: number, at: number, end: number): number;
  ipv6_extensionLength(header: number, at: number): number;
  walkBlock(block: number, clock: number): number;
  reassembly_acknowledged(direction: number, number: number, stamp: bigint): number;
  reassembly_beginAt(direction: number, number: number): void;
  reassembly_consume(direction: number, length: number): void;
  reassembly_offer(
    direction: number,
    sequence: number,
    flags: number,
    at: number,
    end: number,
    length: number,
    stamp: bigint,
    mark: number,
    again: number,
  ): number;
  follower_body(state: number, answerTo: number): number;
  follower_finish(state: number, orderly: number): number;
  follower_gap(state: number, length: number, stamp: bigint): number;
  follower_next(state: number, at: number, end: number, begins: number, stamp: bigint, mark: number): number;
  follower_bodyBytes(state: number): bigint;
  follower_headOffset(state: number): bigint;
  follower_headStamp(state: number): bigint;
  follower_lastStamp(state: number): bigint;
  follower_offset(state: number): bigint;
  follower_wireBytes(state: number): bigint;
  readonly reassembly_gapStamp: { readonly value: bigint };
  readonly reassembly_pieceStamp: { readonly value: bigint };
  readonly input_stamp: { readonly value: bigint };
  readonly settings_limit: { readonly value: bigint };
}

/** The exports of the test build. */
export type InnerFunctions = OfMore &
  Record<OfAddress, (at: number) => number> &
  Record<OfSpan, (at: number, end: number) => number> &
  Record<OfNumber, (value: number) => number> &
  Record<OfNothing, () => number> &
  Readonly<Record<Variable, { readonly value: number }>>;

/** A span of the memory: the address of the first byte, and the one behind the last. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

/** An instance over a memory of its own, whose last bytes are free for the test to use. */
export interface Internals {
  readonly code: InnerFunctions;
  readonly memory: WebAssembly.Memory;
  /** All of the memory. */
  readonly bytes: Uint8Array;
  readonly data: DataView;
  /** Where the test may write; the memory ends behind it. */
  readonly scratch: number;
  /** Puts bytes at the memory's very end: whoever reads on traps. */
  putLast(bytes: Uint8Array): Span;
  /** Puts bytes in the scratch region, this many bytes from its beginning. */
  put(bytes: Uint8Array, offset?: number): Span;
  /** A copy of a span's bytes. */
  read(at: number, end: number): Uint8Array;
}

export interface InternalsSettings extends Partial<PacketSettings> {
  areas?: number;
  /** Bytes of slabs. */
  slabs?: number;
  /** Bytes of scratch room; a multiple of 65536. */
  scratch?: number;
  /** Seconds to add to UTC in a minute since 1970. */
  localOffset?: (minute: number) => number;
  /** The exports of main are those of the main mode's own module. */
  mainMode?: boolean;
}

/** The test build. */
export const internalsModule: WebAssembly.Module = new WebAssembly.Module(
  readFileSync(new URL('../../dist/packet.test.wasm', import.meta.url)),
);

const DEFAULTS: PacketSettings = {
  live: false,
  ports: 'any',
  snaplen: 0,
  limit: -1,
  split: false,
  addVlan: false,
  copies: false,
  filters: undefined,
};

/** An instance of the test build over a memory that holds these settings. */
export function openInternals(
  settings: InternalsSettings = {},
  memory: WebAssembly.Memory = makeRoom(settings),
): Internals {
  const imports = { env: { memory }, time: { localOffset: settings.localOffset ?? (() => 0) } };
  const inner = new WebAssembly.Instance(internalsModule, imports).exports;
  const outer = settings.mainMode === true ? new WebAssembly.Instance(packetModule({}), imports).exports : {};
  const code = { ...inner, ...outer } as unknown as InnerFunctions;
  code.start();
  if (settings.mainMode === true) (inner as unknown as InnerFunctions).start();
  const bytes = new Uint8Array(memory.buffer);
  const scratch = regionOf(memory, REGION_RING).address;
  const putAt = (at: number, what: Uint8Array): Span => {
    bytes.set(what, at);
    return { at, end: at + what.length };
  };
  return {
    code,
    memory,
    bytes,
    data: new DataView(memory.buffer),
    scratch,
    putLast: (what) => putAt(bytes.length - what.length, what),
    put: (what, offset = 0) => putAt(scratch + offset, what),
    read: (at, end) => bytes.slice(at, end),
  };
}

/** A memory with these settings. The scratch region takes the ring's place, which is last and ends with a page. */
function makeRoom(settings: InternalsSettings): WebAssembly.Memory {
  const memory = makeMemory({
    ring: settings.scratch ?? 262144,
    input: 0,
    areas: settings.areas ?? 1,
    slabs: settings.slabs ?? 0,
    filters: filterBytes(settings.filters),
  });
  if (bytesOf(memory, REGION_RING).length % 65536 !== 0) throw new RangeError('scratch room of whole pages only');
  writeSettings(memory, { ...DEFAULTS, ...settings });
  return memory;
}

/**
 * From which length on these bytes fit, cut at every length and put at the memory's end, where a check that reads too far traps.
 * Throws where longer bytes fit less well than shorter ones.
 */
export function shortestFit(
  internals: Internals,
  fits: (at: number, end: number) => number,
  bytes: Uint8Array,
): number {
  const verdicts = Array.from({ length: bytes.length + 1 }, (_, length) => {
    const { at, end } = internals.putLast(bytes.subarray(0, length));
    return fits(at, end) === 1;
  });
  const shortest = verdicts.indexOf(true);
  if (verdicts.includes(false, shortest < 0 ? verdicts.length : shortest))
    throw new Error(`${verdicts} is no threshold`);
  return shortest;
}
