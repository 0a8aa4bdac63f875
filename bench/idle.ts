// An idle interface: what httplog takes while nothing comes.
import { setTimeout as pause } from 'node:timers/promises';
import type { Case, Context } from './context.ts';
import { listen } from './live.ts';
import { makeWire } from './network.ts';
import { wakeups } from './process-times.ts';
import { httplogLive } from './programs.ts';
import type { CaseResult } from './results.ts';
import { ROOT } from './root.ts';

const TITLE = 'Idle interface';
/** Seconds to look on; before that it may finish what a start leaves behind: V8 shrinks the heap some eight seconds after it. */
const LOOK = 10;
const SETTLE = 15;

/** `idle`. */
export const idleCase: Case = { name: 'idle', title: TITLE, isLive: true, inShort: false, run };

async function run(_context: Context): Promise<CaseResult> {
  const wire = makeWire();
  const listening = await listen(wire, httplogLive(ROOT), 80);
  await pause(SETTLE * 1000);
  const [cpu, before, from] = [listening.cpu(), wakeups(listening.pid), performance.now()];
  await pause(LOOK * 1000);
  const [used, after, seconds] = [listening.cpu() - cpu, wakeups(listening.pid), (performance.now() - from) / 1000];
  await listening.stop();
  listening.meter.clear();
  wire.remove();
  const rates = [...after].map(([thread, count]) => (count - (before.get(thread) ?? 0)) / seconds);
  const [share, most, sum] = [used / seconds, Math.max(...rates), rates.reduce((total, rate) => total + rate, 0)];
  return {
    name: 'idle',
    title: TITLE,
    note: `httplog -cpu 1 for ${LOOK} s on a wire that carries nothing, ${SETTLE} s after the start.`,
    table: {
      head: ['', 'value'],
      rows: [
        ['CPU, % of a core', (share * 100).toFixed(3)],
        ['wake-ups a second, of the busiest thread', most.toFixed(2)],
        ['wake-ups a second, all threads', sum.toFixed(2)],
      ],
    },
    ratios: [],
    values: { 'idle/core': share, 'idle/wakeups': most },
    wrong: [],
  };
}
