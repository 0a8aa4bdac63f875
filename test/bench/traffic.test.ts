import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PLANS, withFlows, withShare } from '../../bench/captures.ts';
import { command } from '../../bench/children.ts';
import { has } from '../../bench/tools.ts';
import { type Made, makeTraffic, type Plan } from '../../bench/traffic.ts';
import { type Captured, readCapture } from './captured.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-traffic-'));
afterAll(() => rmSync(directory, { recursive: true }));

const PACKETS = 3000;
let files = 0;

function make(plan: Plan): { made: Made; path: string; bytes: Buffer; packets: Captured[] } {
  const path = join(directory, `${++files}.pcap`);
  const made = makeTraffic(path, plan);
  const bytes = readFileSync(path);
  return { made, path, bytes, packets: readCapture(bytes) };
}

const small = (plan: Plan, flows = 20): Plan => ({ ...plan, packets: PACKETS, flows });
const REQUEST = /^(GET|POST) \S+ HTTP\/1\.1\r\n/;
const RESPONSE = /^HTTP\/1\.1 (200|304) /;
const beginnings = (packets: readonly Captured[], pattern: RegExp): Captured[] =>
  packets.filter(({ payload }) => pattern.test(payload.toString('latin1', 0, 200)));
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

describe('the same plan gives the same bytes', () => {
  test.each(Object.entries(PLANS))('%s', (_, plan) => {
    expect(hash(make(small(plan)).bytes)).toBe(hash(make(small(plan)).bytes));
  });

  // Where this changes, TRAFFIC_VERSION must go up, and captures that are there are made again.
  test('on every machine', () => {
    expect(hash(make(small(PLANS.mix)).bytes)).toBe('7225b1c9c6d47e88');
  });
});

describe('the maker counts what it makes', () => {
  test.each(Object.entries(PLANS))('%s', (_, plan) => {
    const { made, bytes, packets } = make(small(plan));
    const [requests, responses] = [beginnings(packets, REQUEST), beginnings(packets, RESPONSE)];
    expect(made).toEqual({
      packets: packets.length,
      bytes: bytes.length,
      requests: requests.length,
      responses: responses.length,
      untagged: [...requests, ...responses].filter(({ tags }) => tags.length === 0).length,
      connections: new Set(packets.filter(({ payload }) => payload.length > 0).map(({ direction }) => ends(direction)))
        .size,
    });
    expect(packets.length).toBeGreaterThanOrEqual(PACKETS);
  });
});

/** A connection's name, whichever side speaks. */
function ends(direction: string): string {
  return direction.split('>').sort().join(' ');
}

describe('the traffic is what its name says', () => {
  test('mix: 18 % heads, 1200 bytes a packet, requests of 400 to 900 bytes with cookies', () => {
    const { made, packets } = make({ ...PLANS.mix, packets: 40_000 });
    expect((made.requests + made.responses) / made.packets).toBeCloseTo(0.18, 1);
    expect(made.bytes / made.packets).toBeGreaterThan(1100);
    expect(made.bytes / made.packets).toBeLessThan(1300);
    const requests = beginnings(packets, REQUEST).map(({ payload }) => payload);
    expect(Math.min(...requests.map(({ length }) => length))).toBeGreaterThanOrEqual(400);
    expect(Math.max(...requests.map(({ length }) => length))).toBeLessThanOrEqual(900);
    expect(requests.every((payload) => payload.includes('\r\nCookie: '))).toBe(true);
  });

  test('heads: nothing but heads', () => {
    const { made } = make(small(PLANS.heads));
    expect(made.requests + made.responses).toBe(made.packets);
  });

  test('none: no HTTP on port 80, and the same on port 443', () => {
    const [on80, on443] = [make(small(PLANS.none)), make(small(PLANS.none443))];
    expect(on80.packets.every(({ direction }) => /:80\b/.test(direction))).toBe(true);
    expect(on443.packets.every(({ direction }) => /:443\b/.test(direction))).toBe(true);
    expect(on80.made).toEqual({ ...on443.made });
    expect(on80.made.requests + on80.made.responses).toBe(0);
  });

  test('tiny: messages of about 100 bytes', () => {
    const lengths = make(small(PLANS.tiny)).packets.map(({ payload }) => payload.length);
    expect(Math.max(...lengths)).toBeLessThan(130);
  });

  test('tagged: both IP versions under no tag, one and two', () => {
    const { packets } = make(small(PLANS.tagged));
    const kinds = new Set(packets.map(({ direction, tags }) => `${direction.indexOf(':')} ${tags.length}`));
    expect([...kinds].sort()).toEqual(['32 0', '32 1', '32 2', '8 0', '8 1', '8 2']);
  });

  test.each([0.01, 0.1, 0.3, 0.5, 1])('the share of heads can be chosen: %f', (share) => {
    const { made } = make({ ...withShare(share, PACKETS), flows: 5 });
    expect((made.requests + made.responses) / made.packets).toBeCloseTo(share, 2);
  });

  test.each([1, 100, 1000])('so can the number of connections: %i', (flows) => {
    const { made } = make(withFlows(flows, PACKETS));
    expect(made.connections).toBeLessThanOrEqual(flows);
    expect(made.connections).toBeGreaterThan(flows * 0.6);
  });
});

describe('packets are as real ones', () => {
  test.each(Object.entries(PLANS))('%s: checksums, times that rise, sequence numbers without a gap', (_, plan) => {
    const { packets } = make(small(plan));
    const next = new Map<string, number>();
    let time = 0;
    for (const { direction, sequence, flags, payload, checksumIsRight, ...packet } of packets) {
      expect(checksumIsRight).toBe(true);
      expect(packet.time).toBeGreaterThanOrEqual(time);
      time = packet.time;
      const isSyn = (flags & 2) !== 0;
      if (!isSyn && next.has(direction)) expect(sequence).toBe(next.get(direction));
      next.set(direction, (sequence + payload.length + ((flags & 3) === 0 ? 0 : 1)) >>> 0);
    }
  });
});

const hasTshark = has('tshark');
if (!hasTshark) console.warn('skipped: tshark’s count of the traffic: it is not installed');

// Segments each alone, as httplog looks at them and as the benchmark has tshark do it; or streams put together. As every
// response is sent to its end and every head stands in one segment, both find the same messages.
describe.skipIf(!hasTshark)('tshark counts the same messages', () => {
  test.each(['FALSE', 'TRUE'])('desegmenting: %s', (desegment) => {
    for (const plan of Object.values(PLANS)) {
      const { made, path } = make(small(plan));
      const flags = ['-o', `tcp.desegment_tcp_streams:${desegment}`, '-Y', 'http.request || http.response'];
      const said = command('tshark', '-n', '-r', path, ...flags, '-T', 'fields', '-e', 'frame.number');
      expect(said.split('\n').length - 1).toBe(made.requests + made.responses);
    }
  });
});
