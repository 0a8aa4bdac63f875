// The unit as systemd reads it: no mistake, and how much it leaves open.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoTool } from '../support/live/network.ts';
import { makeDirectory } from '../support/live/workspace.ts';

const unit = readFileSync(join(import.meta.dirname, '../../packaging/httplog.service'), 'utf8');
/** What docs/operations.md says of it, by systemd 252; others count a little differently. */
const EXPOSURE = 1.6;

/** systemd-analyze on the unit with a program that is there, as httplog itself need not be installed. */
function analyze(...values: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const path = join(makeDirectory(), 'httplog.service');
  writeFileSync(path, unit.replaceAll('=/usr/bin/httplog', '=/bin/sh'));
  return spawnSync('systemd-analyze', [...values, path], { encoding: 'utf8', timeout: 30_000 });
}

describe.skipIf(whyNoTool('systemd-analyze') !== undefined)('systemd-analyze', () => {
  test('verify finds nothing', () => {
    const { status, stdout, stderr } = analyze('verify', '--man=no');
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  test(`security: a low exposure, as the documentation says`, () => {
    const { status, stdout } = analyze('security', '--offline=true', '--no-pager', `--threshold=20`);
    const exposure = Number(/Overall exposure level for httplog\.service: ([0-9.]+) OK/.exec(stdout)?.[1]);
    expect(exposure).toBeLessThanOrEqual(2);
    expect(status).toBe(0);
    expect(readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')).toContain(
      `Overall exposure level for httplog.service: ${EXPOSURE} OK`,
    );
  });
});
