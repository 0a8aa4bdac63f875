import { expect, test } from 'vitest';
import { type Transaction, transactionWriter } from '../../test/support/transactions.ts';

const T = 1_700_000_000_123_456_789n;
const ONE: Transaction = {
  begin: T - 1000n,
  connect: 1_234_567n,
  request: {
    head: 'GET /a/b%20%e4%bd%a0%zz?c=d&token=geheim&e HTTP/1.1\r\nHost: shop.example:8080\r\nUser-Agent: "curl"/8\r\nX-Forwarded-For: 203.0.113.9, 10.0.0.1\r\nVia: x\r\nReferer: http://x/?Token=1\r\nCookie: a=b\r\n\r\n',
    first: T,
    number: 3,
  },
  response: {
    head: 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Type: text/plain\r\n\r\n',
    first: T + 2_345_678n,
  },
};

test('a transaction as text: the request, then status, body lengths and milliseconds', () => {
  const line = transactionWriter({});
  expect(line(ONE)).toBe(
    '2023-11-14 22:13:20.123 192.0.2.1#40000 198.51.100.7#80 CQ GET /a/b%20%e4%bd%a0%zz?c=d&token=geheim&e HTTP/1.1 shop.example:8080 "curl"/8 200  12 2.345\n',
  );
  expect(line({ ...ONE, request: undefined })).toBe(
    '2023-11-14 22:13:20.125 192.0.2.1#40000 198.51.100.7#80 CQ    200  12 \n',
  );
});
