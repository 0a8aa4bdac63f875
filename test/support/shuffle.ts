// Cuts a connection's bytes into other segments, repeats some, and mixes their order: what a network may make of them.
import { join } from './bytes.ts';
import { pcap } from './capture-file.ts';
import { ACK, BEGIN, type Conversation, type End, FIN, moved, PSH, packetOf, type Segment } from './conversation.ts';

/** Bytes that an end sent with one acknowledgement number: it may have sent them in any segments. */
interface Burst {
  readonly from: End;
  /** Where they stand in its stream. */
  readonly begin: number;
  readonly bytes: Uint8Array;
  readonly acknowledgment: number;
}

/** A piece of a stream, with what tells where it goes. */
export interface Piece {
  readonly segment: Segment;
  /** Where its payload stands in the stream of its end. */
  readonly begin: number;
  readonly end: number;
}

/** The handshake, and what follows it. */
export interface Pieces {
  readonly handshake: readonly Piece[];
  readonly rest: readonly Piece[];
  readonly bursts: readonly Burst[];
}

const HANDSHAKE = 3;

/** Cuts the payloads between `cuts`: places in each end's stream. What is not payload stays as it is. */
export function cut(conversation: Conversation, cuts: Readonly<Record<End, readonly number[]>>): Pieces {
  const { segments } = conversation;
  const handshake = segments.slice(0, HANDSHAKE).map((segment) => ({ segment, begin: 0, end: 0 }));
  const rest: Piece[] = [];
  const bursts: Burst[] = [];
  const sent = { client: 0, server: 0 };
  for (const segment of segments.slice(HANDSHAKE)) {
    const { from, payload, acknowledgment } = segment;
    const begin = sent[from];
    const end = begin + payload.length;
    sent[from] = end;
    const places = [begin, ...cuts[from].filter((place) => place > begin && place < end).sort((a, b) => a - b), end];
    for (const [i, place] of places.entries()) {
      const until = places[i + 1];
      if (until === undefined || (until === place && payload.length > 0)) continue;
      const sequence = moved(segment.sequence, place - begin);
      const part = payload.subarray(place - begin, until - begin);
      rest.push({ segment: { ...segment, sequence, payload: part }, begin: place, end: until });
    }
    if (payload.length > 0) append(bursts, { from, begin, bytes: payload, acknowledgment });
  }
  return { handshake, rest, bursts };
}

function append(bursts: Burst[], burst: Burst): void {
  const last = bursts.findLast(({ from }) => from === burst.from);
  if (last?.acknowledgment !== burst.acknowledgment) bursts.push(burst);
  else bursts[bursts.indexOf(last)] = { ...last, bytes: join(last.bytes, burst.bytes) };
}

/** Some of the bytes once more, in a segment of their own; `from` and `length` choose which of a burst. */
export function repeated(pieces: Pieces, choice: number, offset: number, length: number): Piece[] {
  const burst = pieces.bursts[choice % pieces.bursts.length];
  const first = pieces.rest.find(({ segment, end, begin }) => segment.from === burst?.from && end > begin);
  if (burst === undefined || first === undefined) return [];
  const at = offset % burst.bytes.length;
  const payload = burst.bytes.subarray(at, at + length);
  const sequence = moved(first.segment.sequence, burst.begin + at - first.begin);
  const { from, acknowledgment } = burst;
  const segment = { from, sequence, acknowledgment, flags: PSH | ACK, payload, time: 0n };
  return [{ segment, begin: burst.begin + at, end: burst.begin + at + payload.length }];
}

/** Whether a piece ends its direction. */
export function isLast({ segment }: Piece): boolean {
  return (segment.flags & FIN) !== 0;
}

/** The pieces in the order of these keys. */
export function ordered<T>(pieces: readonly T[], keys: readonly number[]): T[] {
  const placed = pieces.map((piece, i) => ({ piece, key: keys[i % keys.length] ?? 0, i }));
  return placed.sort((one, other) => one.key - other.key || one.i - other.i).map(({ piece }) => piece);
}

/** The capture file of these pieces in this order, one every so many nanoseconds; `later` moves all of them. */
export function delivered({ ends }: Conversation, pieces: readonly Piece[], every = 100_000n, later = 0n): Uint8Array {
  return pcap(
    pieces.map(({ segment }, i) => packetOf(ends, { ...segment, time: BEGIN + later + BigInt(i) * every })),
    { resolution: 'nano' },
  );
}
