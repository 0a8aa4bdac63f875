import { readdirSync, readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { foreign } from '../../../src/linux/foreign.ts';
import { checked } from '../../../src/linux/linux-error.ts';

// A thread of another process that stands still, as a debugger holds it (ptrace(2)). The others go on.

const ptrace = foreign<(request: number, thread: number, address: number, data: number) => number>(
  'long ptrace(long, int, unsigned long, unsigned long)',
);
// linux/ptrace.h
const PTRACE_DETACH = 17;
const PTRACE_SEIZE = 0x4206;
const PTRACE_INTERRUPT = 0x4207;
/** poll(2) in asm/unistd_64.h, ppoll(2) in asm-generic/unistd.h: what a capture thread waits in, and no other thread. */
const POLLS: readonly string[] = process.arch === 'x64' ? ['7', '271'] : ['73'];

/** The threads of a process that wait for packets just now. */
export function captureThreads(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .filter((thread) =>
      POLLS.includes(readFileSync(`/proc/${pid}/task/${thread}/syscall`, 'latin1').split(' ')[0] ?? ''),
    );
}

/** Holds a thread until the function that comes back is called, or the test ends. */
export function holdThread(thread: number): () => void {
  checked('PTRACE_SEIZE', ptrace()(PTRACE_SEIZE, thread, 0, 0));
  checked('PTRACE_INTERRUPT', ptrace()(PTRACE_INTERRUPT, thread, 0, 0));
  let isHeld = true;
  const release = (): void => {
    // It fails where the thread has ended, and then there is nothing to hold.
    if (isHeld) ptrace()(PTRACE_DETACH, thread, 0, 0);
    isHeld = false;
  };
  onTestFinished(release);
  return release;
}
