import { expect, test } from 'vitest';
import { attachSocketFilter, getOption } from './libc.ts';
import { LinuxError } from './linux-error.ts';

test('an error tells the call, the stable name and the reason', () => {
  const error = new LinuxError('socket', 1);
  expect(error).toMatchObject({ call: 'socket', errno: 1, code: 'EPERM', name: 'LinuxError' });
  expect(error.message).toBe('socket: EPERM: operation not permitted');
});

test('a number without a name has one all the same', () => {
  expect(new LinuxError('x', 4000)).toMatchObject({ code: 'E4000', message: 'x: E4000: error 4000' });
});

test('a call that fails throws the number that the kernel gave', () => {
  expect(() => getOption(-1, 1, 4, 4, 'SO_ERROR')).toThrow('SO_ERROR: EBADF: bad file descriptor');
  expect(() => attachSocketFilter(0, new Uint8Array(8))).toThrow(expect.objectContaining({ call: 'SO_ATTACH_FILTER' }));
});
