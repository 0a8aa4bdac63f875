import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { asUser, findUser } from './users.ts';

test('a user, as the system knows it', () => {
  const { username: name, uid: id, gid: group } = userInfo();
  expect(findUser(name)).toEqual({ name, id, group });
  expect(findUser('no such user')).toBe(undefined);
});

test.skipIf(process.geteuid?.() !== 0)('as another user for a while (skipped without root)', () => {
  const { geteuid, getegid, getgroups } = process as Required<NodeJS.Process>;
  const who = (): unknown => [geteuid(), getegid(), new Set(getgroups())];
  const before = who();
  const nobody = { name: 'nobody', id: 65534, group: 65533 };
  expect(asUser(nobody, who)).toEqual([65534, 65533, new Set([65533])]);
  expect(() =>
    asUser(nobody, () => {
      throw new Error('in between');
    }),
  ).toThrow('in between');
  expect(who()).toEqual(before);
});
