// Every target: its corpus again, and ten seconds of inputs that nobody has seen. `npm run fuzz` goes on for longer.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/fuzz/main.js', import.meta.url));
const SECONDS = 90;

test('no target has a finding', { timeout: 600_000 }, async () => {
  const findings = mkdtempSync(join(tmpdir(), 'httplog-findings-'));
  // Other tests look at times.
  const command = [
    '-n',
    '19',
    process.execPath,
    MAIN,
    '-seconds',
    String(SECONDS),
    '-jobs',
    '2',
    '-findings',
    findings,
  ];
  const child = spawn('nice', command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  const status = await new Promise((resolve) => child.once('close', resolve));
  console.log(output);
  expect(status, output).toBe(0);
});
