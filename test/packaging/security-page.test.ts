// docs/security.md names the tests that show its claims: each of them must be there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** A file, and behind the sign the names of its tests. */
const NAMED = /`([\w./-]+\.test\.ts)` › (`[^`]+`(?:, `[^`]+`)*)/g;
const named = [...page.matchAll(NAMED)].flatMap(([, path = '', names = '']) =>
  [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => ({ path, name })),
);

/** Whether a source has a test of this name: the title stands whole between quotes, or behind a name that is put before it. */
function hasTest(source: string, name: string): boolean {
  const title = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`[('\`}]${title}['\`],`).test(source);
}

test('every test that the page names is there', () => {
  expect(named.length).toBeGreaterThan(50);
  const missing = named.filter(({ path, name }) => {
    const file = join(root, path);
    return !existsSync(file) || !hasTest(readFileSync(file, 'utf8'), name);
  });
  expect(missing).toEqual([]);
});

test('every test file that the page names has a test named behind it', () => {
  const files = [...page.matchAll(/[\w./-]+\.test\.ts/g)].map(([path]) => path);
  const whole = [...page.matchAll(NAMED)].map(([, path = '']) => path);
  expect(files).toEqual(whole);
});

test('a name that is not there is found out', () => {
  expect(hasTest("test('names', () => {", 'names')).toBe(true);
  expect(hasTest("test('all names', () => {", 'names')).toBe(false);
  expect(hasTest("test('names of all', () => {", 'names')).toBe(false);
});
