import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatagramSocket } from '../../test/support/live/datagram-socket.ts';
import { makeDirectory } from '../../test/support/live/workspace.ts';
import { openNotifier, unixAddress } from './service-manager.ts';

test.each([
  ['a path', (): string => join(makeDirectory(), 'notify')],
  ['an abstract name', (): string => `@httplog-test-${process.pid}`],
])('messages arrive whole at %s', (_name, makeName) => {
  const name = makeName();
  const manager = openDatagramSocket(name);
  const notify = openNotifier(name);
  expect([notify('READY=1'), notify('WATCHDOG=1\nSTATUS=gut, Gerät da')]).toEqual([true, true]);
  expect(manager.messages()).toEqual(['READY=1', 'WATCHDOG=1\nSTATUS=gut, Gerät da']);
});

test('a manager that is away, comes back, or does not read: nothing is thrown, and nothing waits', () => {
  const name = join(makeDirectory(), 'notify');
  const notify = openNotifier(name);
  expect(notify('READY=1')).toBe(false);
  const manager = openDatagramSocket(name);
  let taken = 0;
  while (notify('WATCHDOG=1')) taken++;
  expect(manager.messages()).toHaveLength(taken);
  expect(notify('READY=1')).toBe(true);
});

test('names that are none', () => {
  expect(() => unixAddress('notify')).toThrow('no path and no abstract name');
  expect(() => unixAddress(`/${'x'.repeat(107)}`)).toThrow('longer');
  expect(unixAddress(`/${'x'.repeat(106)}`)).toHaveLength(2 + 108);
  expect(unixAddress(`@${'x'.repeat(107)}`)).toHaveLength(2 + 108);
});
