import { expect, test } from 'vitest';
import { Following, pieces } from '../../test/support/follow.ts';

/** What is told of a request with this Transfer-Encoding and a Content-Length, and a body of one chunk. */
function told(codings: string): string[] {
  const head = `POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: ${codings}\r\n\r\n`;
  return new Following().tell(pieces(`${head}1\r\na\r\n0\r\n\r\n`)).slice(1);
}

test('empty elements of a list of codings do not count', () => {
  for (const codings of ['chunked', 'gzip, chunked', 'chunked,', ', chunked', ',\tchunked, ,', 'chunked ,\t']) {
    expect(told(codings), codings).toEqual(['end 1/11']);
  }
});

test('a list of nothing is no coding, and one that ends in another coding than chunked cannot be followed', () => {
  for (const codings of ['', ',', ' , ,']) expect(told(codings)[0], codings).toBe('end 0/0');
  expect(told('chunked, gzip,')).toEqual(['lost']);
});
