// Memory over a long run: what is resident each second while traffic comes and lines are written.
import { setTimeout as pause } from 'node:timers/promises';
import { type Case, type Context, namedCapture } from './context.ts';
import { listen } from './live.ts';
import { makeWire } from './network.ts';
import { residentBytes } from './process-times.ts';
import { httplogLive } from './programs.ts';
import { replay } from './replay.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';
import { spreadOf } from './spread.ts';

const TITLE = 'Soak: memory over time';
const RATE = 50_000;
const RING = 8388608;
const MEGABYTE = 1048576;

/** `soak`: one minute, or ten with `-soak`. */
export const soakCase: Case = { name: 'soak', title: TITLE, isLive: true, inShort: false, run };

async function run(context: Context): Promise<CaseResult> {
  const capture = namedCapture('mix', context);
  const wire = makeWire();
  const program = httplogLive(ROOT);
  const listening = await listen(wire, program, 80);
  const sizes: number[] = [];
  let isOver = false;
  const loops = Math.max(1, Math.round((context.soakSeconds * RATE) / capture.packets));
  const sending = replay(wire, capture, RATE, loops).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([pause(1000), sending]);
    sizes.push(residentBytes(listening.pid) / MEGABYTE);
  }
  const expected = await sending;
  await pause(500);
  const measured = await listening.stop();
  const found = program.find(listening.meter.directory, expected);
  listening.meter.clear();
  wire.remove();
  // What a start leaves behind, and code that is compiled when it has run for a while, is in the first fifth.
  const fifth = Math.max(1, Math.floor(sizes.length / 5));
  const [early, late] = [spreadOf(sizes.slice(fifth, 2 * fifth + 1)), spreadOf(sizes.slice(-fifth))];
  const growth = late.median - early.median;
  const peak = measured.peak / MEGABYTE;
  const rows = [
    ['seconds', expected.seconds.toFixed(0)],
    ['lines', String(found.lines ?? 0)],
    ['resident MB, second fifth of the time', early.median.toFixed(1)],
    ['resident MB, last fifth', late.median.toFixed(1)],
    ['peak MB', peak.toFixed(1)],
    ['kernel drops', String(found.drops ?? '-')],
  ];
  return {
    name: 'soak',
    title: TITLE,
    note: `httplog -cpu 1, the mix at ${RATE} packets a second, memory looked at each second.`,
    table: { head: ['', 'value'], rows },
    ratios: [],
    values: { 'soak/growth': growth, 'soak/memory-beside-ring': peak - RING / MEGABYTE },
    wrong: found.wrong === undefined ? [] : [`httplog: ${found.wrong}`],
  };
}
