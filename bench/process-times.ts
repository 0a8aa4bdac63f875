// What a running process has used so far, read from /proc (proc(5), and Documentation/scheduler/sched-stats.rst).
import { readdirSync, readFileSync } from 'node:fs';

/** CPU time of a process and all its descendants so far, in seconds. */
export function cpuSeconds(pid: number): number {
  return withDescendants(pid)
    .flatMap(threadsOf)
    .reduce((sum, path) => sum + onCpu(path), 0);
}

/** How often each thread of a process went to sleep and was woken so far, by thread. */
export function wakeups(pid: number): Map<string, number> {
  return new Map(
    threadsOf(pid).map((path) => {
      const found = /^voluntary_ctxt_switches:\s*(\d+)/m.exec(read(`${path}/status`));
      return [path, Number(found?.[1] ?? 0)];
    }),
  );
}

/** Bytes of memory that are resident now. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Packet sockets in the network namespace of a process. */
export function packetSockets(pid: number): number {
  return Math.max(0, read(`/proc/${pid}/net/packet`).trim().split('\n').length - 1);
}

/** Paths of a process's threads. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return [];
  }
}

/** Nanoseconds on the CPU stand first; without scheduler statistics, user and system time in hundredths of a second. */
function onCpu(path: string): number {
  const precise = read(`${path}/schedstat`).split(' ')[0];
  if (precise !== undefined && precise !== '') return Number(precise) / 1e9;
  const fields = read(`${path}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

function withDescendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name): [number, number] => [Number(name), Number(/\) . (\d+)/.exec(read(`/proc/${name}/stat`))?.[1] ?? 0)]);
  const all = [pid];
  for (const parent of all) all.push(...parents.filter(([, of]) => of === parent).map(([child]) => child));
  return all;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
