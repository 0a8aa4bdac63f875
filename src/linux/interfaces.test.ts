import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addVethPair, enterOwnNetwork, ip, waitRunning, whyNoOwnNetwork } from '../../test/support/own-network.ts';
import { type HostAddress, interfaceIndex, listInterfaces, localAddresses } from './interfaces.ts';
import { close, setOption } from './libc.ts';
import { drainLinkMonitor, openLinkMonitor } from './link-monitor.ts';
import { SOL_SOCKET } from './socket-abi.ts';
import { waitReadable } from './wait.ts';

test('loopback is listed, and 127.0.0.1 is local', () => {
  expect(listInterfaces().find(({ name }) => name === 'lo')).toMatchObject({ loopback: true });
  expect(interfaceIndex('lo')).toBeGreaterThan(0);
  expect(interfaceIndex('no-such-device')).toBeUndefined();
  expect(localAddresses()).toContainEqual({ family: 4, address: 0x7f000001n });
});

const reason = whyNoOwnNetwork('interfaces and addresses');

describe.skipIf(reason !== undefined)('in a network of its own', () => {
  let leave: () => void;
  let left: number;
  let right: number;

  beforeAll(() => {
    leave = enterOwnNetwork();
    ({ left, right } = addVethPair('left', 'right'));
  });
  afterAll(() => leave());

  test('every device is listed, also one that is down or has no address', () => {
    ip('link set right down');
    waitRunning('left', false);
    expect(listInterfaces().filter(({ name }) => ['lo', 'left', 'right'].includes(name))).toEqual([
      { name: 'lo', index: 1, up: true, running: true, loopback: true },
      ...[
        { name: 'left', index: left, up: true, running: false, loopback: false },
        { name: 'right', index: right, up: false, running: false, loopback: false },
      ].sort((a, b) => a.index - b.index),
    ]);
    ip('link set right up');
    waitRunning('left', true);
  });

  test('addresses count on links that are down or without carrier, with labels and with a peer', () => {
    ip('link set right down');
    ip('address add 192.0.2.7/24 dev right');
    ip('address add 192.0.2.8/24 dev left label left:1');
    ip('address add 198.51.100.1 peer 198.51.100.2 dev left');
    ip('address add 203.0.113.9/32 dev lo');
    ip('-6 address add 2001:db8::9/64 dev left nodad');
    const found = localAddresses();
    const expected: HostAddress[] = [
      { family: 4, address: 0xc0000207n },
      { family: 4, address: 0xc0000208n },
      { family: 4, address: 0xc6336401n },
      { family: 4, address: 0xcb007109n },
      { family: 6, address: 0x20010db8000000000000000000000009n },
    ];
    for (const address of expected) expect(found).toContainEqual(address);
    expect(found).not.toContainEqual({ family: 4, address: 0xc6336402n });
    expect(listInterfaces().map(({ name }) => name)).not.toContain('left:1');
    ip('link set right up');
  });

  test('a device without a hardware address is listed', ({ skip }) => {
    try {
      ip('tuntap add dev tunnel mode tun');
    } catch {
      console.warn('skipped: a device without a hardware address: needs tun devices');
      skip();
    }
    expect(listInterfaces().find(({ name }) => name === 'tunnel')).toEqual({
      name: 'tunnel',
      index: interfaceIndex('tunnel'),
      up: false,
      running: false,
      loopback: false,
    });
    ip('tuntap del dev tunnel mode tun');
  });

  test('the link monitor hears links and addresses come and go', () => {
    const monitor = openLinkMonitor();
    const changes = [
      'address add 192.0.2.77/24 dev left',
      'address del 192.0.2.77/24 dev left',
      '-6 address add 2001:db8::77/64 dev left nodad',
      'link set left down',
      'link set left up',
      'link add spare type veth peer name spare2',
      'link del spare',
    ];
    for (const change of changes) {
      for (let i = 0; i < 100 && waitReadable([monitor], 20) !== 0; i++) drainLinkMonitor(monitor);
      expect(drainLinkMonitor(monitor)).toBe(false);
      ip(change);
      expect(waitReadable([monitor], 1000)).toBe(1);
      expect(drainLinkMonitor(monitor)).toBe(true);
    }
    close(monitor);
  });

  test('when more came than the monitor could hold, something came', () => {
    const monitor = openLinkMonitor();
    const SO_RCVBUF = 8;
    setOption(monitor, SOL_SOCKET, SO_RCVBUF, new Uint8Array(Int32Array.of(1).buffer), 'SO_RCVBUF');
    for (let i = 1; i <= 20; i++) ip(`address add 10.9.8.${i}/32 dev left`);
    expect(drainLinkMonitor(monitor)).toBe(true);
    for (let i = 0; i < 5; i++) drainLinkMonitor(monitor);
    expect(drainLinkMonitor(monitor)).toBe(false);
    close(monitor);
  });
});
