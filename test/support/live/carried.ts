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

/** Segments with payload that brought nothing new, each direction in the order in which it was seen. */
export function repeatedAmong(segments: readonly Carried[]): number {
  const seen = new Map<string, { readonly first: number; readonly bytes: Set<number> }>();
  let repeated = 0;
  for (const { toServer, port, sequence, flags, payload } of segments) {
    const key = `${toServer} ${port}`;
    const of = seen.get(key) ?? { first: sequence, bytes: new Set<number>() };
    seen.set(key, of);
    if (payload.length === 0) continue;
    const begin = (sequence + ((flags & SYN) !== 0 ? 1 : 0) - of.first) | 0;
    const before = of.bytes.size;
    for (let at = begin; at < begin + payload.length; at++) of.bytes.add(at);
    if (of.bytes.size === before) repeated++;
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
