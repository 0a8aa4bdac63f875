// What is in the package for Debian, and that the same sources make the same one.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoTool } from '../support/live/network.ts';
import { whyNoProgram } from '../support/live/program.ts';
import { makeDirectory } from '../support/live/workspace.ts';

const script = join(import.meta.dirname, '../../dist/packaging/deb/main.js');
const MEGABYTE = 1048576;

/** Makes the package; its path. */
function make(umask: string, time = '1800000000'): string {
  const directory = makeDirectory();
  const command = `umask ${umask} && exec "$@"`;
  const made = spawnSync('sh', ['-c', command, 'sh', process.execPath, script, '2.0.0', directory], {
    encoding: 'utf8',
    env: { ...process.env, SOURCE_DATE_EPOCH: time },
  });
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout.replace(/: \d+ KB\n$/, '');
}

function run(command: string, ...values: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, values, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
  return stdout;
}

const reason = whyNoProgram() ?? whyNoTool('dpkg-deb');

describe.skipIf(reason !== undefined)('the package', () => {
  test('is the same from the same sources, whoever makes it', () => {
    const [one, other] = [readFileSync(make('022')), readFileSync(make('077'))];
    expect(one.equals(other)).toBe(true);
    expect(one.length).toBeLessThan(MEGABYTE);
    expect(readFileSync(make('022', '1800000001')).equals(one)).toBe(false);
  });

  test('belongs to root, has the configuration as such, and of koffi what this machine needs', () => {
    const path = make('022');
    const listed = run('dpkg-deb', '-c', path).trimEnd().split('\n');
    for (const line of listed) expect(line).toMatch(/^(-rw-r--r--|-rwxr-xr-x|drwxr-xr-x|lrwxrwxrwx) root\/root /);
    const names = listed.map((line) => line.replace(/^.*?\.\//, '/'));
    expect(names).toEqual(
      expect.arrayContaining([
        '/etc/sysconfig/httplog',
        '/usr/bin/httplog -> ../lib/httplog/bin/httplog.js',
        '/usr/share/man/man8/httplog.8.gz',
        '/usr/share/doc/httplog/changelog.gz',
      ]),
    );
    expect(names.filter((name) => name.endsWith('.node'))).toHaveLength(1);
    expect(names.filter((name) => /musl|\.test\.|\.d\.ts$/.test(name))).toEqual([]);
    expect(run('dpkg-deb', '-I', path, 'conffiles')).toBe('/etc/sysconfig/httplog\n');
    expect(run('dpkg-deb', '-f', path, 'Depends')).toContain('nodejs (>= 20)');
  });

  test.skipIf(whyNoTool('lintian') !== undefined)('lintian has no error and no warning', () => {
    expect(run('lintian', '--fail-on', 'error,warning', make('022'))).toBe('');
  });
});
