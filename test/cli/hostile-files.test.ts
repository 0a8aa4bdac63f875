// The program on files and streams that are made to hurt: it ends in a bounded time, or goes on in bounded memory until it is
// told to end, and says what it met.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { join, latin1, u32, zeros } from '../support/bytes.ts';
import { type CapturePacket, pcap, pcapHeader } from '../support/capture-file.ts';
import { ACK, BEGIN, Conversation, captureOf, SYN } from '../support/conversation.ts';
import { ETHERTYPE, ethernet, mpls, vlan } from '../support/frames.ts';
import { fileIn } from '../support/live/capture-files.ts';
import {
  endOf,
  httplog,
  type Running,
  said,
  startProcess,
  stop,
  totalsOf,
  whyNoProgram,
} from '../support/live/program.ts';
import { until } from '../support/live/wait.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';
import { extension, ipv4, ipv6, tcp, tcpPacket } from '../support/packets.ts';
import { sectionHeader } from '../support/pcapng-file.ts';

const missing = whyNoProgram();
if (missing !== undefined) console.warn(`skipped: hostile files: ${missing}`);

const ENDS = { source: '192.0.2.1', sourcePort: 40_000, destination: '198.51.100.7', destinationPort: 80 };
const MEGABYTE = 2 ** 20;
/** The most memory that reading a file may take, in bytes: the program itself, a part of the file, areas, flows. */
const MEMORY = 400 * MEGABYTE;
const SOON = 60_000;

/** The most memory that a process had so far (proc_pid_status(5)). */
function memoryOf({ pid }: Running): number {
  return 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Bytes that it has read (proc_pid_io(5)). */
function bytesRead({ pid }: Running): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

async function read(bytes: Uint8Array, flags: readonly string[] = []) {
  const file = fileIn(makeDirectory(), 'file', bytes);
  const running = startProcess(httplog(['-r', file, '-d', '-', '-p', 'any', ...flags]));
  const { status } = await endOf(running, SOON);
  return { running, status, lines: linesOf(running.stdout()) };
}

describe.skipIf(missing !== undefined)('gzip', () => {
  const bomb = gzipSync(Buffer.alloc(100 * MEGABYTE));
  const tenGigabytes = Array.from({ length: 103 }, () => bomb);

  test('10 GB of zeros: no capture, at once', async () => {
    const { running, status } = await read(join(...tenGigabytes));
    expect(status).toBe(1);
    expect(said(running, 'is no capture file')).toHaveLength(1);
  });

  test('10 GB of packets of no bytes: in bounded memory, and a signal ends it', async () => {
    const file = fileIn(makeDirectory(), 'file.gz', join(gzipSync(pcap([])), ...tenGigabytes));
    const running = startProcess(httplog(['-r', file, '-d', '-', '-assemble', '-pair']));
    // A packed byte is a thousand.
    await until('two gigabytes', () => bytesRead(running) > 2 * MEGABYTE, SOON);
    const memory = memoryOf(running);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(memory).toBeLessThan(MEMORY);
    expect(totalsOf(running).packets).toBeGreaterThan(1_000_000);
  });
});

/** Packets of connections that nobody has seen before, each with a request that will never be whole. */
function newConnections(round: number): Uint8Array {
  const ends = { source: `10.${round & 255}.${(round >> 8) & 255}.1`, destination: '192.0.2.2' };
  const text = latin1(`GET /${round} HTTP/1.1\r\nX: ${'x'.repeat(1000)}\r\n`);
  const packets = Array.from({ length: 200 }, (_, i): CapturePacket => {
    const numbers = { sequence: 1 + (i % 3) * 1400, flags: i % 5 === 0 ? SYN : ACK };
    const segment = tcp({ sourcePort: 1024 + i, destinationPort: 80, ...numbers }, text);
    return { time: BEGIN + BigInt(round) * 1_000_000n, bytes: ethernet(ipv4(ends, segment)) };
  });
  return pcap(packets).subarray(pcapHeader().length);
}

describe.skipIf(missing !== undefined)('standard input without end', () => {
  test.each([
    ['single messages', []],
    ['streams', ['-assemble', '-pair', '-format', 'json', '-flows', '10000', '-assemble_mb', '16']],
  ])('%s: as much memory after 200 MB as after 20', { timeout: SOON }, async (_name, flags) => {
    const running = startProcess(httplog(['-r', '-', '-d', makeDirectory(), '-p', 'any', ...flags]));
    const { child } = running;
    let round = 0;
    child.stdin.write(pcap([]));
    const feed = async (bytes: number): Promise<void> => {
      for (let written = 0; written < bytes; round++) {
        const part = newConnections(round);
        written += part.length;
        if (!child.stdin.write(part)) await new Promise((resolve) => child.stdin.once('drain', resolve));
      }
    };
    await feed(20 * MEGABYTE);
    const early = memoryOf(running);
    await feed(180 * MEGABYTE);
    const late = memoryOf(running);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(late).toBeLessThan(MEMORY);
    expect(late - early).toBeLessThan(100 * MEGABYTE);
  });

  test('garbage is refused at once', async () => {
    const running = startProcess(['sh', '-c', 'yes | "$@"', 'sh', ...httplog(['-r', '-', '-d', '-'])]);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(said(running, 'standard input is no capture file')).toHaveLength(1);
  });
});

const CONTENT = 'GET /behind HTTP/1.1\r\n\r\n';

describe.skipIf(missing !== undefined)('heads', () => {
  const modes = [
    ['single messages', []],
    ['streams', ['-assemble', '-pair']],
  ] as const;

  test.each(modes)('a million header lines, %s', async (_name, flags) => {
    const conversation = new Conversation().open().client('GET /million HTTP/1.1\r\n');
    const lines = 'a: b\r\n'.repeat(243);
    for (let i = 0; i < 1_000_000 / 243; i++) conversation.client(lines);
    conversation.client('\r\n').client(CONTENT);
    const { status, lines: written } = await read(captureOf(conversation), flags);
    const targets = written.map((line) => / GET (\S*)/.exec(line)?.[1]);
    expect([status, ...targets]).toEqual([0, '/million', '/behind']);
  });

  test.each(modes)('64 KB without a line end, a byte in each segment, %s', async (_name, flags) => {
    const bytes = [...'GET /', ...'a'.repeat(65_700)];
    const conversation = new Conversation()
      .open()
      .client(...bytes)
      .client('\r\n\r\n')
      .client(CONTENT);
    const { status, lines: written } = await read(captureOf(conversation), flags);
    // One packet has a byte only; a stream is followed for 64 KB.
    const longest = Math.max(...written.map((line) => line.length));
    expect([status, longest > 65_000, longest < 66_000]).toEqual([0, flags.length > 0, true]);
    expect(written.at(-1)).toContain('/behind');
  });

  test.each(modes)('a thousand heads of 64 KB in one packet each, without a line end, %s', async (_name, flags) => {
    const head = latin1(`GET /${'b'.repeat(65_490)}`);
    const packets = Array.from(
      { length: 1000 },
      (_, i): CapturePacket => ({
        time: BEGIN + BigInt(i),
        bytes: ethernet(tcpPacket({ ...ENDS, sourcePort: 1024 + i }, head)),
      }),
    );
    const { status, lines: written, running } = await read(pcap(packets), flags);
    expect([status, written.length, written[0]?.includes(`/${'b'.repeat(65_490)}`)]).toEqual([0, 1000, true]);
    expect(totalsOf(running)).toMatchObject({ 'cut heads': 1000, 'lines lost': 0 });
  });
});

describe.skipIf(missing !== undefined)('headers that nest without end', () => {
  const packet = tcpPacket(ENDS, latin1(CONTENT));
  const most = 262_144;
  test.each([
    ['tags', vlan(1, { protocol: ETHERTYPE.vlan, bytes: zeros(0) }).bytes, ETHERTYPE.vlan],
    ['labels', mpls([1, 1], { protocol: 0, bytes: zeros(0) }).bytes.subarray(0, 4), ETHERTYPE.mplsUnicast],
  ])('%s', async (_name, one, protocol) => {
    const many = new Uint8Array(most - 14);
    for (let at = 0; at + one.length <= many.length; at += one.length) many.set(one, at);
    const frame = ethernet({ protocol, bytes: many });
    const packets = Array.from({ length: 200 }, () => ({ time: BEGIN, bytes: frame }));
    const { status, lines } = await read(pcap([...packets, { time: BEGIN, bytes: ethernet(packet) }]), ['-add_vlan']);
    expect([status, lines.length]).toEqual([0, 1]);
  });

  test('extension headers of IPv6', async () => {
    const ends = { source: '2001:db8::1', destination: '2001:db8::2', payloadLength: 0 };
    const extensions = Array.from({ length: 32_000 }, (_, i) => extension([0, 43, 60, 135][i % 4] ?? 0));
    const chained = ethernet(
      ipv6({ ...ends, extensions }, tcp({ sourcePort: 1, destinationPort: 80 }, latin1(CONTENT))),
    );
    const packets = Array.from({ length: 200 }, () => ({ time: BEGIN, bytes: chained }));
    const { status, lines } = await read(pcap([...packets, { time: BEGIN, bytes: ethernet(packet) }]));
    expect([status, lines.length]).toEqual([0, 201]);
  });
});

describe.skipIf(missing !== undefined)('pcapng with lengths that lie', () => {
  test.each([
    ['a first block of 16 MB', [u32(0x0a0d0d0a, 'little'), u32(16_777_216, 'little'), u32(0x1a2b3c4d, 'little')], 0],
    ['a first block of 4 GB', [u32(0x0a0d0d0a, 'little'), u32(0xffff_fffc, 'little'), u32(0x1a2b3c4d, 'little')], 1],
    ['a block of no bytes', [sectionHeader('little'), u32(6, 'little'), u32(0, 'little'), zeros(100)], 0],
    ['a block of 4 GB', [sectionHeader('little'), u32(6, 'little'), u32(0xffff_fffc, 'little'), zeros(100)], 0],
    [
      'a block that goes on behind the end',
      [sectionHeader('little'), u32(6, 'little'), u32(4000, 'little'), zeros(100)],
      0,
    ],
  ])('%s', async (_name, parts, expected) => {
    const { status, running } = await read(join(...parts));
    expect(status).toBe(expected);
    expect(said(running, expected === 0 ? 'breaks off at byte' : 'is no capture file')).toHaveLength(1);
  });
});
