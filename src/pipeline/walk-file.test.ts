import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { PLACE_FILLING } from '../../layout/directory.ts';
import {
  STOP_BROKEN,
  STOP_DONE,
  STOP_LIMIT,
  STOP_LINK_TYPE,
  STOP_MORE,
  STOP_NO_AREA,
  STOP_NO_CAPTURE,
} from '../../layout/stops.ts';
import { join as joinBytes, latin1 } from '../../test/support/bytes.ts';
import { pcap } from '../../test/support/capture-file.ts';
import { ethernet } from '../../test/support/frames.ts';
import { packetModule } from '../../test/support/packet-code.ts';
import { countersIn, takeLines } from '../../test/support/packet-lines.ts';
import { tcpPacket } from '../../test/support/packets.ts';
import { readCaptureFile } from '../capture/file.ts';
import { guard } from './guard.ts';
import { makeMemory } from './memory.ts';
import { filterBytes, type PacketSettings, writeSettings } from './packet-settings.ts';
import { type FileEnd, walkCaptureFile } from './walk-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'httplog-walk-'));
afterAll(() => rmSync(directory, { recursive: true }));
const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };

interface Walked {
  lines: string[];
  counters: Record<string, number>;
  end: FileEnd;
  position: number;
  wakes: number;
}

/** Walks a file through an input of this many bytes. */
async function walk(
  file: Uint8Array,
  settings: Partial<PacketSettings> = {},
  input = 1 << 20,
  stopping = false,
): Promise<Walked> {
  const path = join(directory, 'file');
  writeFileSync(path, file);
  const memory = makeMemory({ ring: 0, input, areas: 2, filters: filterBytes(settings.filters) });
  const plain = {
    live: false,
    ports: 'any',
    snaplen: 0,
    limit: -1,
    split: false,
    addVlan: false,
    copies: false,
  } as const;
  writeSettings(memory, { ...plain, filters: undefined, ...settings });
  const lines: string[] = [];
  let wakes = 0;
  const writer = {
    wake: () => {
      wakes++;
      return true;
    },
    freed: async () => {
      lines.push(...takeLines(memory));
    },
  };
  const descriptor = openSync(path, 'r');
  const read = readCaptureFile(descriptor, () => stopping);
  const end = await walkCaptureFile(
    { code: guard(packetModule({}), memory, () => {}), memory, writer, stopping: () => stopping },
    read,
  );
  closeSync(descriptor);
  lines.push(...takeLines(memory));
  expect(new DataView(memory.buffer).getUint32(PLACE_FILLING, true)).toBe(0);
  return { lines, counters: countersIn(memory), end, position: read.position(), wakes };
}

const requests = (count: number): Uint8Array =>
  pcap(
    Array.from({ length: count }, (_, i) => ({
      time: 0n,
      bytes: ethernet(tcpPacket(ENDS, latin1(`GET /${i} HTTP/1.1\r\n\r\n`))),
    })),
  );
const targets = (lines: readonly string[]): string[] => lines.map((line) => / GET \/([0-9]*) /.exec(line)?.[1] ?? line);
const upTo = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

test('a whole file', async () => {
  const file = requests(1000);
  const { lines, end, position, wakes } = await walk(file);
  expect(targets(lines)).toEqual(upTo(1000));
  expect(end).toEqual({ stop: STOP_MORE, left: 0, position: file.length, linkType: 0, error: undefined });
  expect(position).toBe(file.length);
  expect(wakes).toBeGreaterThan(0);
});

test('one whose lines fill every area', async () => {
  const { lines } = await walk(requests(20_000));
  expect(targets(lines)).toEqual(upTo(20_000));
});

test.each([200, 201, 222, 250, 500, 2048])('through an input of %i bytes, of which a part is half', async (input) => {
  const { lines, end } = await walk(requests(500), {}, input);
  expect(targets(lines)).toEqual(upTo(500));
  expect(end).toMatchObject({ stop: STOP_MORE, left: 0 });
});

test('packed', async () => {
  const file = requests(300);
  const { lines, end } = await walk(gzipSync(file));
  expect(targets(lines)).toEqual(upTo(300));
  expect(end).toMatchObject({ stop: STOP_MORE, left: 0, position: file.length });
});

test('one that breaks off in a record: its place, and what is left', async () => {
  const file = requests(10);
  const { lines, end } = await walk(file.subarray(0, file.length - 5));
  expect(targets(lines)).toEqual(upTo(9));
  const record = (file.length - 24) / 10;
  const position = file.length - record;
  expect(end).toEqual({ stop: STOP_MORE, left: record - 5, position, linkType: 0, error: undefined });
});

test('one that is broken behind its records', async () => {
  const file = requests(10);
  const { lines, end } = await walk(joinBytes(file, new Uint8Array(100).fill(0xff)));
  expect(targets(lines)).toEqual(upTo(10));
  expect(end).toMatchObject({ stop: STOP_BROKEN, left: 100, position: file.length });
});

test('a packed one that breaks off: what the unpacking says', async () => {
  const packed = gzipSync(requests(3000));
  const { lines, end } = await walk(packed.subarray(0, packed.length - 20));
  expect(targets(lines)).toEqual(upTo(lines.length));
  expect(lines.length).toBeGreaterThan(1000);
  expect(end).toMatchObject({ stop: STOP_MORE, error: 'unexpected end of file' });
});

test.each(['', '\xd4', '\xd4\xc3\xb2'])('%j is no capture', async (text) => {
  expect((await walk(latin1(text))).end).toMatchObject({ stop: STOP_NO_CAPTURE });
});

test('text is no capture', async () => {
  expect((await walk(latin1('hello world'))).end).toMatchObject({ stop: STOP_NO_CAPTURE, position: 0 });
});

test('the packet limit', async () => {
  const { lines, counters, end } = await walk(requests(10), { limit: 4 });
  expect(targets(lines)).toEqual(upTo(4));
  expect(counters).toMatchObject({ packets: 4 });
  expect(end).toMatchObject({ stop: STOP_LIMIT });
});

test('a link type that the filter has no program for', async () => {
  const { end } = await walk(requests(1), { filters: [] });
  expect(end).toMatchObject({ stop: STOP_LINK_TYPE, linkType: 1 });
});

test('what waits at the end, and at a tick of a file that grows, is written where it fills every area too', async () => {
  const memory = makeMemory({ ring: 0, input: 4096, areas: 0, filters: 0 });
  const calls: string[] = [];
  /** Stops twice for want of an area, then is done. */
  const stopping = (name: string): (() => number) => {
    let left = 2;
    return () => {
      calls.push(name);
      return left-- > 0 ? STOP_NO_AREA : STOP_DONE;
    };
  };
  const code = {
    walkBlock: () => STOP_DONE,
    walkFile: () => STOP_MORE,
    tick: stopping('tick'),
    finish: stopping('end'),
  };
  const writer = {
    wake: () => calls.push('wake') > 0,
    freed: async () => {
      calls.push('freed');
    },
  };
  let parts = 1;
  const file = { growing: true, position: () => 0, read: async () => parts-- };
  await walkCaptureFile({ code, memory, writer, stopping: () => false }, file);
  const of = (name: string): string[] => [name, 'freed', name, 'freed', name, 'wake'];
  expect(calls).toEqual([...of('tick'), ...of('end')]);
});

test('a run that stops: what was read is walked, no more is read', async () => {
  const { lines, end } = await walk(requests(10), {}, 1 << 20, true);
  expect(lines).toEqual([]);
  expect(end).toMatchObject({ stop: STOP_MORE });
});
