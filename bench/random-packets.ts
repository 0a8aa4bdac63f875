// Packets that somebody has damaged: frames of a capture with bytes changed, with an end cut off, or with nothing but random
// bytes behind the Ethernet header.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory, type Capture } from './captures.ts';
import { type Random, seeded } from './random.ts';
import type { Traffic } from './replay.ts';
import { programIn, ROOT } from './root.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const ETHERNET_HEADER = 14;
/** Bytes of the capture that is damaged. */
const PART = 4_194_304;

/** Makes a capture file of damaged packets, each time the same. What it holds is what httplog finds when it reads the file. */
export function randomPackets(from: Capture): Traffic {
  const path = join(benchDirectory(), 'random-packets.pcap');
  const file = readPart(from.path);
  const random = seeded(5);
  const records: Buffer[] = [file.subarray(0, FILE_HEADER)];
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length; ) {
    const end = at + RECORD_HEADER + file.readUInt32LE(at + 8);
    if (end > file.length) break;
    records.push(damaged(file.subarray(at, end), random));
    at = end;
  }
  writeFileSync(path, Buffer.concat(records));
  const messages = linesOf(path);
  return { path, packets: records.length - 1, messages, requests: 0, untagged: messages, connections: 0 };
}

function readPart(path: string): Buffer {
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(PART);
  const length = readSync(file, buffer, 0, PART, 0);
  closeSync(file);
  return buffer.subarray(0, length);
}

/** A record of a little-endian capture file, damaged; every fourth one is left as it is. */
function damaged(record: Buffer, random: Random): Buffer {
  const kind = random.below(4);
  if (kind === 0) return record;
  const first = RECORD_HEADER + ETHERNET_HEADER;
  const bytes = Buffer.from(record);
  if (kind === 1) for (let i = first; i < bytes.length; i++) bytes[i] = random.below(256);
  if (kind === 2) {
    // The kernel's own addresses stay: only what follows them is damaged.
    const headers = Math.min(80, bytes.length - first + 2);
    for (let i = 1 + random.below(8); i > 0; i--) bytes[first - 2 + random.below(headers)] = random.below(256);
  }
  if (kind !== 3) return bytes;
  const cut = bytes.subarray(0, first + random.below(bytes.length - first));
  cut.writeUInt32LE(cut.length - RECORD_HEADER, 8);
  cut.writeUInt32LE(cut.length - RECORD_HEADER, 12);
  return cut;
}

function linesOf(path: string): number {
  const words = [programIn(ROOT), '-config', '/dev/null', '-r', path, '-p', '80', '-d', '-'];
  const lines = execFileSync(process.execPath, words, { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  return lines.reduce((sum, byte) => sum + (byte === 0x0a ? 1 : 0), 0);
}
