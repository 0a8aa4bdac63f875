// The programs that the benchmark runs beside httplog, installed from Debian where they are missing.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { undoAtEnd } from './children.ts';

/** Program, and the Debian package that brings it. */
const PACKAGES: Readonly<Record<string, string>> = {
  '/usr/bin/time': 'time',
  'clickhouse-client': 'clickhouse-client',
  'clickhouse-server': 'clickhouse-server',
  httpry: 'httpry',
  ip: 'iproute2',
  nginx: 'nginx-light',
  ngrep: 'ngrep',
  nsenter: 'util-linux',
  tcpdump: 'tcpdump',
  tcpflow: 'tcpflow',
  tcpreplay: 'tcpreplay',
  tshark: 'tshark',
  wrk: 'wrk',
};
/** Half of them live where only root's PATH looks. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
/** Debian asks it before a package starts its service (invoke-rc.d(8)); 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Whether a program is there. */
export function has(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`], { env: { ...process.env, PATH } }).status === 0;
}

/** Installs what is missing; says so, and what still is. From now on all are found on the PATH. */
export function installTools(say: (line: string) => void): void {
  process.env.PATH = PATH;
  const missing = Object.keys(PACKAGES).filter((tool) => !has(tool));
  if (missing.length === 0) return;
  const packages = missing.map((tool) => PACKAGES[tool] ?? tool);
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    say(`not installed: ${packages.join(', ')}; run as root on Debian, and they are`);
    return;
  }
  say(`installing ${packages.join(', ')}`);
  const allowServices = forbidServices();
  apt('update', '-qq');
  for (const one of packages) apt('install', '-y', '-qq', '--no-install-recommends', one);
  allowServices();
  const still = missing.filter((tool) => !has(tool));
  if (still.length > 0) say(`could not be installed: ${still.join(', ')}`);
}

/** A web server that is installed for its program shall not start serving this machine. */
function forbidServices(): () => void {
  if (existsSync(POLICY)) return () => {};
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return undoAtEnd(() => rmSync(POLICY, { force: true }));
}

function apt(...words: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', words, { stdio: 'ignore', timeout: 300_000, env });
}
