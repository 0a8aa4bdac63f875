import { expect, test } from 'vitest';
import { ownName, readHost } from './host-name.ts';

test.each(['web-1', 'web1.example.com', 'A_b', '10.0.0.1', 'fd00::1', '', 'x'.repeat(253)])('%j is a name', (text) =>
  expect(readHost(text)).toEqual({ value: text }),
);

test.each(['a b', 'a"b', 'a\\b', 'a\tb', 'wéb', 'a/b'])('%j is none', (text) => {
  expect(readHost(text)).toEqual({ reason: 'holds what cannot stand in the name of a host' });
});

test('none is longer than 253 characters', () => {
  expect(readHost('x'.repeat(254))).toEqual({ reason: 'has more than 253 characters' });
});

test('what a host calls itself becomes a name', () => expect(ownName('my "host"')).toBe('my__host_'));
