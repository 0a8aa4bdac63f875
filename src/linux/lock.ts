import { foreign } from './foreign.ts';

const nativeLock = foreign<(descriptor: number, operation: number) => number>('int flock(int, int)');

// sys/file.h
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Locks an open file or directory against other processes that lock it (flock(2)), until the descriptor is closed or this process
 * ends. False where another has it, or where there are no locks.
 */
export function tryLock(descriptor: number): boolean {
  return nativeLock()(descriptor, LOCK_EX | LOCK_NB) === 0;
}
