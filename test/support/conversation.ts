// TCP connections as they are captured: what both ends say becomes segments with the right numbers, and those frames of a
// capture file.
import { latin1, zeros } from './bytes.ts';
import { type CapturePacket, pcap } from './capture-file.ts';
import { ethernet } from './frames.ts';
import { ipv4, ipv6, tcp } from './packets.ts';

export type End = 'client' | 'server';

/** The addresses and ports of a connection. */
export interface Ends {
  readonly client: string;
  readonly clientPort: number;
  readonly server: string;
  readonly serverPort: number;
}

/** One segment, as it is seen on the wire. */
export interface Segment {
  readonly from: End;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
}

export interface ConversationSettings extends Partial<Ends> {
  /** Sequence numbers of the SYNs. */
  clientSequence?: number;
  serverSequence?: number;
  /** Time of the first segment, nanoseconds since 1970. */
  begin?: bigint;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;

const MILLISECOND = 1_000_000n;
/** 2026-01-02 03:04:05 UTC. */
export const BEGIN = 1_767_323_045_000_000_000n;

/** A sequence number so many bytes behind another one. */
export function moved(sequence: number, bytes: number): number {
  return (sequence + bytes) >>> 0;
}

/** A connection, told in the order of its packets: each call adds segments, one every millisecond. */
export class Conversation {
  readonly ends: Ends;
  readonly segments: Segment[] = [];
  /** Next sequence number of each end. */
  readonly #next: Record<End, number>;
  #time: bigint;

  constructor(settings: ConversationSettings = {}) {
    const { client = '192.0.2.1', clientPort = 40_000, server = '198.51.100.7', serverPort = 80 } = settings;
    this.ends = { client, clientPort, server, serverPort };
    this.#next = { client: settings.clientSequence ?? 1000, server: settings.serverSequence ?? 5_000_000 };
    this.#time = settings.begin ?? BEGIN;
  }

  /** So many milliseconds pass. */
  wait(milliseconds: number): this {
    this.#time += BigInt(Math.round(milliseconds * 1000)) * 1000n;
    return this;
  }

  /** The handshake. */
  open(): this {
    return this.#add('client', SYN)
      .#add('server', SYN | ACK)
      .acknowledge('client');
  }

  /** The client sends these payloads, each in a segment. A character is a byte. */
  client(...payloads: readonly string[]): this {
    for (const payload of payloads) this.#add('client', PSH | ACK, latin1(payload));
    return this;
  }

  /** The server does. */
  server(...payloads: readonly string[]): this {
    for (const payload of payloads) this.#add('server', PSH | ACK, latin1(payload));
    return this;
  }

  /** A segment with an acknowledgement and nothing else. */
  acknowledge(from: End): this {
    return this.#add(from, ACK);
  }

  /** An end sends this, and its packets are not captured. */
  unseen(from: End, ...payloads: readonly string[]): this {
    for (const payload of payloads) this.#take(from, payload.length);
    this.#time += MILLISECOND * BigInt(payloads.length);
    return this;
  }

  /** An end sends the last segment of its direction, with its number, once more. */
  again(from: End, count = 1): this {
    const last = this.segments.findLast((segment) => segment.from === from && segment.payload.length > 0);
    if (last === undefined) throw new Error(`nothing of the ${from} to send again`);
    for (let i = 0; i < count; i++) this.segments.push({ ...last, time: this.#tick() });
    return this;
  }

  /** An end sends its FIN. */
  close(from: End): this {
    return this.#add(from, FIN | ACK);
  }

  /** Both ends close, this one first. */
  closeBoth(first: End = 'client'): this {
    const second = first === 'client' ? 'server' : 'client';
    return this.close(first).close(second).acknowledge(first);
  }

  reset(from: End): this {
    return this.#add(from, RST | ACK);
  }

  /** The packets of a capture file. */
  packets(): CapturePacket[] {
    return this.segments.map((segment) => packetOf(this.ends, segment));
  }

  #add(from: End, flags: number, payload: Uint8Array = zeros(0)): this {
    const sequence = this.#take(from, payload.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0));
    const acknowledgment = (flags & ACK) === 0 ? 0 : this.#next[from === 'client' ? 'server' : 'client'];
    this.segments.push({ from, sequence, acknowledgment, flags, payload, time: this.#tick() });
    return this;
  }

  /** Takes so many numbers of an end; the first of them. */
  #take(from: End, count: number): number {
    const sequence = this.#next[from];
    this.#next[from] = moved(sequence, count);
    return sequence;
  }

  #tick(): bigint {
    this.#time += MILLISECOND;
    return this.#time - MILLISECOND;
  }
}

/** A segment as a frame. */
export function packetOf(ends: Ends, segment: Segment): CapturePacket {
  const { from, sequence, acknowledgment, flags, payload, time } = segment;
  const fromClient = from === 'client';
  const ports = fromClient
    ? { sourcePort: ends.clientPort, destinationPort: ends.serverPort }
    : { sourcePort: ends.serverPort, destinationPort: ends.clientPort };
  const addresses = fromClient
    ? { source: ends.client, destination: ends.server }
    : { source: ends.server, destination: ends.client };
  const bytes = tcp({ ...ports, sequence, acknowledgment, flags }, payload);
  const packet = ends.client.includes(':') ? ipv6(addresses, bytes) : ipv4(addresses, bytes);
  return { time, bytes: ethernet(packet) };
}

/** The capture file of several connections, their packets in the order of their times. */
export function captureOf(...conversations: readonly Conversation[]): Uint8Array {
  const packets = conversations.flatMap((conversation) => conversation.packets());
  return pcap(
    packets.sort((one, other) => Number(one.time - other.time)),
    { resolution: 'nano' },
  );
}
