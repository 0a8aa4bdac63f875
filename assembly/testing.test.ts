import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openInternals } from '../test/support/packet-internals.ts';

// Of equal names asc silently exports only the first, and a build may be older than its source.
test('the test build exports every name that its source lists', () => {
  const source = readFileSync(new URL('testing.ts', import.meta.url), 'utf8');
  const lists = [...source.matchAll(/^export \{([^}]*)\}/gm)].map(([, list]) => list ?? '');
  const names = lists.flatMap((list) => list.split(',').map((item) => item.trim().split(' as ').at(-1) ?? ''));
  const listed = names.filter((name) => name !== '');
  expect(listed.length).toBeGreaterThan(100);
  expect(
    Object.keys(openInternals().code)
      .filter((name) => name !== 'memory')
      .sort(),
  ).toEqual(listed.sort());
});
