import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { transactionWriter } from '../../test/support/transactions.ts';

const PEER = '192.0.2.1';
const write = transactionWriter({ format: 'tsv', fields: ['client'], clientHeader: 'X-Forwarded-For' });
const client = (value: string): string =>
  write({ request: { head: `GET / HTTP/1.1\r\nX-Forwarded-For: ${value}\r\n\r\n`, first: 1n } }).slice(0, -1);

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['203.0.113.9, 10.0.0.1', '203.0.113.9'],
  [' 203.0.113.9:4711', '203.0.113.9'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:DB8::1]:80', '2001:DB8::1'],
  ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
  ['for=192.0.2.43, for=198.51.100.17', '192.0.2.43'],
  ['proto=http; For="[2001:db8:cafe::17]:4711";by=203.0.113.43', '2001:db8:cafe::17'],
  ['For="192.0.2.43:80"', '192.0.2.43'],
  ['for=_hidden', PEER],
  ['for=unknown', PEER],
  ['by=1.2.3.4', PEER],
  ['unknown, 203.0.113.9', PEER],
  ['1.2.3', PEER],
  ['1.2.3.4.5', PEER],
  ['1.2.3.256', PEER],
  ['01.2.3.4', PEER],
  ['1.2.3.4 x', PEER],
  ['<script>', PEER],
  ['', PEER],
  [',', PEER],
  ['"', PEER],
  ['[', PEER],
])('%j', (value, expected) => expect(client(value)).toBe(expected));

test('only what is an address is taken, and every address', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/));
  fc.assert(
    fc.property(address, (text) => {
      // With one colon what is behind it is a port.
      const bare = text.split(':').length === 2 ? (text.split(':')[0] ?? '') : text;
      expect(client(text)).toBe(isIP(bare) !== 0 ? bare : PEER);
    }),
    { numRuns: 3000 },
  );
});

test('json tells both ends then, and the others keep the connection’s', () => {
  const head = 'GET / HTTP/1.1\r\nVia: 203.0.113.9\r\n\r\n';
  const line = (format: 'json' | 'combined' | 'zeek' | 'text'): string =>
    transactionWriter({ format, clientHeader: 'Via' })({ request: { head, first: 1n } });
  expect(JSON.parse(line('json'))).toMatchObject({
    'client.address': '203.0.113.9',
    'network.peer.address': PEER,
    'network.peer.port': 40000,
  });
  expect(line('json')).not.toContain('client.port');
  expect(line('combined')).toMatch(/^203\.0\.113\.9 - - /);
  expect(line('zeek').split('\t')[2]).toBe(PEER);
  expect(line('text')).toContain(` ${PEER}#40000 `);
});
