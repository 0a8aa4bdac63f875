// The packet code makes no garbage: a million packets are walked, and the JavaScript heap does not grow.
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { AREA_FREE, AREA_STATE, AREA_STRIDE } from '../../layout/areas.ts';
import { COUNTER_MESSAGES, COUNTER_PACKETS } from '../../layout/counters.ts';
import {
  PLACE_FILE_KIND,
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  REGION_AREAS,
  REGION_INPUT,
} from '../../layout/directory.ts';
import { STOP_MORE, STOP_NO_AREA } from '../../layout/stops.ts';
import { bytesOf, makeMemory, regionOf } from '../../src/pipeline/memory.ts';
import { instantiate } from '../../src/pipeline/packet-code.ts';
import { writeSettings } from '../../src/pipeline/packet-settings.ts';
import { countersOf, total } from '../../src/pipeline/statistics.ts';
import { pcap } from '../support/capture-file.ts';
import { ethernet } from '../support/frames.ts';
import { packetModule } from '../support/packet-code.ts';
import { tcpPacket } from '../support/packets.ts';

const PACKETS_IN_FILE = 10_000;
const ROUNDS = 100;
/** What a heap may grow by for reasons of its own: optimised code, the test's own loop. */
const GROWTH_BYTES = 262_144;

const ends = { source: '192.0.2.1', destination: '192.0.2.2', sourcePort: 40000, destinationPort: 80 };
const head = Buffer.from('GET /index.html HTTP/1.1\r\nHost: example.com\r\nUser-Agent: test\r\n\r\n');

test('a million packets make no garbage', async () => {
  const frame = ethernet(tcpPacket(ends, head));
  const file = pcap(
    Array.from({ length: PACKETS_IN_FILE }, (_, i) => ({ bytes: frame, time: BigInt(i) * 1_000_000n })),
  );
  const memory = makeMemory({ ring: 0, input: file.length, areas: 32, filters: 0 });
  const settings = {
    live: false,
    ports: 'any',
    snaplen: 0,
    limit: -1,
    split: false,
    addVlan: false,
    copies: false,
  } as const;
  writeSettings(memory, { ...settings, filters: undefined });
  bytesOf(memory, REGION_INPUT).set(file);
  const input = regionOf(memory, REGION_INPUT);
  const areas = regionOf(memory, REGION_AREAS);
  const words = new Int32Array(memory.buffer);
  const code = instantiate(packetModule({}), memory);

  const freeAreas = (): void => {
    for (let at = areas.address; at < areas.address + areas.size; at += AREA_STRIDE) {
      Atomics.store(words, (at + AREA_STATE) / 4, AREA_FREE);
    }
  };
  const walk = (): void => {
    words[PLACE_FILE_KIND / 4] = 0;
    words[PLACE_INPUT_AT / 4] = input.address;
    words[PLACE_INPUT_END / 4] = input.address + file.length;
    let stop = code.walkFile();
    for (; stop === STOP_NO_AREA; stop = code.walkFile()) freeAreas();
    code.tick(0);
    freeAreas();
    if (stop !== STOP_MORE) throw new Error(`stopped: ${stop}`);
  };

  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  for (let round = 0; round < 5; round++) walk();
  await wait(50);
  collections = 0;
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < ROUNDS; round++) walk();
  const growth = process.memoryUsage().heapUsed - before;
  await wait(50);
  observer.disconnect();
  const counters = [countersOf(memory)];
  expect(total(counters, COUNTER_PACKETS)).toBe((ROUNDS + 5) * PACKETS_IN_FILE);
  expect(total(counters, COUNTER_MESSAGES)).toBe((ROUNDS + 5) * PACKETS_IN_FILE);
  expect(collections).toBe(0);
  expect(growth).toBeLessThan(GROWTH_BYTES);
});
