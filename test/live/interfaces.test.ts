import { describe, expect, test } from 'vitest';
import {
  addAddresses,
  cable,
  capture,
  HOST,
  HOST6,
  type Host,
  httplogOn,
  makeHost,
  makeNetwork,
  moveTo,
  OUTSIDE,
  whyNotLive,
} from '../support/live/network.ts';
import { endOf, type Running, said, stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender, stacked, type Tag } from '../support/live/raw.ts';
import { until } from '../support/live/wait.ts';
import { connections, send, serve } from '../support/live/web.ts';
import { essence, linesOf, typeOf } from '../support/live/workspace.ts';

// Interfaces: which are read, tags, copies, and what comes and goes while httplog runs.

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\n\r\n';

describe.skipIf(whyNotLive('live interfaces') !== undefined)('live', () => {
  // The kernel takes the outer tag off an incoming frame; of an outgoing one with several it shows the outer tag only.
  const TAGS: readonly [string, readonly Tag[], string, string][] = [
    ['no tag', [], '', ''],
    ['802.1Q', [{ id: 5 }], ' vlan=5', ' vlan=5'],
    ['802.1Q with a priority', [{ id: 4095, priority: 7 }], ' vlan=4095', ' vlan=4095'],
    ['802.1Q twice', [{ id: 6 }, { id: 7 }], ' vlan=6.7', ' vlan=6'],
    ['802.1ad with 802.1Q inside', [{ id: 8, type: 0x88a8 }, { id: 9 }], ' vlan=8.9', ' vlan=8'],
  ];
  test.each(TAGS)('tagged frames, in and out: %s', async (_name, tags, incoming, outgoing) => {
    const { host, outside } = makeNetwork(true);
    const running = await capture(host, ['-add_vlan', '-d', '-']);
    const plain = await capture(host, ['-d', '-'], { sockets: 2 });
    openSender(outside, 'eth0').send(stacked(tags, frame(OUTSIDE, 50000, HOST, 80, REQUEST)));
    openSender(outside, 'eth0').send(stacked(tags, frame('fd09::2', 50001, 'fd09::1', 80, REQUEST)));
    await until('incoming lines', () => running.stdout().split('\n').length > 2);
    openSender(host, 'eth0').send(stacked(tags, frame(HOST, 80, OUTSIDE, 50000, RESPONSE)));
    openSender(host, 'eth0').send(stacked(tags, frame('fd09::1', 80, 'fd09::2', 50001, RESPONSE)));
    await Promise.all([stop(running), stop(plain)]);
    const expected = (vlanIn: string, vlanOut: string): string[] => [
      `${OUTSIDE}#* ${HOST}#80 CQ${vlanIn} GET /t HTTP/1.1 h `,
      `fd09::2#* fd09::1#80 CQ${vlanIn} GET /t HTTP/1.1 h `,
      `${HOST}#80 ${OUTSIDE}#* CR${vlanOut} HTTP/1.1 200 OK  `,
      `fd09::1#80 fd09::2#* CR${vlanOut} HTTP/1.1 200 OK  `,
    ];
    expect(linesOf(running.stdout()).map(essence)).toEqual(expected(incoming, outgoing));
    expect(linesOf(plain.stdout()).map(essence)).toEqual(expected('', ''));
  });

  test('-i with a list: these and no others', async () => {
    const { host, outside } = makeNetwork();
    for (const n of [1, 2]) cable(host, `eth${n}`, outside, `eth${n}`);
    const running = await capture(host, ['-i', 'eth0,eth2', '-d', '-']);
    for (const n of [0, 1, 2]) {
      openSender(outside, `eth${n}`).send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    }
    await stop(running);
    expect(linesOf(running.stdout()).map((line) => line.split(' ')[2])).toEqual([
      `${OUTSIDE}#50000`,
      `${OUTSIDE}#50002`,
    ]);
  });

  test('a repeat on the same interface is logged again, on another one it is a copy', async () => {
    const { host, outside } = makeNetwork();
    cable(host, 'eth1', outside, 'eth1');
    const running = await capture(host, ['-i', 'any', '-d', '-']);
    const message = frame(OUTSIDE, 50000, HOST, 80, REQUEST);
    const senders = [openSender(outside, 'eth0'), openSender(outside, 'eth1')];
    for (const n of [0, 0, 1, 0, 1]) senders[n]?.send(message);
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ packets: 5, CQ: 3, copies: 2 });
    expect(linesOf(running.stdout())).toHaveLength(3);
  });

  test.each(['any', 'v0,v1'])('-i %s: a veth pair with both ends in this host: once, copies counted', async (names) => {
    const host = makeHost();
    cable(host, 'v0', host, 'v1');
    const running = await capture(host, ['-i', names, '-d', '-'], { threads: 2 });
    const sender = openSender(host, 'v0');
    for (let n = 0; n < 40; n++) sender.send(frame(OUTSIDE, 50000 + n, HOST, 80, REQUEST));
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ packets: 80, CQ: 40, copies: 40 });
    expect(new Set(linesOf(running.stdout()).map((line) => line.split(' ')[2])).size).toBe(40);
  });

  // Each makes `up0` over eth0.
  const LAYERS: readonly [string, (host: Host) => void][] = [
    [
      'a bridge',
      (host) => {
        host.ip('link add up0 type bridge stp_state 0 forward_delay 0');
        host.ip('link set eth0 master up0');
      },
    ],
    [
      'a bond',
      (host) => {
        host.ip('link add up0 type bond mode active-backup miimon 10');
        host.ip('link set eth0 down');
        host.ip('link set eth0 master up0');
      },
    ],
    ['a VLAN device', (host) => void host.ip('link add link eth0 name up0 type vlan id 5')],
  ];
  test.for(LAYERS)('-i any: %s over an interface: once, copies counted', async ([name, build], { skip }) => {
    const [host, outside] = [makeHost(), makeHost()];
    cable(host, 'eth0', outside, 'eth0');
    const refused = tryTo(() => build(host));
    if (refused !== undefined) {
      console.warn(`skipped: copies over ${name}: ${refused}`);
      skip(refused);
    }
    host.ip('link set up0 up');
    host.ip('link set eth0 up');
    const far = name === 'a VLAN device' ? 'up0' : 'eth0';
    if (far === 'up0') {
      build(outside);
      outside.ip('link set up0 up');
    }
    addAddresses(host, 'up0', `${HOST}/24`);
    addAddresses(outside, far, `${OUTSIDE}/24`);
    moveTo(outside);
    await serve(host, 80);
    const running = await capture(host, ['-i', 'any', '-d', '-'], { threads: 2 });
    await send(`http://${HOST}`, connections(4), 0, 50);
    await stop(running);
    expect(totalsOf(running)).toMatchObject({ CQ: 50, CR: 50, copies: 100, 'kernel drops': 0, 'lines lost': 0 });
    expect(linesOf(running.stdout())).toHaveLength(100);
  });

  test('a local address that is added counts within 5 s, and no longer once it is removed', async () => {
    const { host } = makeNetwork(true);
    const running = await capture(host, ['-d', '-'], { threads: 2 });
    const sender = openSender(host, 'eth0');
    const typeBecomes = (type: string, server: string, client: string): Promise<unknown> => {
      let port = 50000;
      return until(
        `${server} to make ${type}`,
        () => {
          sender.send(frame(server, 80, client, port++, RESPONSE));
          const last = running.stdout().trimEnd().split('\n').at(-1) ?? '';
          return last.includes(` ${server}#`) && typeOf(last) === type;
        },
        5000,
      );
    };
    for (const [server, address, client] of [
      ['10.99.0.1', '10.99.0.1/32', HOST],
      ['fd99::1', 'fd99::1/128', HOST6],
    ] as const) {
      await typeBecomes('SR', server, client);
      addAddresses(host, 'lo', address);
      await typeBecomes('CR', server, client);
      host.ip(`addr del ${address} dev lo`);
      await typeBecomes('SR', server, client);
    }
    await stop(running);
    expect(linesOf(running.stderr())).toHaveLength(1); // the totals, and nothing about addresses
  });

  test('an interface down and up, removed and made again: one line each time, and logging goes on', async () => {
    const { host, outside } = makeNetwork();
    const running = await capture(host, ['-d', '-'], { threads: 2 });
    const logs = async (port: number): Promise<void> => {
      const sender = openSender(outside, 'eth0');
      sender.send(frame(OUTSIDE, port, HOST, 80, REQUEST));
      await until(`the line from port ${port}`, () => running.stdout().includes(`#${port} `));
    };
    const says = (words: string, times: number): Promise<unknown> =>
      until(words, () => said(running, `interface eth0 ${words}`).length === times);
    await logs(50001);
    for (const round of [1, 2]) {
      host.ip('link set eth0 down');
      await says('is down: waiting until it is up again', round);
      host.ip('link set eth0 up');
      await says('is up again', round);
      await logs(50010 + round);
    }
    for (const round of [1, 2]) {
      host.ip('link del eth0');
      await says('was removed: waiting until there is one of that name again', round);
      cable(host, 'eth0', outside, 'eth0');
      await says('is there again', round);
      await logs(50020 + round);
    }
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    const totals = 1;
    expect(linesOf(running.stderr())).toHaveLength(4 * 2 + totals);
    expect(linesOf(running.stdout())).toHaveLength(5);
    expect(totalsOf(running)).toMatchObject({ packets: 5, copies: 0, 'kernel drops': 0 });
  });

  test.each<[string, string[]]>([
    ['eth0', ['-i', 'eth0']],
    ['a list', ['-i', 'eth0,eth1']],
  ])(
    'an interface of -i, %s, is renamed and gets its name back: it is told, and what passes under its name is logged',
    async (_name, flags) => {
      const { host, outside } = makeNetwork();
      cable(host, 'eth1', outside, 'eth1');
      const running = await capture(host, [...flags, '-d', '-'], { threads: 2 });
      const [first, second] = [openSender(outside, 'eth0'), openSender(outside, 'eth1')];
      const tells = (words: string, times: number): Promise<unknown> =>
        until(words, () => said(running, `interface eth0 ${words}`).length === times);
      const expected: number[] = [];
      for (const round of [1, 2]) {
        first.send(frame(OUTSIDE, 50000 + round, HOST, 80, REQUEST));
        host.ip('link set eth0 down');
        await tells('is down: waiting until it is up again', round);
        host.ip('link set eth0 name wan0');
        host.ip('link set wan0 up');
        await tells('is now wan0: waiting until there is one of the name eth0 again', round);
        first.send(frame(OUTSIDE, 50010 + round, HOST, 80, REQUEST));
        second.send(frame(OUTSIDE, 50020 + round, HOST, 80, REQUEST));
        host.ip('link set wan0 down');
        host.ip('link set wan0 name eth0');
        host.ip('link set eth0 up');
        await tells('is there again', round);
        first.send(frame(OUTSIDE, 50030 + round, HOST, 80, REQUEST));
        expected.push(50000 + round, ...(flags.includes('eth0') ? [] : [50020 + round]), 50030 + round);
        await until('the line', () => running.stdout().includes(`#${50030 + round} `));
      }
      expect(await stop(running)).toEqual({ status: 0, signal: null });
      const ports = linesOf(running.stdout()).map((line) => Number(/#(\d+) /.exec(line)?.[1]));
      expect(ports.sort()).toEqual(expected.sort());
      expect(totalsOf(running)).toMatchObject({ CQ: expected.length, copies: 0, 'kernel drops': 0, 'lines lost': 0 });
      expect(linesOf(running.stderr())).toHaveLength(2 * 3 + 1);
    },
  );

  test('-i any: down, up, removed, made again, renamed: nothing is said, and what passes is logged', async () => {
    const { host, outside } = makeNetwork();
    const running = await capture(host, ['-i', 'any', '-d', '-'], { threads: 2 });
    let port = 50000;
    const logs = async (): Promise<void> => {
      openSender(outside, 'eth0').send(frame(OUTSIDE, ++port, HOST, 80, REQUEST));
      await until(`the line of ${port}`, () => running.stdout().includes(`#${port} `));
    };
    await logs();
    for (const change of ['eth0 down', 'eth0 name wan0', 'wan0 up', 'wan0 down', 'wan0 name eth0', 'eth0 up']) {
      host.ip(`link set ${change}`);
      if (change.endsWith(' up')) await logs();
    }
    host.ip('link del eth0');
    cable(host, 'eth0', outside, 'eth0');
    await logs();
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(linesOf(running.stdout())).toHaveLength(4);
    expect(totalsOf(running)).toMatchObject({ packets: 4, CQ: 4, 'kernel drops': 0, 'lines lost': 0 });
    expect(linesOf(running.stderr())).toHaveLength(1);
  });

  test('an interface that is down at the start: one line says so', async () => {
    const { host, outside } = makeNetwork();
    host.ip('link set eth0 down');
    const running = await capture(host, ['-d', '-']);
    await until('what is said', () => running.stderr() !== '');
    expect(running.stderr()).toBe('httplog: interface eth0 is down: waiting until it is up again\n');
    host.ip('link set eth0 up');
    await until('the line', () => said(running, 'interface eth0 is up again').length === 1);
    openSender(outside, 'eth0').send(frame(OUTSIDE, 50001, HOST, 80, REQUEST));
    await until('the line', () => running.stdout().includes('#50001 '));
    await stop(running);
  });

  test('one of two interfaces goes: the other one is read on', async () => {
    const { host, outside } = makeNetwork();
    cable(host, 'eth1', outside, 'eth1');
    const running = await capture(host, ['-i', 'eth0,eth1', '-d', '-']);
    host.ip('link del eth0');
    await until('the line about eth0', () => said(running, 'interface eth0 was removed').length === 1);
    openSender(outside, 'eth1').send(frame(OUTSIDE, 50001, HOST, 80, REQUEST));
    await until('the line', () => running.stdout().includes('#50001 '));
    await stop(running);
  });
});

describe.skipIf(whyNotLive('which interface is read') !== undefined)('which interface', () => {
  async function refused(host: Host, flags: readonly string[]): Promise<Running> {
    const running = httplogOn(host, flags);
    expect(await endOf(running)).toEqual({ status: 1, signal: null });
    expect(running.stdout()).toBe('');
    return running;
  }

  test('one that is not there: exit 1, and which there are', async () => {
    const { host } = makeNetwork();
    const running = await refused(host, ['-i', 'eth0,nope0,nope1', '-d', '-']);
    expect(running.stderr()).toBe('httplog: no such interface: nope0, nope1; -i takes any or of these: lo, eth0\n');
  });

  test('no eth0 and nothing said: the interface of the default route, and a line about that', async () => {
    const [host, outside] = [makeHost(), makeHost()];
    cable(host, 'lan0', outside, 'eth0');
    cable(host, 'wan0', outside, 'eth1');
    addAddresses(host, 'wan0', `${HOST}/24`);
    host.ip(`route add default via ${OUTSIDE}`);
    const running = await capture(host, ['-d', '-']);
    // That it captures is known from the kernel, and may be known before its words are here.
    await until('what is said', () => running.stderr() !== '');
    expect(running.stderr()).toBe('httplog: there is no eth0: reading wan0, which has the default route\n');
    openSender(outside, 'eth0').send(frame(OUTSIDE, 50000, HOST, 80, REQUEST));
    openSender(outside, 'eth1').send(frame(OUTSIDE, 50001, HOST, 80, REQUEST));
    await stop(running);
    expect(linesOf(running.stdout()).map(essence)).toEqual([`${OUTSIDE}#* ${HOST}#80 CQ GET /t HTTP/1.1 h `]);
    expect(running.stdout()).toContain('#50001 ');
  });

  test('no eth0 and no default route, or -i eth0 said: exit 1', async () => {
    const [host, outside] = [makeHost(), makeHost()];
    cable(host, 'wan0', outside, 'eth0');
    const there = 'httplog: no such interface: eth0; -i takes any or of these: lo, wan0\n';
    expect((await refused(host, ['-d', '-'])).stderr()).toBe(there);
    addAddresses(host, 'wan0', `${HOST}/24`);
    host.ip(`route add default via ${OUTSIDE}`);
    expect((await refused(host, ['-i', 'eth0', '-d', '-'])).stderr()).toBe(there);
  });
});

/** Why the system refused an action, in its own words; undefined when it did not. */
function tryTo(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error).trim();
  }
}
