// From exec to the first packet captured: a request comes over the wire each millisecond, and the first line tells its time.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { benchDirectory, withFlows } from './captures.ts';
import { endOf, signalGroup, start, undoAtEnd } from './children.ts';
import { type Case, type Context, capture } from './context.ts';
import { filesIn, linesBelow } from './lines.ts';
import { DEVICE, makeWire, type Wire } from './network.ts';
import { httplogLive } from './programs.ts';
import { replay } from './replay.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { shown } from './rounds.ts';
import { benchEnvironment } from './run.ts';
import { spreadOf } from './spread.ts';

const TITLE = 'Start: exec to first packet captured';
/** Packets a second, and how many: traffic that begins before the program and goes on after it. */
const RATE = 1000;
const PACKETS = 1500;
const ROUNDS = 7;
/** Milliseconds of traffic before the program is started. */
const LEAD = 300;

/** `start`. */
export const startCase: Case = { name: 'start', title: TITLE, isLive: true, inShort: false, run };

async function run(context: Context): Promise<CaseResult> {
  const wire = makeWire();
  const traffic = capture('start', withFlows(10, PACKETS), { ...context, isShort: false });
  const times: number[] = [];
  const wrong: string[] = [];
  // The first finds nothing in memory yet.
  for (let round = 0; round <= ROUNDS; round++) {
    const sending = replay(wire, traffic, RATE);
    const milliseconds = await firstPacket(wire).catch((error: Error) => error.message);
    await sending;
    if (typeof milliseconds === 'string') wrong.push(`httplog, round ${round}: ${milliseconds}`);
    else if (round > 0) times.push(milliseconds);
  }
  wire.remove();
  const spread = times.length === 0 ? undefined : spreadOf(times);
  return {
    name: 'start',
    title: TITLE,
    note: 'A message each millisecond; the time of the first line less the time just before the process was made.',
    table: { head: ['', 'ms', 'rounds'], rows: [['httplog', shown(spread, 1, 0), String(times.length)]] },
    ratios: [],
    values: spread === undefined ? {} : { 'start/milliseconds': spread.median },
    wrong,
  };
}

/** Milliseconds until the first packet of which there is a line. */
async function firstPacket(wire: Wire): Promise<number> {
  await pause(LEAD);
  const directory = mkdtempSync(join(benchDirectory(), 'start-'));
  const clear = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  const begin = Date.now();
  const words = [...wire.receiver, ...httplogLive(ROOT).command(DEVICE, 80)];
  const child = start(words, { cwd: directory, stdio: 'ignore', env: benchEnvironment() });
  for (let i = 0; i < 200 && linesBelow(join(directory, 'log')) === 0; i++) await pause(10);
  signalGroup(child, 'SIGTERM');
  await endOf(child, 10);
  const [file] = filesIn(join(directory, 'log'));
  const line = file !== undefined && existsSync(file) ? readFileSync(file, 'latin1') : '';
  clear();
  const time = Date.parse(`${line.slice(0, 10)}T${line.slice(11, 23)}Z`);
  if (Number.isNaN(time)) throw new Error('no line came within two seconds');
  return time - begin;
}
