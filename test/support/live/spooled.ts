import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Piece, piecesOf } from '../../../src/deliver/pieces.ts';
import { closedFiles } from '../../../src/sink/spool-file.ts';
import { type CapturePacket, pcap } from '../capture-file.ts';
import { Conversation } from '../conversation.ts';
import { fileIn } from './capture-files.ts';
import { endOf, httplog, startProcess } from './program.ts';
import { countLines } from './workspace.ts';

// What httplog puts into a spool of a capture file, as delivery would insert it.

/** A record as json has it. */
export type Json = Record<string, string | number | boolean | null>;

/** The pieces of what httplog makes of these packets, in as many runs as there are lists of flags. */
export async function spooled(
  directory: string,
  packets: readonly CapturePacket[],
  ...runs: string[][]
): Promise<Piece[]> {
  const inOrder = [...packets].sort((a, b) => Number(a.time - b.time));
  const capture = fileIn(directory, 'capture', pcap(inOrder, { resolution: 'nano' }));
  const [log, spool] = [join(directory, 'log'), join(directory, 'spool')];
  for (const flags of runs) {
    const all = ['-r', capture, '-d', log, '-spool', spool, '-host', 'web1', ...flags];
    expect(await endOf(startProcess(httplog(all)))).toEqual({ status: 0, signal: null });
  }
  const pieces = closedFiles(spool).flatMap(({ name, batch }) => piecesOf(batch, readFileSync(join(spool, name))));
  expect(pieces.reduce((sum, { records }) => sum + records, 0)).toBe(countLines(log));
  return pieces;
}

export function recordsOf(pieces: readonly Piece[]): Json[] {
  const lines = pieces.flatMap(({ body }) => body.toString('utf8').trim().split('\n'));
  return lines.map((line) => JSON.parse(line) as Json);
}

/** A GET on a connection of its own: when it was asked, and what was answered, with so many bytes, after so many milliseconds. */
export function exchange(
  at: number,
  clientPort: number,
  path: string,
  after: number,
  status: number,
  bytes = 0,
): CapturePacket[] {
  return new Conversation({ clientPort, begin: BigInt(at) * 1_000_000n })
    .client(`GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`)
    .wait(after - 1)
    .server(`HTTP/1.1 ${status} Some\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`)
    .packets();
}
