import { expect, test } from 'vitest';
import { readListenAddress } from './listen-address.ts';

test.each([
  ['9480', '127.0.0.1', 9480],
  [':9480', '127.0.0.1', 9480],
  ['10.0.0.5:1', '10.0.0.5', 1],
  ['0.0.0.0:65535', '0.0.0.0', 65535],
  ['[::1]:9480', '::1', 9480],
  ['[fe80::1%eth0]:9480', 'fe80::1%eth0', 9480],
  ['localhost:09480', 'localhost', 9480],
  ['mon-1.example.com:9480', 'mon-1.example.com', 9480],
])('%s', (text, host, port) => expect(readListenAddress(text)).toEqual({ value: { host, port } }));

test('nothing is none', () => expect(readListenAddress('')).toEqual({ value: undefined }));

test.each([
  ['x', 'is no host and port'],
  ['10.0.0.5', 'is no host and port'],
  ['10.0.0.5:', 'is no host and port'],
  ['::1:9480', 'is no host and port'],
  ['http://h:9480', 'is no host and port'],
  [' 9480', 'is no host and port'],
  ['9480\n', 'is no host and port'],
  ['-1', 'is no host and port'],
  ['0', 'names a port that does not exist'],
  ['h:65536', 'names a port that does not exist'],
  ['[]:9480', 'holds no IPv6 address between its brackets'],
  ['[10.0.0.5]:9480', 'holds no IPv6 address between its brackets'],
  ['10.0.0:9480', 'names no host'],
  ['300.0.0.1:9480', 'names no host'],
  ['a b:9480', 'names no host'],
  ['*:9480', 'names no host'],
  ['-h:9480', 'names no host'],
])('%j is refused', (text, reason) => expect(readListenAddress(text)).toEqual({ reason }));
