// Where it is measured, and what the peers are.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import type { Machine } from './results.ts';

/** This machine. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    memory: totalmem(),
    kernel: release(),
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown system',
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** One line about it. */
export function machineLine(machine: Machine): string {
  const gigabytes = Math.round(machine.memory / 2 ** 30);
  const { cpu, cores, kernel, system, node, date } = machine;
  return `${cpu}, ${cores} cores, ${gigabytes} GB; ${system}, Linux ${kernel}; Node.js ${node}; ${date}`;
}

const PEERS = ['tcpdump', 'httpry', 'ngrep', 'tcpflow', 'tshark', 'tcpreplay', 'nginx', 'nginx-light', 'wrk'] as const;

/** Debian's versions of the peers, `NAME VERSION`; none where dpkg does not know. */
export function peerVersions(): string[] {
  return PEERS.flatMap((name) => {
    const { status, stdout } = spawnSync('dpkg-query', ['-W', name], { encoding: 'utf8' });
    const version = stdout.split('\t')[1]?.trim().replace(/^\d+:/, '') ?? '';
    return status === 0 && version !== '' ? [`${name} ${version}`] : [];
  });
}
