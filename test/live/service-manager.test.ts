import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDatagramSocket } from '../support/live/datagram-socket.ts';
import { capture, HOST, makeNetwork, OUTSIDE, whyNotLive } from '../support/live/network.ts';
import { httplog, said, startProcess, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { captureThreads, holdThread } from '../support/live/stopped-thread.ts';
import { pause, until } from '../support/live/wait.ts';
import { logLines, makeDirectory } from '../support/live/workspace.ts';

// What a service manager hears; that systemd acts on it is seen in test/packaging.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';

describe.skipIf(whyNotLive('service manager') !== undefined)('service manager', () => {
  test('ready when it captures, alive, stopping at its end; also without any right', async () => {
    const { host } = makeNetwork();
    const directory = makeDirectory();
    chmodSync(directory, 0o755);
    const name = join(directory, 'notify');
    const manager = openDatagramSocket(name);
    chmodSync(name, 0o777);
    const environment = { NOTIFY_SOCKET: name, WATCHDOG_USEC: '1000000' };
    const flags = ['-user', 'nobody', '-d', join(directory, 'log')];
    const running = await capture(host, flags, { threads: 2, environment });
    await until('that it is ready', () => manager.messages()[0] === 'READY=1');
    // It captures, and not soon only.
    openSender(host, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    await until('the line', () => logLines(join(directory, 'log')).length === 1);
    await until('that it is alive', () => manager.messages().filter((message) => message === 'WATCHDOG=1').length >= 3);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    const [first, ...others] = manager.messages();
    expect([first, others.pop(), ...new Set(others)]).toEqual(['READY=1', 'STOPPING=1', 'WATCHDOG=1']);
    expect(totalsOf(running)).toMatchObject({ CQ: 1 });
  });

  test('a capture thread that stands still is heard of no more; an abstract name', async () => {
    const { host } = makeNetwork();
    const name = `@httplog-test-notify-${process.pid}`;
    const manager = host.inside(() => openDatagramSocket(name));
    const environment = { NOTIFY_SOCKET: name, WATCHDOG_USEC: '1000000' };
    const running = await capture(host, ['-d', makeDirectory()], { threads: 2, environment });
    const [thread = 0] = await until('threads that wait', () => {
      const found = captureThreads(running.pid);
      return found.length === 2 && found;
    });
    const release = holdThread(thread);
    await until('that it is told', () => said(running, 'the service manager is told no more').length === 1);
    expect(running.stderr()).toMatch(/capture thread [01] has stood still for \d+ s/);
    const before = manager.messages().length;
    await pause(2000);
    expect(manager.messages()).toHaveLength(before);
    release();
    await until('that it is alive again', () => manager.messages().length > before);
    expect(await stop(running)).toEqual({ status: 0, signal: null });
  });

  test('a manager that is not there does not stop it', async () => {
    const { host } = makeNetwork();
    const environment = { NOTIFY_SOCKET: '/nowhere/notify', WATCHDOG_USEC: '1000000' };
    const running = await capture(host, ['-d', makeDirectory()], { environment });
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(running.stderr()).toMatch(/^httplog: packets 0.*\n$/);
  });
});

describe('a run over a file', () => {
  test('is ready at once', async () => {
    const name = join(makeDirectory(), 'notify');
    const manager = openDatagramSocket(name);
    const running = startProcess(httplog(['-r', '-', '-d', '-']), { environment: { NOTIFY_SOCKET: name } });
    await until('that it is ready', () => manager.messages().length === 1);
    running.child.stdin.end();
    await running.exited;
    expect(manager.messages()).toEqual(['READY=1', 'STOPPING=1']);
  });
});
