import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { capture, captures, type Host, httplogOn, makeHost, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { endOf, stop } from '../support/live/program.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';

// -check: says what a run would do, or all that is in its way, and leaves nothing behind.

async function checked(host: Host, flags: readonly string[], environment: Record<string, string> = {}) {
  const running = httplogOn(host, ['-check', ...flags], { environment });
  const { status } = await endOf(running);
  return { status, plan: linesOf(running.stdout()), said: linesOf(running.stderr()) };
}

async function check(...values: Parameters<typeof checked>) {
  const found = await checked(...values);
  expect(captures(values[0])).toBe(0);
  return found;
}

const today = (): string => `http-${new Date().toISOString().slice(0, 10).replaceAll('-', '')}.log`;

describe.skipIf(whyNotLive('-check') !== undefined)('-check', () => {
  test('a run that could begin: exit 0, and nothing is made', async () => {
    const directory = join(makeDirectory(), 'a/log');
    const flags = ['-i', 'lo', '-p', '80,8080-8082', '-cpu', '2', '-b', '3', '-format', 'json', '-d', directory];
    expect(await check(makeHost(), flags)).toEqual({
      status: 0,
      plan: [
        'reads lo, ports 80,8080-8082: 2 capture threads, a ring of 3 MB each',
        `writes json to ${directory}/${today()}, and makes that directory`,
      ],
      said: [],
    });
    expect(existsSync(join(directory, '..'))).toBe(false);
  });

  test('a directory that is there, and a user', async () => {
    const directory = makeDirectory();
    chmodSync(directory, 0o1777);
    const found = await check(makeHost(), ['-i', 'any', '-p', 'any', '-user', 'nobody', '-d', directory]);
    expect(found).toMatchObject({
      status: 0,
      plan: [
        'reads any, all ports: 1 capture thread, a ring of 8 MB each',
        expect.stringMatching(/^becomes the user nobody \(uid 65534, gid \d+\), and keeps no privilege$/),
        `writes text to ${directory}/${today()}`,
      ],
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('all that is in its way, a line each: exit 1', async () => {
    const directory = join(makeDirectory(), 'log');
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const profile = join(directory, 'none/x.cpuprofile');
    const found = await check(makeHost(), ['-i', 'lo,nope0', '-d', directory, '-cpuprofile', profile]);
    expect(found).toEqual({
      status: 1,
      plan: [],
      said: [
        'httplog: no such interface: nope0; -i takes any or of these: lo',
        expect.stringMatching(
          /^httplog: log directory .*: others than its owner can write there, .*: chmod go-w it, or /,
        ),
        expect.stringMatching(/^httplog: flag -cpuprofile: cannot write .*: its directory does not exist \(ENOENT\)/),
      ],
    });
  });

  test.skipIf(whyNoTool('setpriv') !== undefined)('rights that are missing', async () => {
    const prepare = 'set -- setpriv --bounding-set -net_raw "$@"';
    const running = httplogOn(makeHost(), ['-check', '-i', 'lo', '-d', '-'], { prepare });
    const { status } = await endOf(running);
    expect(status).toBe(1);
    expect(running.stderr()).toMatch(/^httplog: not permitted to capture: CAP_NET_RAW is missing; [^\n]*\n$/);
  });

  test('-metrics: where it can be served, and that its port is in use just now; no run is hindered', async () => {
    const host = makeHost();
    for (const address of ['127.0.0.1:9480', '[::]:9480', 'localhost:9480']) {
      expect(await check(host, ['-i', 'lo', '-d', '-', '-metrics', address])).toMatchObject({
        status: 0,
        plan: [expect.stringMatching(/^reads lo/), 'writes text to standard output', `serves metrics at ${address}`],
        said: [],
      });
    }
    const running = await capture(host, ['-i', 'lo', '-d', '-', '-metrics', '127.0.0.1:9480']);
    expect(await checked(host, ['-i', 'lo', '-d', '-', '-metrics', ':9480'])).toMatchObject({
      status: 0,
      said: ['httplog: -metrics: port 9480 is in use now (EADDRINUSE), perhaps by the httplog that runs'],
    });
    await stop(running);
  });

  test.skipIf(whyNoTool('setpriv') !== undefined)('-metrics that cannot be served: as a run says it', async () => {
    const prepare = 'set -- setpriv --bounding-set -net_bind_service "$@"';
    const cases: readonly [string, string][] = [
      ['127.0.0.1:80', 'a port below 1024 needs CAP_NET_BIND_SERVICE (EACCES)'],
      ['192.0.2.1:9480', 'this host has no such address (EADDRNOTAVAIL)'],
      ['[2001:db8::1]:9480', 'this host has no such address (EADDRNOTAVAIL)'],
    ];
    for (const [address, why] of cases) {
      const said = `httplog: metrics cannot be served at ${address}: ${why}: choose another with -metrics\n`;
      for (const flags of [['-check'], []]) {
        const running = httplogOn(makeHost(), [...flags, '-i', 'lo', '-d', '-', '-metrics', address], { prepare });
        expect([await endOf(running), running.stderr()]).toEqual([{ status: 1, signal: null }, said]);
      }
    }
  });

  test('a file in the place of a directory above', async () => {
    const directory = join(makeDirectory(), 'file/log');
    writeFileSync(join(directory, '..'), '');
    expect(await check(makeHost(), ['-i', 'lo', '-d', directory])).toMatchObject({
      status: 1,
      said: [expect.stringContaining('a part of the path is no directory (ENOTDIR)')],
    });
  });

  test('rings for which there is no memory: which -b would fit; a run says the same, and takes none', async () => {
    const host = makeHost();
    const flags = ['-i', 'lo', '-cpu', '64', '-b', '2048', '-d', '-'];
    const words =
      /^httplog: no memory for a ring of 2048 MB for each of 64 capture threads: \d+ MB are free; -b \d+ would fit$/;
    expect(await check(host, flags)).toEqual({ status: 1, plan: [], said: [expect.stringMatching(words)] });
    const running = httplogOn(host, flags);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(linesOf(running.stderr())).toEqual([expect.stringMatching(words)]);
  });

  test('a filter that libpcap does not know, and a wrong flag: exit 2', async ({ skip }) => {
    const found = await check(makeHost(), ['-i', 'lo', '-f', 'tcp prot 80', '-d', '-']);
    if (found.said[0]?.includes('needs libpcap')) return skip('needs libpcap');
    expect(found).toMatchObject({ status: 2, said: [expect.stringMatching(/^httplog: -f: .*syntax error/)] });
    expect((await check(makeHost(), ['-p', '0'])).status).toBe(2);
    expect(await check(makeHost(), ['-i', 'lo', '-f', 'net 192.0.2.0/24', '-d', '-'])).toMatchObject({
      status: 0,
      plan: [
        expect.stringContaining('ports 80, only what matches "net 192.0.2.0/24": '),
        'writes text to standard output',
      ],
    });
  });

  test('a capture file: it is not read, and a pipe is not waited for', async () => {
    const place = makeDirectory();
    writeFileSync(join(place, 'file'), '');
    spawnSync('mkfifo', [join(place, 'pipe')]);
    for (const name of ['file', 'pipe']) {
      expect(await check(makeHost(), ['-r', join(place, name), '-d', '-'])).toMatchObject({
        status: 0,
        plan: [`reads ${join(place, name)}, ports 80`, 'writes text to standard output'],
      });
    }
    expect(await check(makeHost(), ['-r', join(place, 'none'), '-d', '-'])).toEqual({
      status: 1,
      plan: [],
      said: [`httplog: flag -r: ${join(place, 'none')}: there is no such file`],
    });
  });
});
