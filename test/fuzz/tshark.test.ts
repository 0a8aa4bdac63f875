// Frames by two programs: some thousand that are made, and as many that are changed, are the same segments for tshark and for
// us: source, ports, payload. Where they are not, there is a reason. (What HTTP is in it stands in llhttp.test.ts.)
// HTTPLOG_TEST_SEED tries others.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seeded } from '../../bench/random.ts';
import { VERDICT_EMPTY, VERDICT_SEGMENT } from '../../layout/verdicts.ts';
import { pcap } from '../support/capture-file.ts';
import { fileIn } from '../support/live/capture-files.ts';
import { whyNoTool } from '../support/live/network.ts';
import { makeDirectory } from '../support/live/workspace.ts';
import { type Internals, openInternals } from '../support/packet-internals.ts';
import { captureFile } from '../support/random-captures.ts';
import { addressText } from '../support/second-reading/address-text.ts';
import { readCapture } from '../support/second-reading/capture.ts';
import { HTTP_WORDS } from './http-words.ts';
import { mutate } from './mutate.ts';

const SEED = Number(process.env.HTTPLOG_TEST_SEED ?? 1);
const FILES = 500;
const LONGEST = 1500;
const MINUTE = 60_000;
const missing = whyNoTool('tshark');
if (missing !== undefined) console.warn(`skipped: frames by tshark: ${missing}`);

/** Each frame by itself. */
const PREFERENCES = [
  'tcp.analyze_sequence_numbers:FALSE',
  'tcp.desegment_tcp_streams:FALSE',
  'ip.defragment:FALSE',
  'ipv6.defragment:FALSE',
  'http.desegment_headers:FALSE',
  'http.desegment_body:FALSE',
];
const COLUMNS = [
  'frame.protocols',
  'ip.src',
  'ipv6.src',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.payload',
  '_ws.expert.message',
];

/** What tshark makes of a frame: a segment as text, empty where there is none, and what it says beside it. */
interface Row {
  readonly protocols: string;
  readonly segment: string;
  readonly expert: string;
}

/** Why tshark finds another segment, or one where we find none, or none where we find one. */
const REASONS: readonly (readonly [name: string, holds: (row: Row, ours: string) => boolean])[] = [
  [
    'the tag 0x9200: tshark does not know it',
    ({ protocols }, ours) => ours !== '' && /ethertype:data$/.test(protocols),
  ],
  [
    'a mobility header: tshark does not look behind it',
    ({ protocols }, ours) => ours !== '' && /mipv6$/.test(protocols),
  ],
  ['PPPoE of another version, or with a code', ({ protocols }, ours) => ours === '' && /:pppoes:/.test(protocols)],
  [
    'a TCP header that is not whole: tshark shows its ports',
    ({ expert }, ours) => ours === '' && NOT_WHOLE.test(expert),
  ],
  [
    'bytes of a RST: tshark takes them for its cause, not for payload',
    ({ expert, segment }, ours) => /\(RST\)/.test(expert) && ours.startsWith(segment),
  ],
  ['the MPLS label 13: tshark takes IP behind it for a channel', ({ protocols }) => /pwach/.test(protocols)],
  [
    'options of IPv6 that tshark finds malformed: it does not look behind them',
    ({ expert, segment }, ours) => ours !== '' && segment === '' && /Malformed Packet/.test(expert),
  ],
  [
    'an IP length of 0 means the frame’s end, in PPPoE as well',
    ({ expert, segment }, ours) => ours.startsWith(segment) && /Possible bad payload length/.test(expert),
  ],
  ['an IPv6 payload length of 0', ({ expert }, ours) => ours !== '' && /IPv6 payload length equals 0/.test(expert)],
];

const NOT_WHOLE =
  /Bogus TCP header|Short segment|Malformed|exceeds (packet|framing)|Unreassembled fragment|goes past end of options/;

function tsharkRows(linkType: number, frames: readonly Uint8Array[]): Row[] {
  const file = pcap(
    frames.map((bytes, i) => ({ bytes, time: BigInt(i) * 1_000_000n })),
    { linkType },
  );
  const path = fileIn(makeDirectory(), 'frames.pcap', file);
  const preferences = PREFERENCES.flatMap((one) => ['-o', one]);
  const command = ['-n', '-r', path, ...preferences, '-T', 'fields', ...COLUMNS.flatMap((field) => ['-e', field])];
  const { stdout } = spawnSync('tshark', command, { timeout: MINUTE, maxBuffer: 2 ** 28 });
  const lines = stdout.toString('latin1').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [protocols = '', v4, v6, from = '', to, payload, expert = ''] = line.split('\t');
    return { protocols, segment: from === '' ? '' : `${hostOf(v6 || v4)} ${from} ${to} ${payload}`, expert };
  });
}

/** An address in the one way in which URLs have it. */
function hostOf(address = ''): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname : address;
}

function ourSegment({ code, put, read }: Internals, linkType: number, frame: Uint8Array): string {
  const { at, end } = put(frame);
  const verdict = code.decode_frame(linkType, at, end);
  if (verdict !== VERDICT_SEGMENT && verdict !== VERDICT_EMPTY) return '';
  const source = code.decode_source.value;
  const address = addressText(read(source, source + (code.decode_version.value === 4 ? 4 : 16)));
  const payload = Buffer.from(read(code.decode_payload.value, code.decode_payloadEnd.value)).toString('hex');
  return [hostOf(address), code.decode_sourcePort.value, code.decode_destinationPort.value, payload].join(' ');
}

/** Frames of made captures, each also with some changes. */
function makeFrames(linkType: number): Uint8Array[] {
  const random = seeded(SEED);
  const made = fc.sample(captureFile, { seed: SEED, numRuns: FILES }).flatMap((file) => readCapture(file).frames);
  const frames = made.filter((one) => one.linkType === linkType).map(({ bytes }) => bytes);
  const other = (): Uint8Array => frames[random.below(frames.length)] ?? new Uint8Array(1);
  const material = { words: HTTP_WORDS, longest: LONGEST, other };
  const all = frames.flatMap((bytes) => [bytes, mutate(bytes, random, material)]);
  return all.filter(({ length }) => length > 0);
}

test.skipIf(missing !== undefined).each([1, 113, 276, 101])('link type %i', { timeout: 2 * MINUTE }, (linkType) => {
  const frames = makeFrames(linkType);
  const rows = tsharkRows(linkType, frames);
  expect(rows).toHaveLength(frames.length);
  const internals = openInternals();
  const counts = new Map<string, number>();
  const unexplained: string[] = [];
  for (const [i, row] of rows.entries()) {
    const frame = frames[i] ?? new Uint8Array(0);
    const ours = ourSegment(internals, linkType, frame);
    const isSame = ours === row.segment;
    const why = isSame ? 'the same' : REASONS.find(([, holds]) => holds(row, ours))?.[0];
    if (why === undefined)
      unexplained.push(JSON.stringify({ ours, ...row, frame: Buffer.from(frame).toString('hex') }));
    counts.set(why ?? 'unexplained', (counts.get(why ?? 'unexplained') ?? 0) + 1);
  }
  console.log(`link type ${linkType}, seed ${SEED}, ${frames.length} frames:`, Object.fromEntries(counts));
  expect(unexplained).toEqual([]);
});
