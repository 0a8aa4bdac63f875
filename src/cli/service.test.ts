import { expect, test } from 'vitest';
import { insideOf } from '../../test/support/inside.ts';
import { openDatagramSocket } from '../../test/support/live/datagram-socket.ts';
import { openService, watchdogOf } from './service.ts';

test.each([
  [{}, undefined],
  [{ WATCHDOG_USEC: '' }, undefined],
  [{ WATCHDOG_USEC: '0' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{ WATCHDOG_USEC: '60000000' }, 60_000],
  [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }, 60_000],
  [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '41' }, undefined],
])('the watchdog of %o', (environment, milliseconds) => {
  expect(watchdogOf(environment, 42)).toBe(milliseconds);
});

test('the service manager that is named is told', async () => {
  const name = `@httplog-test-service-${process.pid}`;
  const manager = openDatagramSocket(name);
  const service = await openService(() => {}, { NOTIFY_SOCKET: name });
  service.watch(insideOf(new Map(), { live: false }));
  service.close();
  expect(manager.messages()).toEqual(['READY=1', 'STOPPING=1']);
});

test('none is no matter, and one that cannot be is told to the administrator', async () => {
  const said: string[] = [];
  for (const environment of [{}, { NOTIFY_SOCKET: '' }, { NOTIFY_SOCKET: 'vsock:2:1234' }]) {
    const service = await openService((line) => said.push(line), environment);
    service.watch(insideOf(new Map()));
    service.stopping();
    service.close();
  }
  expect(said).toEqual([
    'the service manager cannot be told: NOTIFY_SOCKET=vsock:2:1234 is no path and no abstract name',
  ]);
});
