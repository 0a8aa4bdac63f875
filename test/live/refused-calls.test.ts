import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { fileIn } from '../support/live/capture-files.ts';
import { whyNoProgram } from '../support/live/program.ts';
import { makeDirectory } from '../support/live/workspace.ts';

// The filter of system calls in a process of its own, for it stays: what it refuses to the thread that set it, to the threads that
// Node started before, and to those that come later.

const missing = whyNoProgram() ?? (process.getuid?.() === 0 ? undefined : 'needs root, so that nothing else refuses');
if (missing !== undefined) console.warn(`skipped: refused calls: ${missing}`);

const module = (path: string): string =>
  JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../dist/src/linux', path)).href);

/** Tries again in a thread that is started afterwards, and reads a file by one of libuv's. */
const SCRIPT = `
  const { forbidNewPrivileges } = await import(${module('capabilities.js')});
  const { refuseCalls } = await import(${module('call-filter.js')});
  const { socket } = await import(${module('libc.js')});
  const { spawnSync } = await import('node:child_process');
  const { Worker, isMainThread } = await import('node:worker_threads');
  const { readFile } = await import('node:fs/promises');
  const { listInterfaces } = await import(${module('interfaces.js')});
  const said = (action) => { try { return String(action() !== undefined); } catch (error) { return error.code; } };
  const tries = () => [
    said(() => socket(17, 2, 0)), said(() => socket(2, 3, 255)), said(() => socket(2, 1, 0)),
    said(() => spawnSync('true').error && (() => { throw spawnSync('true').error; })()), said(() => listInterfaces()),
  ].join(' ');
  if (isMainThread) {
    const before = tries();
    forbidNewPrivileges();
    refuseCalls();
    console.log([before, tries(), (await readFile('/proc/self/status', 'latin1')).match(/Seccomp:\\t(.)/)[1]].join('; '));
    new Worker(new URL(import.meta.url));
  } else console.log(tries());
`;

test.skipIf(missing !== undefined)('refused calls', () => {
  const script = fileIn(makeDirectory(), 'script.mjs', SCRIPT);
  const { stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toBe('');
  // A packet socket, a raw one, one for TCP, a program, the interfaces by netlink.
  expect(stdout).toBe('true true true false true; EPERM EPERM true EPERM true; 2\nEPERM EPERM true EPERM true\n');
});
