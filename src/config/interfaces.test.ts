import { describe, expect, test } from 'vitest';
import { INTERFACES_MAXIMUM } from '../../layout/settings.ts';
import { readInterfaces } from './interfaces.ts';

describe('readInterfaces', () => {
  test.each([
    ['eth0', ['eth0']],
    ['any', ['any']],
    ['eth0,eth1', ['eth0', 'eth1']],
    [' eth0 , eth1 ', ['eth0', 'eth1']],
    ['eth1,eth0,eth1', ['eth1', 'eth0']],
    ['any,any', ['any']],
    ['br-0123456789ab', ['br-0123456789ab']],
    ['eth0.100', ['eth0.100']],
    ['wan@x', ['wan@x']],
    ['üüüüüüü', ['üüüüüüü']],
  ])('%j', (text, value) => expect(readInterfaces(text)).toEqual({ value }));

  test.each([
    ['', 'has an empty item'],
    ['eth0,', 'has an empty item'],
    ['br-0123456789abc', 'holds a name of more than 15 bytes'],
    ['üüüüüüüü', 'holds a name of more than 15 bytes'],
    ['eth0 eth1', 'holds what cannot be the name of an interface'],
    ['eth0/1', 'holds what cannot be the name of an interface'],
    ['eth0:1', 'holds what cannot be the name of an interface'],
    ['.', 'holds what cannot be the name of an interface'],
    ['..', 'holds what cannot be the name of an interface'],
    ['eth\u001b', 'holds what cannot be the name of an interface'],
    ['any,eth0', 'names "any" beside other interfaces'],
    ['eth0,any', 'names "any" beside other interfaces'],
  ])('%j is refused', (text, reason) => expect(readInterfaces(text)).toEqual({ reason }));

  test('as many as the packet code has room for, each counted once', () => {
    const names = Array.from({ length: INTERFACES_MAXIMUM }, (_, i) => `eth${i}`);
    expect(readInterfaces([...names, 'eth0'].join(','))).toEqual({ value: names });
    expect(readInterfaces([...names, 'eth240'].join(','))).toEqual({ reason: 'holds more than 240 names' });
  });
});
