import { expect, test } from 'vitest';
import { REGION_RING } from '../../layout/directory.ts';
import { STOP_DONE, STOP_LIMIT, STOP_NO_AREA } from '../../layout/stops.ts';
import { makeControl, STOPPING } from './control.ts';
import { flowClock } from './flow-clock.ts';
import type { GuardedCode } from './guard.ts';
import { makeMemory, regionOf } from './memory.ts';
import { walkRing } from './walk-ring.ts';

const BLOCK = 65536;
/** block_status of struct tpacket_block_desc, and its bit that gives the block to the program. */
const BLOCK_STATUS = 8;
const TP_STATUS_USER = 1;

/** Walks a ring of which so many blocks are ready, with packet code that this replaces; what was told and called. */
function walk(ready: number, replaced: Partial<GuardedCode>): string[] {
  const calls: string[] = [];
  const memory = makeMemory({ ring: 4 * BLOCK, input: 0, areas: 0, filters: 0 });
  const { address } = regionOf(memory, REGION_RING);
  for (let i = 0; i < ready; i++) {
    new DataView(memory.buffer).setUint32(address + i * BLOCK + BLOCK_STATUS, TP_STATUS_USER, true);
  }
  const control = makeControl();
  control[STOPPING] = 1;
  const code: GuardedCode = {
    walkBlock: () => STOP_DONE,
    walkFile: () => STOP_DONE,
    tick: () => STOP_DONE,
    finish: () => STOP_DONE,
    ...replaced,
  };
  const tell = ({ kind }: { readonly kind: string }): void => {
    calls.push(kind);
  };
  walkRing(
    { code, memory, control, tell, tellIfDue: () => {} },
    { shape: { address, blockSize: BLOCK, blockCount: 4 }, descriptor: -1, wakeup: -1, linkMonitor: -1 },
  );
  return calls;
}

test('each walk and tick is given the flow clock', () => {
  const before = flowClock();
  const clocks: number[] = [];
  walk(3, {
    walkBlock: (_, clock) => {
      clocks.push(clock);
      return STOP_DONE;
    },
    tick: (clock) => {
      clocks.push(clock);
      return STOP_DONE;
    },
  });
  expect(clocks.length).toBeGreaterThanOrEqual(4);
  for (const clock of clocks) expect((clock - before) | 0).toBeGreaterThanOrEqual(0);
  for (const clock of clocks) expect((flowClock() - clock) | 0).toBeGreaterThanOrEqual(0);
});

test('what waits at the end is written, with the writer told where it fills every area', () => {
  let left = 3;
  const finish = (): number => (left-- > 0 ? STOP_NO_AREA : STOP_DONE);
  expect(walk(0, { finish })).toEqual(['full', 'full', 'full', 'ended']);
  expect(left).toBe(-1);
});

test('a limit that is reached ends the walk', () => {
  let walked = 0;
  const walkBlock = (): number => {
    walked++;
    return STOP_LIMIT;
  };
  expect(walk(3, { walkBlock })).toEqual(['ended']);
  expect(walked).toBe(1);
});
