import { describe, expect, test } from 'vitest';
import { readColumns, readHeader, readHeaders, readSecrets, SECRETS_SHOWN } from './names.ts';

const SECRETS = ['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization'];
const many = (count: number): string => Array.from({ length: count }, (_, i) => `x-${i}`).join(',');

describe('readHeaders', () => {
  test.each([
    ['Referer', ['Referer']],
    [' Referer , X-Request-Id ', ['Referer', 'X-Request-Id']],
    ['a,B,A,b,c', ['a', 'B', 'c']],
    ["!#$%&'*+-.^_`|~09azAZ", ["!#$%&'*+-.^_`|~09azAZ"]],
    ['x'.repeat(63), ['x'.repeat(63)]],
    ['', []],
    [' ', []],
  ])('%j', (text, value) => expect(readHeaders(text)).toEqual({ value }));

  test.each([
    ['a,', 'has an empty item'],
    [',', 'has an empty item'],
    ['x'.repeat(64), 'holds a name of more than 63 bytes'],
    ['a b', 'holds what cannot be the name of a header field'],
    ['a:', 'holds what cannot be the name of a header field'],
    ['a"b', 'holds what cannot be the name of a header field'],
    ['ä', 'holds what cannot be the name of a header field'],
    ['a\r\nb', 'holds what cannot be the name of a header field'],
    [many(41), 'holds more than 40 names'],
  ])('%j is refused', (text, reason) => expect(readHeaders(text)).toEqual({ reason }));

  test('as many as are allowed', () => expect(readHeaders(many(40))).toHaveProperty('value.length', 40));
});

describe('readHeader', () => {
  test.each(['X-Forwarded-For', 'Forwarded', ''])('%j', (value) => expect(readHeader(value)).toEqual({ value }));
  test.each(['a,b', 'a b', 'x'.repeat(64)])('%j is refused', (text) => {
    expect(readHeader(text)).toHaveProperty('reason');
  });
});

describe('readColumns', () => {
  test.each([
    ['time,status', ['time', 'status']],
    [
      'request.X-Request-Id, response.etag,http.request.method',
      ['request.X-Request-Id', 'response.etag', 'http.request.method'],
    ],
    ['', []],
  ])('%j', (text, value) => expect(readColumns(text)).toEqual({ value }));

  test.each([
    ['Time', 'holds "Time", which is no field; "time" is one'],
    ['client.adress', 'holds "client.adress", which is no field; "client.address" is one'],
    ['request.', 'holds "request.", which is no field; "request" is one'],
    ['request.a b', 'holds "request.a b", which is no field'],
    ['time,time', 'names a field twice'],
    ['request.a,request.A', 'names a field twice'],
    ['time,', 'has an empty item'],
    ['a\tb', 'holds "a\\x09b", which is no field'],
    [many(41), 'holds more than 40 names'],
  ])('%j is refused', (text, reason) => expect(readColumns(text)).toEqual({ reason }));
});

describe('readSecrets', () => {
  test.each([
    [SECRETS_SHOWN, SECRETS],
    ['none', []],
    [' none ', []],
    ['token', [...SECRETS, 'token']],
    ['cookie,Token,token', [...SECRETS, 'Token']],
    ['user[password]', [...SECRETS, 'user[password]']],
    ['', SECRETS],
  ])('%j', (text, value) => expect(readSecrets(text)).toEqual({ value }));

  test.each([
    ['none,token', 'names "none" beside others'],
    ['a,', 'has an empty item'],
    ['a=b', 'holds what cannot be the name of a header field or query parameter'],
    ['a b', 'holds what cannot be the name of a header field or query parameter'],
    ['x'.repeat(64), 'holds a name of more than 63 bytes'],
    [many(41), 'holds more than 40 names'],
  ])('%j is refused', (text, reason) => expect(readSecrets(text)).toEqual({ reason }));
});
