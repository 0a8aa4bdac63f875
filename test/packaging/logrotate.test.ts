// The sample for logrotate, with logrotate itself: no line is lost, doubled or torn.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { capture, HOST, makeNetwork, OUTSIDE, whyNoTool, whyNotLive } from '../support/live/network.ts';
import { stop, totalsOf } from '../support/live/program.ts';
import { frame, openSender } from '../support/live/raw.ts';
import { until } from '../support/live/wait.ts';
import { makeDirectory } from '../support/live/workspace.ts';

const REQUEST = 'GET /t HTTP/1.1\r\nHost: h\r\n\r\n';
const NOBODY = 65534;
const sample = readFileSync(join(import.meta.dirname, '../../packaging/httplog.logrotate'), 'utf8');

/** The sample for another directory, whose owner is nobody, and files that are soon too large. */
function configurationFor(directory: string): string {
  return sample
    .replaceAll('/var/log/httplog', directory)
    .replace('su httplog httplog', 'su nobody nogroup')
    .replace('size 1G', 'size 1k');
}

/** Ports of the lines in all files of a directory, packed ones too, in their order. */
function ports(directory: string): number[] {
  const texts = readdirSync(directory).map((name) => {
    const bytes = readFileSync(join(directory, name));
    return (bytes.length > 0 && name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  });
  return [...texts.join('').matchAll(/^\S+ \S+ \S+#(\d+) \S+ CQ GET \/t HTTP\/1\.1 h $/gm)]
    .map(([, port]) => Number(port))
    .sort((a, b) => a - b);
}

const reason = whyNotLive('logrotate') ?? whyNoTool('logrotate');

describe.skipIf(reason !== undefined)('logrotate', () => {
  test('takes the sample; files are split and packed, every line is there once, and parts of old days go', async () => {
    const { host } = makeNetwork();
    const above = makeDirectory();
    chmodSync(above, 0o755);
    const directory = join(above, 'log');
    mkdirSync(directory, { mode: 0o750 });
    chownSync(directory, NOBODY, NOBODY);
    // Parts of days that are over, of which one is old enough; and a name that is none of a part.
    const old = ['http-20200101.log.2.gz', 'http-20200101.log', 'http-20200102.log.1'].map((name) =>
      join(directory, name),
    );
    for (const path of old) writeFileSync(path, '');
    for (const path of old.slice(0, 2)) utimesSync(path, 0, 0);
    const configuration = join(above, 'logrotate.conf');
    writeFileSync(configuration, configurationFor(directory), { mode: 0o644 });
    const running = await capture(host, ['-user', 'nobody', '-d', directory]);
    const sender = openSender(host, 'eth0');
    let sent = 0;
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 50; i++, sent++) sender.send(frame(OUTSIDE, 40_000 + sent, HOST, 80, REQUEST));
      await until('the lines', () => ports(directory).length === sent);
      const rotated = spawnSync('logrotate', ['-s', join(above, 'state'), configuration], { encoding: 'utf8' });
      expect([rotated.status, rotated.stdout, rotated.stderr]).toEqual([0, '', '']);
      await until('the new file', () => readdirSync(directory).some((name) => /^http-(?!2020)\d+\.log$/.test(name)));
    }
    expect(await stop(running)).toEqual({ status: 0, signal: null });
    expect(old.map((path) => existsSync(path))).toEqual([false, true, true]);
    expect(ports(directory)).toEqual(Array.from({ length: sent }, (_, i) => 40_000 + i));
    expect(totalsOf(running)).toMatchObject({ CQ: sent, 'lines lost': 0 });
    const [name = ''] = readdirSync(directory).filter((file) => /^http-(?!2020)\d+\.log$/.test(file));
    expect([`${name}.1`, `${name}.2.gz`, `${name}.4.gz`].map((file) => existsSync(join(directory, file)))).toEqual([
      true,
      true,
      true,
    ]);
  });
});
