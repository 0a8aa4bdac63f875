import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from '../../test/support/live/workspace.ts';
import { namesStream } from './diagnostics.ts';

const module = join(import.meta.dirname, 'diagnostics.ts');
const SCRIPT = `
  import { toStandardError } from ${JSON.stringify(module.replace('/src/cli/diagnostics.ts', '/dist/src/cli/diagnostics.js'))};
  toStandardError('begins');
  toStandardError('falls\\nbehind', 'warning');
  toStandardError('cannot', 'error');`;

/** What is said where JOURNAL_STREAM names standard error, or something else. */
function said(name: (device: bigint, inode: bigint) => string): string {
  const path = join(makeDirectory(), 'journal');
  const descriptor = openSync(path, 'w');
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  const env = { ...process.env, JOURNAL_STREAM: name(dev, ino) };
  spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], { env, stdio: ['ignore', 'ignore', descriptor] });
  closeSync(descriptor);
  return readFileSync(path, 'utf8');
}

test('in the journal a line has its priority, and not the name that the journal knows', () => {
  expect(said((device, inode) => `${device}:${inode}`)).toBe('<6>begins\n<4>falls\\x0abehind\n<3>cannot\n');
});

test('elsewhere it has the name, also where a parent wrote to the journal', () => {
  expect(said((device, inode) => `${device}:${inode + 1n}`)).toBe(
    'httplog: begins\nhttplog: falls\\x0abehind\nhttplog: cannot\n',
  );
});

test('a descriptor that is closed is no journal', () => {
  expect([namesStream('1:2', 9999), namesStream(undefined, 2), namesStream('', 2)]).toEqual([false, false, false]);
});
