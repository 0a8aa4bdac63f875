import { expect, test } from 'vitest';
import { readClickHouseUrl, shown } from './clickhouse-url.ts';

test.each([
  ['http://h', 'http://h:8123', 'default', undefined, 'default', 'http'],
  ['https://h/web', 'https://h:8443', 'default', undefined, 'web', 'http'],
  ['http://u:p%40%3A%2F@h:81/web/t_1', 'http://h:81', 'u', 'p@:/', 'web', 't_1'],
  ['https://u:p@[::1]:443/web/t/', 'https://[::1]', 'u', 'p', 'web', 't'],
  ['http://u@h:80/web/t', 'http://h', 'u', undefined, 'web', 't'],
])('%s', (text, origin, user, password, database, table) => {
  expect(readClickHouseUrl(text)).toEqual({ origin, user, password, database, table });
});

test.each([
  '',
  'h',
  'ftp://secret@h',
  'http://u:secret@h/a/b/c',
  'http://h/a-b',
  'http://h/a?secret=1',
  'http://u:secret%@h',
])('%j is none, and nothing of it is told', (text) => {
  const reason = readClickHouseUrl(text);
  expect(reason).toEqual(expect.any(String));
  expect(reason).not.toContain('secret');
});

test('what is shown has neither user nor password', () => {
  const url = readClickHouseUrl('http://u:secret@h:1/d/t');
  expect(typeof url === 'string' ? url : shown(url)).toBe('http://h:1/d/t');
});
