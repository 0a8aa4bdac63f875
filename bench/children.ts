// Everything that the benchmark starts and makes is undone at its end, however it ends.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

const children = new Set<ChildProcess>();
const undoings = new Set<() => void>();

/** Starts a process, in a group of its own that is killed when the benchmark ends. */
export function start(command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [file = '', ...values] = command;
  const child = spawn(file, values, { ...options, detached: true });
  children.add(child);
  child.on('error', () => children.delete(child));
  child.on('exit', () => children.delete(child));
  return child;
}

/** Sends a signal to all processes of a child's group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Has something undone at the end; the result does it now. */
export function undoAtEnd(undo: () => void): () => void {
  undoings.add(undo);
  return () => {
    if (undoings.delete(undo)) undo();
  };
}

/** Kills what still runs and undoes what is left, the latest first. */
export function undoAll(): void {
  for (const child of children) signalGroup(child, 'SIGKILL');
  for (const undo of [...undoings].reverse()) {
    undoings.delete(undo);
    try {
      undo();
    } catch (error) {
      console.error(`cleaning up: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** From now on a signal ends the benchmark cleanly. */
export function undoOnSignals(): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      undoAll();
      process.exit(128 + number);
    });
  }
  process.on('exit', undoAll);
}

/** Runs a short command to its end. Throws what it said where it failed. */
export function command(file: string, ...values: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, values, { encoding: 'utf8', timeout: 20_000 });
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  if (status !== 0) throw new Error(`${[file, ...values].join(' ')}: ${stderr.trim() || `status ${status}`}`);
  return stdout;
}

/** How a process ended: its status, or that it had to be killed. */
export async function endOf(child: ChildProcess, seconds: number): Promise<number | 'too long'> {
  if (child.exitCode !== null) return child.exitCode;
  return new Promise((resolve, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      signalGroup(child, 'SIGKILL');
    }, seconds * 1000);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('exit', (status, signal) => {
      clearTimeout(timer);
      resolve(late ? 'too long' : (status ?? (signal === null ? -1 : 128)));
    });
  });
}
