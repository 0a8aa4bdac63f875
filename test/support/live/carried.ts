// Frames that a rough network has carried: what TCP says in them.

/** A TCP segment over IPv4 in an Ethernet frame. */
export interface Carried {
  readonly toServer: boolean;
  /** Port of the client. */
  readonly port: number;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
  readonly frame: Uint8Array;
}

const SYN = 0x02;
const FIN = 0x01;
const ETHERNET_BYTES = 14;
const SERVER_PORT = 80;

/** The segment in a frame of IPv4 to or from the server. */
export function carried(frame: Uint8Array): Carried {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const ip = ETHERNET_BYTES;
  const tcp = ip + (view.getUint8(ip) & 0x0f) * 4;
  const toServer = view.getUint16(tcp + 2) === SERVER_PORT;
  return {
    toServer,
    port: view.getUint16(tcp + (toServer ? 0 : 2)),
    sequence: view.getUint32(tcp + 4),
    flags: view.getUint8(tcp + 13),
    payload: frame.subarray(tcp + (view.getUint8(tcp + 12) >> 4) * 4, ip + view.getUint16(ip + 2)),
    frame,
  };
}

/** What is known of one direction: its first number, the bytes that were seen, and where its FIN stands. */
interface Direction {
  readonly first: number;
  readonly bytes: Set<number>;
  fin?: number;
}

/**
 * Segments with payload that brought nothing new, each direction in the order in which it was seen. One that is late, behind the end of its
 * connection, is none: then nothing is known of that any more.
 */
export function repeatedAmong(segments: readonly Carried[]): number {
  const seen = new Map<string, Direction>();
  const isClosed = (port: number, toServer: boolean): boolean => {
    const of = seen.get(`${toServer} ${port}`);
    return of?.fin !== undefined && of.bytes.size === of.fin - 1;
  };
  let repeated = 0;
  for (const { toServer, port, sequence, flags, payload } of segments) {
    const key = `${toServer} ${port}`;
    const of = seen.get(key) ?? { first: sequence, bytes: new Set<number>() };
    seen.set(key, of);
    const hasEnded = isClosed(port, true) && isClosed(port, false);
    const begin = (sequence + ((flags & SYN) !== 0 ? 1 : 0) - of.first) | 0;
    if ((flags & FIN) !== 0) of.fin = begin + payload.length;
    if (payload.length === 0) continue;
    const before = of.bytes.size;
    for (let at = begin; at < begin + payload.length; at++) of.bytes.add(at);
    if (of.bytes.size === before && !hasEnded) repeated++;
  }
  return repeated;
}

/** Number of the transaction in its connection that each segment belongs to: a client that waits for its answers asks anew. */
export function numbersOf(segments: readonly Carried[]): number[] {
  const asked = new Map<number, number>();
  return segments.map(({ toServer, port, payload }) => {
    const begins = toServer && /^(?:GET|PUT) /.test(Buffer.from(payload.subarray(0, 4)).toString('latin1'));
    const number = (asked.get(port) ?? 0) + (begins ? 1 : 0);
    asked.set(port, number);
    return number;
  });
}
