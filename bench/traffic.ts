// Makes traffic: connections that stay open, on each of which a client asks and a server answers, in real segments. The same
// plan gives the same bytes on every machine.
import { type CaptureWriter, createCapture } from './capture-writer.ts';
import { ACK, type Ends, FIN, maximumSegment, PSH, SYN } from './frame.ts';
import * as heads from './heads.ts';
import { type Random, seeded } from './random.ts';

/** Goes up with every change that changes a byte of any capture: files of other versions are made again. */
export const TRAFFIC_VERSION = 1;

/** What is said on the connections: browsers and web servers, programs that call an API, or nothing that is HTTP. */
export type Content = 'browser' | 'calls' | 'sealed';

/** What a capture file shall hold. */
export interface Plan {
  readonly seed: number;
  /** Packets; a few more where exchanges must be ended. */
  readonly packets: number;
  /** Connections that are open at a time, 1 to 100,000. */
  readonly flows: number;
  readonly port: number;
  readonly content: Content;
  /** Bodies of responses, in bytes, and how often each comes. */
  readonly bodies: readonly Body[];
  /** Whether connections begin, are acknowledged and end in the capture. */
  readonly control: boolean;
  /** Whether half of the connections are IPv6, and two of three carry one VLAN tag or two. */
  readonly wrapped: boolean;
}

export interface Body {
  readonly bytes: number;
  readonly weight: number;
}

/** What a capture file holds, as its maker counted it. */
export interface Made {
  readonly packets: number;
  /** Of the file. */
  readonly bytes: number;
  readonly requests: number;
  readonly responses: number;
  /** Messages in packets without a VLAN tag: all that some programs find. */
  readonly untagged: number;
  /** Connections that were used. */
  readonly connections: number;
}

interface Counts {
  requests: number;
  responses: number;
  untagged: number;
  connections: number;
}

/** A connection. Its ends change when it is closed and another takes its place. */
interface Connection {
  ends: Ends;
  /** Next sequence number of each side. */
  client: number;
  server: number;
  isOpen: boolean;
  isUsed: boolean;
  /** Exchanges until it is closed. */
  left: number;
  /** The answer that is being sent: its head, where its body begins in the pool, its whole length, and what is sent. */
  head: Buffer;
  body: number;
  length: number;
  sent: number;
}

/** What text is made of. Without vowels and t no method can be spelled, not even in lower case, which httpry takes for one. */
const TEXT = 'bcdfghjklmnpqrsvwxz bcdfghjklmnpqrsvwxz\n';
/** Bytes of bodies to choose from, of each kind. */
const POOL = 2097152;
/** Segments that a server sends in one go; a client's network card merges them, and it acknowledges them together. */
const BURST = 8;
const HEAD_POOL = 4096;
const EMPTY: Buffer = Buffer.alloc(0);

/** Writes the capture file of a plan. Throws what open(2) throws. */
export function makeTraffic(path: string, plan: Plan): Made {
  const random = seeded(plan.seed);
  const capture = createCapture(path);
  const counts: Counts = { requests: 0, responses: 0, untagged: 0, connections: 0 };
  const pools = makePools(plan, random);
  const connections = Array.from({ length: plan.flows }, (_, i) => connect(plan, random, i));
  const talk = talker(plan, random, capture, pools, counts);
  while (capture.packets() < plan.packets) talk(connections[random.below(plan.flows)] as Connection);
  // What was begun is ended, so that programs that put streams together see each message whole.
  for (const connection of connections) while (connection.sent < connection.length) talk(connection);
  capture.close();
  return { packets: capture.packets(), bytes: capture.bytes(), ...counts };
}

interface Pools {
  readonly requests: readonly Buffer[];
  /** For each of the plan's bodies. */
  readonly responses: readonly (readonly Buffer[])[];
  /** Text and random bytes: pages and pictures. */
  readonly bodies: readonly [Buffer, Buffer];
}

const HEADS = {
  browser: [heads.browserRequest, heads.browserResponse],
  calls: [heads.callRequest, heads.callResponse],
  sealed: [heads.sealedRequest, heads.sealedResponse],
} as const;

function makePools(plan: Plan, random: Random): Pools {
  const [request, response] = HEADS[plan.content];
  const noise = Buffer.alloc(POOL);
  for (let i = 0; i < POOL; i++) noise[i] = random.below(256);
  const text = noise.map((byte) => TEXT.charCodeAt(byte % TEXT.length));
  return {
    requests: Array.from({ length: HEAD_POOL }, () => request(random)),
    responses: plan.bodies.map(({ bytes }) => Array.from({ length: 256 }, () => response(random, bytes))),
    bodies: [plan.content === 'sealed' ? noise : Buffer.from(text), noise],
  };
}

function connect(plan: Plan, random: Random, number: number): Connection {
  const isIpv6 = plan.wrapped && number % 2 === 1;
  const tags = plan.wrapped ? [[], [100 + (number % 50)], [200 + (number % 20), 7]][number % 3] : [];
  const client = 0x0a000000 + ((number * 7) % 0x00ffffff) + 1;
  const server = 0xc0000200 + (number % 16) + 80;
  return {
    ends: {
      client: isIpv6 ? ipv6(client) : ipv4(client),
      server: isIpv6 ? ipv6(server) : ipv4(server),
      clientPort: 20000 + random.below(40000),
      serverPort: plan.port,
      tags: tags ?? [],
    },
    client: random.below(0x7fffffff),
    server: random.below(0x7fffffff),
    isOpen: !plan.control,
    isUsed: false,
    left: 1 + random.below(60),
    head: EMPTY,
    body: 0,
    length: 0,
    sent: 0,
  };
}

function ipv4(address: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(address);
  return bytes;
}

function ipv6(address: number): Buffer {
  const bytes = Buffer.from('20010db8000000010000000000000000', 'hex');
  bytes.writeUInt32BE(address, 12);
  return bytes;
}

/** Lets a connection say the next thing that it has to say. */
function talker(
  plan: Plan,
  random: Random,
  capture: CaptureWriter,
  pools: Pools,
  counts: Counts,
): (connection: Connection) => void {
  const isHttp = plan.content !== 'sealed';
  const chooseBody = chooser(plan.bodies, random);

  const send = (of: Connection, fromClient: boolean, flags: number, length: number): number => {
    const sequence = fromClient ? of.client : of.server;
    const acknowledgment = fromClient ? of.server : of.client;
    const moved = (sequence + length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    if (fromClient) of.client = moved;
    else of.server = moved;
    return capture.add(of.ends, { fromClient, flags, sequence, acknowledgment, length }, random.below(40));
  };
  const count = (of: Connection, kind: 'requests' | 'responses'): void => {
    if (!isHttp) return;
    counts[kind]++;
    if (of.ends.tags.length === 0) counts.untagged++;
  };
  const open = (of: Connection): void => {
    send(of, true, SYN, 0);
    send(of, false, SYN | ACK, 0);
    send(of, true, ACK, 0);
    of.isOpen = true;
  };
  const close = (of: Connection): void => {
    send(of, true, FIN | ACK, 0);
    send(of, false, FIN | ACK, 0);
    send(of, true, ACK, 0);
    of.ends = { ...of.ends, clientPort: 20000 + random.below(40000) };
    Object.assign(of, { isOpen: false, isUsed: false, left: 1 + random.below(60) });
  };
  const ask = (of: Connection): void => {
    if (!of.isUsed) counts.connections++;
    of.isUsed = true;
    const request = pools.requests[random.below(HEAD_POOL)] ?? EMPTY;
    request.copy(capture.buffer, send(of, true, PSH | ACK, request.length));
    const choice = chooseBody();
    const bytes = plan.bodies[choice]?.bytes ?? 0;
    of.head = pools.responses[choice]?.[random.below(256)] ?? EMPTY;
    of.body = random.below(POOL - bytes);
    of.length = of.head.length + bytes;
    of.sent = 0;
    of.left--;
    count(of, 'requests');
  };
  const answer = (of: Connection): void => {
    if (of.sent === 0) count(of, 'responses');
    const maximum = maximumSegment(of.ends);
    // An answer's bytes are all text or all noise, whichever its place in the pool says.
    const pool = pools.bodies[of.body & 1 ? 1 : 0];
    for (let i = 0; i < BURST && of.sent < of.length; i++) {
      const length = Math.min(maximum, of.length - of.sent);
      const last = of.sent + length === of.length;
      const at = send(of, false, last ? PSH | ACK : ACK, length);
      const fromHead = of.sent === 0 ? of.head.copy(capture.buffer, at) : 0;
      const from = of.body + of.sent + fromHead - of.head.length;
      pool.copy(capture.buffer, at + fromHead, from, from + length - fromHead);
      of.sent += length;
    }
    if (plan.control && of.sent > maximum) send(of, true, ACK, 0);
  };
  return (of) => {
    if (of.sent < of.length) answer(of);
    else if (!of.isOpen) open(of);
    else if (plan.control && of.left <= 0) close(of);
    else ask(of);
  };
}

/** Chooses among weighted bodies; the result is an index. */
function chooser(bodies: readonly Body[], random: Random): () => number {
  const total = bodies.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    let place = (random.below(1000000) / 1000000) * total;
    const found = bodies.findIndex(({ weight }) => {
      place -= weight;
      return place < 0;
    });
    return Math.max(found, 0);
  };
}
