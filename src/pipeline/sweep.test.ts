import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { sweepGarbage } from './sweep.ts';

/** Makes an object that nothing holds. */
function garbage(): WeakRef<object> {
  return new WeakRef({ bytes: new Array(1000).fill(1) });
}

test('every two minutes what nothing holds is gone, until it is stopped', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stop = sweepGarbage();
  for (let i = 0; i < 3; i++) {
    const made = garbage();
    // What was just looked at lives until the turn is over.
    await turn();
    vi.advanceTimersByTime(120_000);
    await turn();
    expect(made.deref()).toBeUndefined();
  }
  stop();
  const made = garbage();
  vi.advanceTimersByTime(600_000);
  expect(made.deref()).toBeDefined();
  vi.useRealTimers();
});
