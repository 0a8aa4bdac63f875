import { spawnSync } from 'node:child_process';
import type { Host } from './network.ts';

// What httplog serves with -metrics on a host, as curl sees it there.

/** The port that these ask. */
export const METRICS_PORT = 9480;

/** Asks on a host; the body, and the status behind it. */
export function ask(host: Host, url: string): { readonly status: number; readonly body: string } {
  const flags = ['-s', '--max-time', '10', '-w', '\n%{http_code}'];
  const { stdout } = spawnSync('ip', ['netns', 'exec', host.namespace, 'curl', ...flags, url], { encoding: 'utf8' });
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

/** Status and reason of /healthz. */
export function health(host: Host): string {
  const { status, body } = ask(host, `http://127.0.0.1:${METRICS_PORT}/healthz`);
  return `${status} ${body}`;
}

/** The samples of /metrics by name and labels. */
export function samples(host: Host): Map<string, number> {
  const lines = ask(host, `http://127.0.0.1:${METRICS_PORT}/metrics`).body.split('\n');
  return new Map(
    lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The sum of a family's samples with these labels. */
export function sum(found: ReadonlyMap<string, number>, name: string, labels = ''): number {
  const own = [...found].filter(([key]) => key.split('{')[0] === name && key.includes(labels));
  return own.reduce((all, [, value]) => all + value, 0);
}
