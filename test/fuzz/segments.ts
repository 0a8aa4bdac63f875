// Bytes as TCP segments: any bytes are some, so that changes to them are other segments and not a broken file.
//
// Segments are parted by two bytes. The first byte of each says which connection and end, and which of the following stand
// behind it: a change of the sequence number, of the acknowledgement, flags, a pause. The rest is payload.
import { join, u8 } from '../support/bytes.ts';
import type { Conversation } from '../support/conversation.ts';

/** What parts segments. */
export const PARTING: Uint8Array = Uint8Array.of(0x1e, 0x1f);

const FROM_SERVER = 1;
const CONNECTION = 6;
const MOVED = 8;
const ACKNOWLEDGES = 16;
const FLAGS = 32;
const PAUSE = 64;
const CUT = 128;

/** How far numbers are changed. */
const DISTANCES: readonly number[] = [
  1,
  -1,
  2,
  5,
  -5,
  100,
  -100,
  1460,
  -1460,
  4096,
  65_535,
  -65_536,
  1 << 20,
  1 << 22,
  1 << 30,
  -(1 << 30),
  1 << 31,
  7,
];
/** Nanoseconds. */
const PAUSES: readonly bigint[] = [
  0n,
  1000n,
  5_000_000n,
  999_999_999n,
  1_000_000_000n,
  4_000_000_000n,
  6_000_000_000n,
  61_000_000_000n,
  10n ** 16n,
];
const BEGIN = 1_767_323_045_000_000_000n;
const RECORD_HEADER = 16;
const TCP_HEADER = 20;
/** Ethernet and IPv4, or with a tag and IPv6. */
const PACKET_HEADERS = 34;
const TAGGED_HEADERS = 58;
/** The connection whose packets are tagged. */
const TAGGED = 6;

/** A capture file (pcap, nanoseconds) of the segments that these bytes are. */
export function captureOfBytes(input: Uint8Array): Uint8Array {
  const parts = split(input);
  const file = new Uint8Array(24 + parts.length * (RECORD_HEADER + TAGGED_HEADERS + TCP_HEADER) + input.length);
  const view = new DataView(file.buffer);
  file.set([0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
  const next = new Uint32Array(8).fill(1000);
  let at = 24;
  let time = BEGIN;
  for (const part of parts) {
    const kind = part[0] ?? 0;
    let read = 1;
    const byte = (is: number): number => ((kind & is) === 0 ? -1 : (part[read++] ?? 0));
    const own = (kind & CONNECTION) | (kind & FROM_SERVER);
    const moved = byte(MOVED);
    const acknowledges = byte(ACKNOWLEDGES);
    const said = byte(FLAGS);
    const pause = byte(PAUSE);
    const cut = byte(CUT);
    const flags = said < 0 ? 0x18 : said;
    const payload = part.subarray(Math.min(read, part.length));
    const sequence = ((next[own] ?? 0) + distance(moved)) >>> 0;
    time += pause < 0 ? 1_000_000n : (PAUSES[pause % PAUSES.length] ?? 0n);
    const tcp = (kind & CONNECTION) === TAGGED ? TAGGED_HEADERS : PACKET_HEADERS;
    const whole = tcp + TCP_HEADER + payload.length;
    const bytes = Math.max(0, whole - Math.max(0, cut));
    view.setUint32(at, Number(time / 1_000_000_000n), true);
    view.setUint32(at + 4, Number(time % 1_000_000_000n), true);
    view.setUint32(at + 8, bytes, true);
    view.setUint32(at + 12, whole, true);
    const frame = at + RECORD_HEADER;
    writeHeaders(view, frame, own, payload.length);
    view.setUint32(frame + tcp + 4, sequence);
    view.setUint32(frame + tcp + 8, ((next[own ^ 1] ?? 0) + distance(acknowledges)) >>> 0);
    // The longest header makes options of what is payload otherwise.
    file[frame + tcp + 12] = cut > 200 ? 0xf0 : 0x50;
    file[frame + tcp + 13] = flags;
    file.set(payload, frame + tcp + TCP_HEADER);
    at += RECORD_HEADER + bytes;
    // What is moved far does not take the others with it.
    if (moved < 0 || moved < 128) next[own] = (sequence + payload.length + ((flags & 3) === 0 ? 0 : 1)) >>> 0;
  }
  return file.subarray(0, at);
}

function distance(index: number): number {
  return index < 0 ? 0 : (DISTANCES[index % DISTANCES.length] ?? 0);
}

/** Ethernet, IP and TCP between the ends of a connection. */
function writeHeaders(view: DataView, at: number, own: number, length: number): void {
  const fromServer = (own & FROM_SERVER) !== 0;
  const port = 40_000 + (own >> 1);
  const tagged = (own & CONNECTION) === TAGGED;
  const tcp = at + (tagged ? TAGGED_HEADERS : PACKET_HEADERS);
  if (tagged) writeTagged(view, at + 12, fromServer, length);
  else writePlain(view, at + 12, fromServer, length);
  view.setUint16(tcp, fromServer ? 80 : port);
  view.setUint16(tcp + 2, fromServer ? port : 80);
}

function writePlain(view: DataView, at: number, fromServer: boolean, length: number): void {
  const [client, server] = [0xc000_0201, 0x0a00_0002];
  view.setUint32(at, 0x0800_4500);
  view.setUint16(at + 4, 40 + length);
  view.setUint16(at + 10, 0x4006);
  view.setUint32(at + 14, fromServer ? server : client);
  view.setUint32(at + 18, fromServer ? client : server);
}

function writeTagged(view: DataView, at: number, fromServer: boolean, length: number): void {
  view.setUint32(at, 0x8100_0007);
  view.setUint16(at + 4, 0x86dd);
  view.setUint32(at + 6, 0x6000_0000);
  view.setUint16(at + 10, TCP_HEADER + length);
  view.setUint16(at + 12, 0x0640);
  for (const [place, isServer] of [
    [at + 14, fromServer],
    [at + 30, !fromServer],
  ] as const) {
    view.setUint32(place, isServer ? 0x2001_0db8 : 0xfe80_0000);
    view.setUint32(place + 12, isServer ? 2 : 1);
  }
}

function split(input: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let begin = 0;
  for (let at = input.indexOf(0x1e); at >= 0; at = input.indexOf(0x1e, at + 1)) {
    if (input[at + 1] !== 0x1f) continue;
    parts.push(input.subarray(begin, at));
    begin = at + 2;
  }
  parts.push(input.subarray(begin));
  return parts;
}

/** A conversation as such bytes. */
export function bytesOfConversation({ segments }: Conversation, connection = 0): Uint8Array {
  const parts = segments.map(({ from, flags, payload }) => {
    const own = (from === 'server' ? FROM_SERVER : 0) | ((connection << 1) & CONNECTION);
    return join(flags === 0x18 ? u8(own) : Uint8Array.of(own | FLAGS, flags), payload, PARTING);
  });
  return join(...parts);
}
