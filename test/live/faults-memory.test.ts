import { describe, expect, test } from 'vitest';
import { httplogOn, makeHost, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, httplog, startProcess } from '../support/live/program.ts';

// No memory for the ring: the program says which -b would fit, and takes nothing from others. (More of it: check.test.ts.)

describe.skipIf(whyNotLive('no memory') !== undefined)('no memory', () => {
  test.each([
    ['more than all that is free', ['-cpu', '64', '-b', '2048'], /: \d+ MB are free; -b \d+ would fit\n$/],
    [
      'more than a memory can hold',
      ['-cpu', '1', '-b', '2048', '-pair', '-flows', '2000000'],
      / over 4 GB: -b \d+ would fit\n$/,
    ],
  ])('%s: exit 1, and which -b would fit', async (_name, flags, words) => {
    const running = httplogOn(makeHost(), ['-i', 'lo', '-d', '-', ...flags]);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stderr()).toMatch(words);
    expect(running.stderr().split('\n')).toHaveLength(2);
  });

  test.skipIf(whyNoTool('prlimit') !== undefined)(
    'a limit of addresses (ulimit -v): exit 1, and what to do',
    async () => {
      const before = ['ip', 'netns', 'exec', makeHost().namespace, 'prlimit', `--as=${16 * 1024 ** 3}`];
      const running = startProcess(httplog(['-i', 'lo', '-d', '-', '-cpu', '2'], before));
      expect(await endOf(running)).toEqual({ status: 1, signal: null });
      expect(running.stderr()).toMatch(
        /^httplog: no address space for a capture thread’s memory .* lift the limit \(ulimit -v, LimitAS=\), or make -cpu smaller\n$/,
      );
    },
  );
});
