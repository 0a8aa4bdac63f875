import { beforeEach, describe, expect, test } from 'vitest';
import {
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  PLACE_LEFT,
  PLACE_PACKET,
  REGION_INPUT,
  REGION_PORTS,
  REGION_RING,
  REGION_SLABS,
} from '../../layout/directory.ts';
import { SLAB_BYTES, SLAB_DATA, SLAB_NEXT } from '../../layout/slabs.ts';
import { STOP_BROKEN, STOP_DONE, STOP_MORE } from '../../layout/stops.ts';
import { latin1 } from '../../test/support/bytes.ts';
import { pcap } from '../../test/support/capture-file.ts';
import { ethernet, type Packet } from '../../test/support/frames.ts';
import { packetModule } from '../../test/support/packet-code.ts';
import { countersIn, takeLines } from '../../test/support/packet-lines.ts';
import { tcpPacket } from '../../test/support/packets.ts';
import { ringBlock } from '../../test/support/ring-block.ts';
import { type GuardedCode, guard } from './guard.ts';
import { bytesOf, makeMemory, regionOf } from './memory.ts';
import { writeInterfaces, writeSettings } from './packet-settings.ts';

// The real packet code over a memory that lies: the port table is said to stand at the memory's very end, so that asking for a port
// of 800 and above traps as a bug would.

let memory: WebAssembly.Memory;
let header: DataView;
let code: GuardedCode;
let reasons: string[];

function open(live: boolean, pair = false): void {
  memory = makeMemory({ ring: 65536, input: 65536, areas: 2, filters: 0, flows: 16, slabs: 16 * SLAB_BYTES });
  header = new DataView(memory.buffer);
  reasons = [];
  const ports = 'any';
  writeSettings(memory, {
    live,
    ports,
    snaplen: 0,
    limit: -1,
    split: false,
    addVlan: false,
    copies: false,
    filters: undefined,
    pair,
    timeoutSeconds: 1,
  });
  writeInterfaces(memory, 'any');
  const end = memory.buffer.byteLength;
  new Uint8Array(memory.buffer).fill(0xff, end - 100);
  header.setUint32(REGION_PORTS, end - 100, true);
  code = guard(packetModule({ pair }), memory, (reason) => reasons.push(reason));
}

const packetTo = (target: string): Packet => {
  const port = target.startsWith('!') ? 800 : 799;
  const ends = { source: '192.0.2.1', sourcePort: port, destination: '192.0.2.2', destinationPort: 80 };
  return tcpPacket(ends, latin1(`GET ${target} HTTP/1.1\r\n\r\n`));
};
/** The targets of all lines that are written. */
function targets(): string[] {
  code.finish();
  return takeLines(memory).map((line) => / GET ([^ ]*) /.exec(line)?.[1] ?? line);
}

describe('a block', () => {
  beforeEach(() => open(true));

  /** Has a block walked with a packet for each target; those with `!` trap. */
  function walk(...of: string[]): number {
    const ring = bytesOf(memory, REGION_RING);
    ring.set(ringBlock(of.map((target) => ({ bytes: packetTo(target).bytes }))));
    return code.walkBlock(regionOf(memory, REGION_RING).address, 0);
  }

  test.each([
    ['in the middle', ['/1', '!2', '/3'], ['/1', '/3'], 1],
    ['first', ['!1', '/2', '/3'], ['/2', '/3'], 1],
    ['last', ['/1', '!2'], ['/1'], 1],
    ['alone', ['!1'], [], 1],
    ['two in a row', ['/1', '!2', '!3', '/4'], ['/1', '/4'], 2],
    ['the last two', ['/1', '!2', '!3'], ['/1'], 2],
    ['every one', ['!1', '!2', '!3', '!4'], [], 4],
    ['none', ['/1', '/2'], ['/1', '/2'], 0],
  ])('%s', (_, packets, expected, traps) => {
    expect(walk(...packets)).toBe(STOP_DONE);
    expect(countersIn(memory).packets).toBe(packets.length);
    expect(countersIn(memory).traps ?? 0).toBe(traps);
    expect(reasons).toEqual(new Array(traps).fill('memory access out of bounds'));
    expect([header.getUint32(PLACE_PACKET, true), header.getUint32(PLACE_LEFT, true)]).toEqual([0, 0]);
    expect(targets()).toEqual(expected);
    expect(walk('/next')).toBe(STOP_DONE);
    expect(targets()).toEqual(['/next']);
  });

  test('a trap that no packet is the reason of is the death of the thread', () => {
    expect(() => code.walkBlock(memory.buffer.byteLength, 0)).toThrow(WebAssembly.RuntimeError);
    expect(countersIn(memory)).toEqual({ traps: 1 });
  });
});

describe('a file', () => {
  beforeEach(() => open(false));

  function walk(file: Uint8Array): number {
    const { address } = regionOf(memory, REGION_INPUT);
    bytesOf(memory, REGION_INPUT).set(file);
    header.setUint32(PLACE_INPUT_AT, address, true);
    header.setUint32(PLACE_INPUT_END, address + file.length, true);
    return code.walkFile();
  }
  const fileOf = (...of: string[]): Uint8Array =>
    pcap(of.map((target) => ({ time: 0n, bytes: ethernet(packetTo(target)) })));

  test.each([
    [['/1', '!2', '/3'], ['/1', '/3'], 1],
    [['!1'], [], 1],
    [['/1', '!2', '!3'], ['/1'], 2],
  ])('%j', (packets, expected, traps) => {
    const file = fileOf(...packets);
    expect(walk(file)).toBe(STOP_MORE);
    expect(countersIn(memory)).toMatchObject({ packets: packets.length, traps });
    expect(header.getUint32(PLACE_INPUT_AT, true)).toBe(regionOf(memory, REGION_INPUT).address + file.length);
    expect(targets()).toEqual(expected);
  });

  test('a trap in the structure of the file: nothing behind it can be read', () => {
    header.setUint32(PLACE_INPUT_AT, memory.buffer.byteLength, true);
    header.setUint32(PLACE_INPUT_END, memory.buffer.byteLength + 100, true);
    expect(code.walkFile()).toBe(STOP_BROKEN);
    expect(countersIn(memory)).toEqual({ traps: 1 });
    expect(reasons).toHaveLength(1);
  });
});

describe('what waits', () => {
  beforeEach(() => {
    open(true, true);
    const ring = bytesOf(memory, REGION_RING);
    ring.set(ringBlock([{ bytes: packetTo('/waits').bytes }]));
    code.walkBlock(regionOf(memory, REGION_RING).address, 0);
  });

  /** The chain in which the request waits is said to go on outside of the memory, and to hold more than is there. */
  function breakChain(): void {
    const { address } = regionOf(memory, REGION_SLABS);
    header.setUint32(address + SLAB_NEXT, 0xfffffff0, true);
    bytesOf(memory, REGION_SLABS).fill(0xff, SLAB_DATA + 140, SLAB_DATA + 144);
  }

  test.each([
    ['a tick', (): number => code.tick(5000)],
    ['the end', (): number => code.finish()],
  ])('a trap in %s costs what waits, not the thread', (_, call) => {
    breakChain();
    expect(call()).toBe(STOP_DONE);
    expect(reasons).toEqual(['memory access out of bounds']);
    expect(countersIn(memory)).toMatchObject({ traps: 1, messages_cq: 1 });
    expect(code.finish()).toBe(STOP_DONE);
    expect(takeLines(memory)).toEqual([]);
  });

  test('without one it is written', () => {
    expect(code.tick(5000)).toBe(STOP_DONE);
    expect(takeLines(memory)).toEqual([expect.stringContaining(' CQ GET /waits HTTP/1.1 ')]);
  });
});

test('what is no trap is not caught', () => {
  open(true);
  const broken = { ...new Int32Array(0) } as unknown as WebAssembly.Module;
  expect(() => guard(broken, memory, () => {})).toThrow(TypeError);
});
