import { bytesOf, type Capture, type End, type Frame } from './capture.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const LARGEST_BLOCK = 16 * 1024 * 1024;
/** The last whole second (in the year 2554) of which all nanoseconds fit into 64 bits. */
const LAST_SECOND = 18_446_744_072n;

interface Interface {
  linkType: number | undefined;
  snaplen: number;
  unitsPerSecond: bigint;
  /** Seconds. */
  offset: bigint;
}

/** The body of a block: what stands between its two lengths. */
interface Body {
  view: DataView;
  little: boolean;
}

interface Reading {
  frames: Frame[];
  /** Of this section: "several sections and interfaces". */
  interfaces: Interface[];
  little: boolean;
  /** The last time that was known in this file, of whatever section. */
  lastTime: bigint;
}

/** The byte order of the section that begins here; undefined if its magic is neither. */
function sectionOrder(view: DataView, at: number): boolean | undefined {
  for (const little of [true, false]) if (view.getUint32(at + 8, little) === 0x1a2b3c4d) return little;
  return undefined;
}

/** Reads a pcapng file (draft-ietf-opsawg-pcapng). Blocks of other types are skipped. */
export function readPcapng(view: DataView): Capture {
  const reading: Reading = { frames: [], interfaces: [], little: true, lastTime: 0n };
  let at = 0;
  while (at < view.byteLength) {
    const read = readBlock(view, at, reading);
    if (typeof read === 'string') return { frames: reading.frames, end: read };
    at += read;
  }
  return { frames: reading.frames, end: 'whole' };
}

/** Reads the block at `at`; its total length, or how the file ends here. */
function readBlock(view: DataView, at: number, reading: Reading): number | End {
  const left = view.byteLength - at;
  if (left < 12) return 'cut';
  const startsSection = view.getUint32(at) === SECTION_HEADER;
  const little = startsSection ? sectionOrder(view, at) : reading.little;
  // A file whose first block cannot stand is none of these.
  const broken = at === 0 ? 'not a capture' : 'broken';
  if (little === undefined) return broken;

  const length = view.getUint32(at + 4, little);
  if (length < 12 || length % 4 !== 0 || length > LARGEST_BLOCK) return broken;
  if (length > left) return 'cut';
  if (view.getUint32(at + length - 4, little) !== length) return broken;

  if (startsSection) {
    reading.little = little;
    reading.interfaces = [];
    return length;
  }
  const body = { view: new DataView(view.buffer, view.byteOffset + at + 8, length - 12), little };
  readBody(view.getUint32(at, little), body, reading);
  return length;
}

function readBody(type: number, body: Body, reading: Reading): void {
  if (type === INTERFACE_DESCRIPTION) reading.interfaces.push(readInterface(body));
  if (type === ENHANCED_PACKET) readPacket(body, reading, (view) => view.getUint32(0, body.little));
  // The obsolete block has an interface of 16 bits, then a count of drops; the rest is the same.
  if (type === OBSOLETE_PACKET) readPacket(body, reading, (view) => view.getUint16(0, body.little));
  if (type === SIMPLE_PACKET) readSimplePacket(body, reading);
}

function readInterface({ view, little }: Body): Interface {
  const fields: Interface = { linkType: undefined, snaplen: 0, unitsPerSecond: 1_000_000n, offset: 0n };
  if (view.byteLength < 8) return fields;
  fields.linkType = view.getUint16(0, little);
  fields.snaplen = view.getUint32(4, little);

  // A mistake in the options: they are ignored from there.
  let at = 8;
  while (view.byteLength - at >= 4) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    at += 4;
    if (code === 0 || length > view.byteLength - at) break;
    if (code === 9) {
      if (length !== 1) break;
      fields.unitsPerSecond = resolution(view.getUint8(at));
    }
    if (code === 14) {
      if (length !== 8) break;
      fields.offset = view.getBigInt64(at, little);
    }
    at += Math.ceil(length / 4) * 4;
  }
  return fields;
}

/** if_tsresol: "any time resolution", powers of ten or, with the highest bit set, of two. */
function resolution(byte: number): bigint {
  const exponent = BigInt(byte & 0x7f);
  return byte & 0x80 ? 2n ** exponent : 10n ** exponent;
}

/**
 * Nanoseconds since 1970. A time before 1970 is 0. Whole seconds beyond the last one are that one, before the offset is added and after it; the
 * sub-second part stays.
 */
function stamp(units: bigint, fields: Interface): bigint {
  const fraction = ((units % fields.unitsPerSecond) * 1_000_000_000n) / fields.unitsPerSecond;
  const seconds = atMost(LAST_SECOND, units / fields.unitsPerSecond) + fields.offset;
  return seconds < 0n ? 0n : atMost(LAST_SECOND, seconds) * 1_000_000_000n + fraction;
}

function atMost(limit: bigint, value: bigint): bigint {
  return value < limit ? value : limit;
}

function readPacket({ view, little }: Body, reading: Reading, interfaceIndex: (view: DataView) => number): void {
  // Too short for its own fields: no packet.
  if (view.byteLength < 20) return;
  const fields = reading.interfaces[interfaceIndex(view)];
  const units = (BigInt(view.getUint32(4, little)) << 32n) | BigInt(view.getUint32(8, little));
  // The captured length can't be more than the block holds.
  const capturedLength = Math.min(view.getUint32(12, little), view.byteLength - 20);
  // An unknown interface: the packet counts and gives no line, and its time has no unit.
  if (fields) reading.lastTime = stamp(units, fields);
  reading.frames.push({
    linkType: fields?.linkType,
    time: reading.lastTime,
    bytes: bytesOf(view, 20, capturedLength),
  });
}

/** A packet of the section's first interface, without a time: it gets that of the packet before it. */
function readSimplePacket({ view, little }: Body, reading: Reading): void {
  const fields = reading.interfaces[0];
  if (view.byteLength < 4) return;
  // The block does not say how much was captured: all, or as much as the interface's snaplen (0: no limit).
  const snaplen = fields?.snaplen ? fields.snaplen : Number.POSITIVE_INFINITY;
  const capturedLength = Math.min(view.getUint32(0, little), snaplen, view.byteLength - 4);
  reading.frames.push({
    linkType: fields?.linkType,
    time: reading.lastTime,
    bytes: bytesOf(view, 4, capturedLength),
  });
}
