// The parts of the packet code on their own, ns each: through the test build, which exports its inner functions.
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { AREA_FREE, AREA_FULL_BYTES, AREA_STATE, AREA_STRIDE } from '../layout/areas.ts';
import { PLACE_FILE_KIND, PLACE_INPUT_AT, PLACE_INPUT_END, REGION_AREAS, REGION_INPUT } from '../layout/directory.ts';
import { STOP_NO_AREA } from '../layout/stops.ts';
import { bytesOf, makeMemory, regionOf } from '../src/pipeline/memory.ts';
import { writeSettings } from '../src/pipeline/packet-settings.ts';
import { benchDirectory, type Capture } from './captures.ts';
import { undoAtEnd } from './children.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { shown } from './rounds.ts';
import { type Spread, spreadOf } from './spread.ts';

const TITLE = 'Micro: the parts on their own';
/** Bytes of a capture that are looked at: they fit into the processor's cache, as a block of the ring does. */
const INPUT = 1048576;
const AREAS = 32;
const ETHERNET = 1;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Each part is timed so often, for this many calls at least. */
const ROUNDS = 7;
const CALLS = 200_000;

/** `micro`. */
export const microCase: Case = { name: 'micro', title: TITLE, isLive: false, inShort: false, run };

/** The functions of the test build that are timed. */
interface Parts {
  start(): number;
  walkFile(): number;
  tick(): number;
  ascii_isDigit(byte: number): number;
  decode_frame(linkType: number, at: number, end: number): number;
  head_read(at: number, end: number): number;
  time_dateTime(at: number, stamp: bigint): number;
  address_endpoint(at: number, version: number, address: number, port: number): number;
  escape_escaped(at: number, from: number, end: number, bound: number): number;
  readonly decode_payload: { readonly value: number };
  readonly decode_payloadEnd: { readonly value: number };
  readonly head_startLine: { readonly value: number };
  readonly head_startLineEnd: { readonly value: number };
}

/** An instance with the beginning of a capture as its input. */
interface Bench {
  readonly code: Parts;
  readonly memory: WebAssembly.Memory;
  readonly input: number;
  readonly end: number;
  /** Addresses of frames and behind them. */
  readonly frames: readonly (readonly [at: number, end: number])[];
}

async function run(context: Context): Promise<CaseResult> {
  const heads = open(namedCapture('heads', context));
  const bodies = open(namedCapture('none', context));
  const call = timed((count) => {
    for (let i = 0; i < count; i++) heads.code.ascii_isDigit(i & 63);
  });
  const payloads = heads.frames.map(([at, end]) => {
    heads.code.decode_frame(ETHERNET, at, end);
    return [heads.code.decode_payload.value, heads.code.decode_payloadEnd.value] as const;
  });
  const parts: [name: string, time: Spread][] = [
    ['decode: Ethernet, IPv4, TCP', less(timed(decode(heads)), call)],
    ['scan: a head of 200-900 bytes, its fields and its end', less(timed(scan(heads, payloads)), call)],
    ['format: time, two addresses, a request line of it', less(timed(format(heads, payloads)), call, 4)],
    ['a whole packet that is a head, record to line', timed(walk(heads))],
    ['a whole packet that is none', timed(walk(bodies))],
    ['file hand-over: an area of 128 KB to write()', timed(handOver(heads), 2000)],
  ];
  return {
    name: 'micro',
    title: TITLE,
    note: 'Of the first megabyte of the captures; the cost of a call from JavaScript is taken off the first three.',
    table: { head: ['part', 'ns'], rows: parts.map(([name, time]) => [name, shown(time, 1, 1)]) },
    ratios: [],
    values: {},
    wrong: [],
  };
}

function open(capture: Capture): Bench {
  const bytes = Buffer.alloc(INPUT);
  const file = openSync(capture.path, 'r');
  const length = readSync(file, bytes, 0, INPUT, 0);
  closeSync(file);
  const memory = makeMemory({ ring: 0, input: INPUT, areas: AREAS, filters: 0 });
  writeSettings(memory, {
    live: false,
    ports: 'any',
    snaplen: 0,
    limit: -1,
    split: false,
    addVlan: false,
    copies: false,
    filters: undefined,
  });
  bytesOf(memory, REGION_INPUT).set(bytes.subarray(0, length));
  const module = new WebAssembly.Module(readFileSync(join(ROOT, 'dist/packet.test.wasm')));
  const instance = new WebAssembly.Instance(module, { env: { memory }, time: { localOffset: () => 0 } });
  const code = instance.exports as unknown as Parts;
  code.start();
  const input = regionOf(memory, REGION_INPUT).address;
  const frames = framesIn(bytes.subarray(0, length)).map(([at, end]) => [input + at, input + end] as const);
  return { code, memory, input, end: frames.at(-1)?.[1] ?? 0, frames };
}

function framesIn(bytes: Buffer): (readonly [at: number, end: number])[] {
  const found: [number, number][] = [];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= bytes.length; ) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
    if (end > bytes.length) break;
    found.push([at + RECORD_HEADER, end]);
    at = end;
  }
  return found;
}

type Loop = (count: number) => void;

function decode({ code, frames }: Bench): Loop {
  return cycle(frames, (at, end) => code.decode_frame(ETHERNET, at, end));
}

function scan({ code }: Bench, payloads: Bench['frames']): Loop {
  return cycle(payloads, (at, end) => code.head_read(at, end));
}

/** Four calls: the line's beginning, and its start line with what follows as long as a user agent. */
function format({ code, memory, frames }: Bench, payloads: Bench['frames']): Loop {
  const out = regionOf(memory, REGION_AREAS).address;
  const source = (frames[0]?.[0] ?? 0) + 26;
  return cycle(payloads, (at, end) => {
    code.time_dateTime(out, STAMP);
    code.address_endpoint(out + 24, 4, source, 50905);
    code.address_endpoint(out + 48, 4, source + 4, 80);
    code.escape_escaped(out + 72, at, Math.min(at + 150, end), end);
  });
}
const STAMP = 1714559400000000000n;

function cycle(spans: Bench['frames'], action: (at: number, end: number) => void): Loop {
  return (count) => {
    for (let i = 0, next = 0; i < count; i++) {
      const span = spans[next];
      if (span !== undefined) action(span[0], span[1]);
      next = next + 1 === spans.length ? 0 : next + 1;
    }
  };
}

/** Walks the whole input again and again; areas are free again at once. */
function walk({ code, memory, input, end, frames }: Bench): Loop {
  const words = new Int32Array(memory.buffer);
  const areas = regionOf(memory, REGION_AREAS);
  const free = (): void => {
    for (let at = areas.address; at < areas.address + areas.size; at += AREA_STRIDE) {
      Atomics.store(words, (at + AREA_STATE) / 4, AREA_FREE);
    }
  };
  return (count) => {
    for (let walked = 0; walked < count; walked += frames.length) {
      words[PLACE_FILE_KIND / 4] = 0;
      words[PLACE_INPUT_AT / 4] = input;
      words[PLACE_INPUT_END / 4] = end;
      while (code.walkFile() === STOP_NO_AREA) free();
      code.tick();
      free();
    }
  };
}

function handOver({ memory }: Bench): Loop {
  const directory = mkdtempSync(join(benchDirectory(), 'micro-'));
  undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  const area = bytesOf(memory, REGION_AREAS).subarray(0, AREA_FULL_BYTES);
  return (count) => {
    const file = openSync(join(directory, 'lines'), 'w');
    for (let i = 0; i < count; i++) writeSync(file, area, 0, area.length, (i % 512) * area.length);
    closeSync(file);
  };
}

/** ns for one of them, over several rounds behind one that does not count. */
function timed(loop: Loop, calls = CALLS): Spread {
  loop(calls);
  const times = Array.from({ length: ROUNDS }, () => {
    const begin = process.hrtime.bigint();
    loop(calls);
    return Number(process.hrtime.bigint() - begin) / calls;
  });
  return spreadOf(times);
}

/** Takes off what the calls alone take. */
function less(spread: Spread, call: Spread, calls = 1): Spread {
  const off = call.median * calls;
  const { median, minimum, maximum, rounds } = spread;
  return { median: median - off, minimum: minimum - off, maximum: maximum - off, rounds };
}
