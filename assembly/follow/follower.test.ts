import { expect, test } from 'vitest';
import { Following, pieces } from '../../test/support/follow.ts';

const following = new Following();

test('smoke', () => {
  expect(following.tell(pieces('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))).toEqual(['GET / HTTP/1.1 @0', 'end 0/0']);
});
