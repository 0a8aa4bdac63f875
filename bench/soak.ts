// A long run in rough weather: nginx and wrk on one interface; on a second one packets that somebody has damaged, while it goes
// down, comes up, is removed and made again; log files renamed all the time. What is resident is looked at each second.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from './children.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import { type Expected, isAsExpected } from './expected.ts';
import { LOG, totalOf } from './httplog-output.ts';
import { type Listening, listen } from './live.ts';
import { addCable, DEVICE, makeWire, type Wire } from './network.ts';
import { residentBytes } from './process-times.ts';
import { httplogLive, type LiveProgram } from './programs.ts';
import { randomPackets } from './random-packets.ts';
import { replay, type Traffic } from './replay.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { type Rotation, rotation } from './rotation.ts';
import { spreadOf } from './spread.ts';
import { startWeb } from './web.ts';

const SHORT = 60;
const LONG = 1800;
/** The interface that flaps. */
const FLAPPING = 'wire1';
/** Damaged packets a second. */
const RATE = 5000;
/** Milliseconds that each of wrk's connections rests behind an answer: some thousand messages a second in all. */
const REST = 20;
/** Milliseconds that httplog has to notice that the interface is back: a second it takes at the most. */
const NOTICED = 2000;
const MEGABYTE = 1048576;

/** Both programs look at the same traffic; the second one reads every packet, and puts streams together. */
const PROGRAMS: readonly { program: LiveProgram; port: number; begin: string }[] = [
  { program: httplogLive(ROOT, 1, 'httplog', ['-metrics', '9481']), port: 9481, begin: '' },
  {
    program: httplogLive(ROOT, 1, '-assemble -pair', [
      ...['-assemble', '-pair', '-format', 'json', '-metrics', '9482'],
    ]),
    port: 9482,
    begin: '{"',
  },
];

/** `soak`: one minute, in every whole run. */
export const soakCase: Case = soak('soak', 'Soak: a minute of rough weather', SHORT);
/** `soak-long`: half an hour, only where it is asked for. */
export const longSoakCase: Case = soak('soak-long', 'Soak: half an hour of rough weather', LONG);

function soak(name: string, title: string, seconds: number): Case {
  return { name, title, isLive: true, inShort: false, run: (context) => run(name, title, seconds, context) };
}

/** A program that runs, with what was seen of it. */
interface Watched {
  readonly name: string;
  readonly port: number;
  readonly listening: Listening;
  readonly rotation: Rotation;
  /** MB that were resident, each second. */
  readonly sizes: number[];
}

async function run(name: string, title: string, seconds: number, context: Context): Promise<CaseResult> {
  const damaged = randomPackets(namedCapture('mix', context));
  const wire = makeWire();
  addCable(wire.from, wire.to, FLAPPING);
  const web = await startWeb(wire);
  const watched: Watched[] = [];
  for (const { program, port, begin } of PROGRAMS) {
    const listening = await listen(wire, program, 80, `${DEVICE},${FLAPPING}`);
    const files = rotation(join(listening.meter.directory, LOG), listening.pid, begin);
    watched.push({ name: program.name, port, listening, rotation: files, sizes: [] });
  }
  const until = performance.now() + seconds * 1000;
  const [asked, flaps] = await Promise.all([
    web.load(seconds, REST),
    flap(wire, damaged, until),
    watch(wire, watched, until, (seconds * 1000) / 30),
  ]);
  await pause(1000);
  web.stop();
  const messages = asked.messages + flaps.sent * damaged.messages;
  const atMost = messages + (asked.atMost ?? asked.messages) - asked.messages + repeats(wire);
  const expected = { ...asked, messages, atMost };
  const outcomes: Outcome[] = [];
  for (const one of watched) outcomes.push(await outcome(one, one === watched[0] ? expected : undefined));
  wire.remove();
  const about = `nginx and wrk (${asked.requests} requests) on one interface; on another one ${flaps.sent * damaged.packets} damaged packets, ${damaged.packets} at a time and between them the interface down and up (${flaps.times} times, ${flaps.removed} of them removed and made again); log files renamed, SIGHUP and a look at /metrics 30 times. Memory looked at each second.`;
  return {
    name,
    title,
    note: `Two httplog -cpu 1 for ${seconds} s: ${about}`,
    table: { head: ['', ...watched.map((one) => one.name)], rows: rowsOf(outcomes) },
    ratios: [],
    values: { [`${name}/growth`]: Math.max(...outcomes.map(({ late, middle }) => late - middle)) },
    wrong: outcomes.flatMap(({ wrong }, i) => wrong.map((one) => `${watched[i]?.name}: ${one}`)),
  };
}

interface Flaps {
  /** How often the damaged packets were sent. */
  readonly sent: number;
  /** How often the interface was gone, and how often of these it was removed. */
  readonly times: number;
  readonly removed: number;
}

/** Sends the damaged packets and lets the interface flap, in turn, until the time is over. */
async function flap(wire: Wire, damaged: Traffic, until: number): Promise<Flaps> {
  let [sent, times, removed] = [0, 0, 0];
  while (performance.now() < until) {
    await replay(wire, damaged, RATE, 1, false, FLAPPING);
    sent++;
    // What was sent has arrived; it is read before the interface goes.
    await pause(500);
    times++;
    if (times % 5 === 0) {
      removed++;
      command('ip', '-n', wire.to, 'link', 'del', FLAPPING);
      await pause(500);
      addCable(wire.from, wire.to, FLAPPING);
    } else {
      command('ip', '-n', wire.to, 'link', 'set', FLAPPING, 'down');
      await pause(500);
      command('ip', '-n', wire.to, 'link', 'set', FLAPPING, 'up');
    }
    await pause(NOTICED);
  }
  return { sent, times, removed };
}

/** Looks at the memory each second, and rotates every so many milliseconds. */
async function watch(wire: Wire, watched: readonly Watched[], until: number, every: number): Promise<void> {
  let next = performance.now() + every;
  while (performance.now() < until) {
    await pause(1000);
    for (const { listening, sizes } of watched) sizes.push(residentBytes(listening.pid) / MEGABYTE);
    if (performance.now() < next) continue;
    next += every;
    for (const { rotation: files, port } of watched) {
      files.rotate();
      const [first = '', ...words] = wire.receiver;
      command(first, ...words, 'curl', '-sf', '-m', '5', '-o', '/dev/null', `http://127.0.0.1:${port}/metrics`);
    }
  }
}

/** Segments that the two hosts sent again: a head in one of them gives its line again (proc_net_snmp, Tcp: RetransSegs). */
function repeats(wire: Wire): number {
  return [wire.sender, wire.receiver].reduce((sum, [first = '', ...words]) => {
    const [names = '', values = ''] = command(first, ...words, 'cat', '/proc/self/net/snmp').match(/^Tcp: .*/gm) ?? [];
    return sum + Number(values.split(' ')[names.split(' ').indexOf('RetransSegs')] ?? 0);
  }, 0);
}

/** What a program had done in the end. */
interface Outcome {
  readonly lines: number;
  readonly counted: number;
  readonly lost: number;
  readonly drops: number;
  readonly early: number;
  readonly middle: number;
  readonly late: number;
  readonly wrong: readonly string[];
}

async function outcome(of: Watched, expected: Expected | undefined): Promise<Outcome> {
  const { meter } = of.listening;
  const measured = await of.listening.stop();
  const said = meter.stderr();
  const lines = of.rotation.lines();
  meter.clear();
  const total = (name: string): number => totalOf(said, name);
  const isPaired = expected === undefined;
  const counted = isPaired
    ? total('transactions') + total('without answer') + total('without request')
    : total('CQ') + total('CR') + total('SQ') + total('SR');
  const [lost, drops] = [total('lines lost'), total('kernel drops')];
  const wrong = [
    ...(measured.status === 0 ? [] : [`exit status ${measured.status}`]),
    ...(lines === counted - lost ? [] : [`${lines} lines of ${counted}, lost ${lost}`]),
    ...(expected === undefined || isAsExpected(counted, expected, 1) || drops > 0
      ? []
      : [`${counted} messages of ${expected.messages} to ${expected.atMost}`]),
    ...said.split('\n').filter((line) => /thread|trap|died/.test(line)),
  ];
  const third = Math.floor(of.sizes.length / 3);
  const part = (i: number): number => spreadOf(of.sizes.slice(i * third, (i + 1) * third)).median;
  return { lines, counted, lost, drops, early: part(0), middle: part(1), late: part(2), wrong };
}

function rowsOf(outcomes: readonly Outcome[]): string[][] {
  const row = (what: string, value: (of: Outcome) => string): string[] => [what, ...outcomes.map(value)];
  return [
    row('messages, transactions counted', ({ counted }) => String(counted)),
    row('lines', ({ lines }) => String(lines)),
    row('lines lost', ({ lost }) => String(lost)),
    row('kernel drops', ({ drops }) => String(drops)),
    row('resident MB, first third', ({ early }) => early.toFixed(1)),
    row('middle third', ({ middle }) => middle.toFixed(1)),
    row('last third', ({ late }) => late.toFixed(1)),
    row('last to middle third', ({ middle, late }) => (late / middle).toFixed(4)),
  ];
}
