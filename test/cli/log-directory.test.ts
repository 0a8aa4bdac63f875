import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { endOf, httplog, startProcess, whyNoProgram } from '../support/live/program.ts';
import { linesOf, makeDirectory } from '../support/live/workspace.ts';

// The log directory, and the way there: what is refused at the start and under -check, with one line, and nothing stays behind.

const AT = '2026-03-04T05:06:07.089Z';
const OTHER = 12345;
const NOBODY = 65534;

const missing = whyNoProgram();
const noRoot = missing ?? (process.geteuid?.() === 0 ? undefined : 'needs root');
if (noRoot !== undefined) console.warn(`skipped: the log directory: ${noRoot}`);

/** What a run and -check say, each with its exit status. */
async function tryBoth(directory: string, flags: readonly string[] = []) {
  const file = fileIn(makeDirectory(), 'capture', captureOf([{ at: AT }]));
  const outcomes = [];
  for (const more of [['-check'], []]) {
    const running = startProcess(httplog(['-r', file, '-d', directory, ...more, ...flags]));
    running.child.stdin.end();
    const { status } = await endOf(running);
    outcomes.push({ status, said: linesOf(running.stderr()) });
  }
  return outcomes;
}

/** Both refuse it with this line. */
async function expectRefused(directory: string, line: string, flags: readonly string[] = []): Promise<void> {
  const outcome = { status: 1, said: [`httplog: ${line}`] };
  expect(await tryBoth(directory, flags)).toEqual([outcome, outcome]);
}

/** A directory that every user may pass, with this mode. */
function makePlace(mode = 0o755): string {
  const place = makeDirectory();
  chmodSync(place, mode);
  return place;
}

describe.skipIf(noRoot !== undefined)('somebody else', () => {
  test('owns a directory that others may write, with his own file of that day: it stays as it is', async () => {
    const directory = makePlace(0o1777);
    chownSync(directory, OTHER, OTHER);
    writeFileSync(join(directory, 'http-20260304.log'), '');
    chownSync(join(directory, 'http-20260304.log'), OTHER, OTHER);
    await expectRefused(
      directory,
      `log directory ${directory}: it belongs to another user (EOWNER): chown root: ${directory}, or name another with -d`,
    );
    expect(readFileSync(join(directory, 'http-20260304.log'), 'utf8')).toBe('');
  });

  test('made it first, where others may write', async () => {
    const directory = join(makePlace(0o1777), 'httplog');
    mkdirSync(directory);
    chownSync(directory, OTHER, OTHER);
    const help = `it belongs to another user (EOWNER): chown nobody: ${directory}, or name another with -d`;
    await expectRefused(directory, `log directory ${directory}: ${help}`, ['-user', 'nobody']);
    const below = join(directory, 'a/b');
    await expectRefused(below, `log directory ${below}: ${directory} on the way there: ${help}`, ['-user', 'nobody']);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('put a link there', async () => {
    const place = makePlace(0o1777);
    const link = join(place, 'link');
    mkdirSync(join(place, 'log'));
    symlinkSync('log', link);
    lchownSync(link, OTHER, OTHER);
    const help = 'it is a symbolic link that belongs to another user (EFOREIGN): move it away, or name another with -d';
    await expectRefused(link, `log directory ${link}: ${help}`);
  });

  test('could put another in its place: a directory above is everybody’s', async () => {
    const place = makePlace(0o777);
    const directory = join(place, 'log');
    const help =
      'others can write there, and could put a directory of theirs in the place of the log’s (EWAY): chmod o-w it, or set its sticky bit, or name another with -d';
    await expectRefused(directory, `log directory ${directory}: ${place} on the way there: ${help}`);
    expect(existsSync(directory)).toBe(false);
  });

  test('owns the directory that was named, and those above: it is his, and written', async () => {
    const home = join(makePlace(), 'home');
    for (const path of [home, join(home, 'logs')]) {
      mkdirSync(path);
      chownSync(path, OTHER, OTHER);
    }
    for (const { status } of await tryBoth(join(home, 'logs'))) expect(status).toBe(0);
    expect(readdirSync(join(home, 'logs'))).toEqual(['http-20260304.log']);
  });
});

describe.skipIf(missing !== undefined)('a link', () => {
  test.each(['', '/log'])('to what is not there, as directory LINK%s', async (behind) => {
    const link = join(makePlace(), 'link');
    symlinkSync('none/where', link);
    const at = behind === '' ? link : `${link + behind}: ${link} on the way there`;
    const help =
      'it is a symbolic link to what is not there (EDANGLING): make that, or move the link away, or name another with -d';
    await expectRefused(link + behind, `log directory ${at}: ${help}`);
  });

  test.skipIf(noRoot !== undefined)('to where the user may not go', async () => {
    const place = makePlace();
    mkdirSync(join(place, 'closed/log'), { recursive: true });
    chmodSync(join(place, 'closed'), 0o700);
    chownSync(join(place, 'closed/log'), NOBODY, NOBODY);
    const link = join(place, 'link');
    symlinkSync('closed/log', link);
    const help = 'a directory above it may not be passed (EABOVE): chmod +x that, or name another with -d';
    await expectRefused(link, `log directory ${link}: ${help}`, ['-user', 'nobody']);
  });

  test('to a directory: its files are there', async () => {
    const place = makePlace();
    mkdirSync(join(place, 'log'));
    symlinkSync('log', join(place, 'link'));
    for (const { status } of await tryBoth(join(place, 'link'))) expect(status).toBe(0);
    expect(readdirSync(join(place, 'log'))).toEqual(['http-20260304.log']);
  });
});

test.skipIf(noRoot !== undefined)('a start that fails leaves no directory behind', async () => {
  const place = makeDirectory();
  const directory = join(place, 'a/b');
  const help = 'a directory above it may not be passed (EABOVE): chmod +x that, or name another with -d';
  await expectRefused(directory, `log directory ${directory}: ${help}`, ['-user', 'nobody']);
  expect(readdirSync(place)).toEqual([]);
});
