import { calledAside, foreign } from './foreign.ts';
import { takeSocketError } from './libc.ts';
import { checked, LinuxError, lastErrno } from './linux-error.ts';

// Waiting for packets, and for a word from another thread. A wait allocates nothing: a capture thread calls it all day.

const nativePoll = foreign<(descriptors: Uint8Array, count: number, milliseconds: number) => number>(
  'int poll(void *, unsigned long, int)',
);
const nativeEventfd = foreign<(value: number, flags: number) => number>('int eventfd(unsigned int, int)');
const nativeRead = foreign<(descriptor: number, into: Uint8Array, length: number) => number>(
  'intptr_t read(int, void *, size_t)',
);
const nativeWrite = foreign<(descriptor: number, bytes: Uint8Array, length: number) => number>(
  'intptr_t write(int, const void *, size_t)',
);

// poll.h, sys/eventfd.h, errno.h
const POLLIN = 0x01;
const POLLERR = 0x08;
const POLLNVAL = 0x20;
const EFD_NONBLOCK = 0x800;
const EFD_CLOEXEC = 0x80000;
const EINTR = 4;
const EAGAIN = 11;
const EBADF = 9;

/** As many descriptors as one wait can take. */
const MOST = 8;
/** `process.exit()` waits for a thread that sits in a foreign call, so none may sit there for longer. */
const LONGEST_MILLISECONDS = 1000;

// struct pollfd: int fd; short events; short revents.
const pollBytes: Uint8Array = new Uint8Array(MOST * 8);
const pollWords: Int32Array = new Int32Array(pollBytes.buffer);
const pollHalves: Int16Array = new Int16Array(pollBytes.buffer);

const eventValue: BigUint64Array = BigUint64Array.of(1n);
const eventBytes: Uint8Array = new Uint8Array(eventValue.buffer);
const drained: Uint8Array = new Uint8Array(8);

/** What a descriptor's `revents` says of it: whether there is something to read. */
function isReady(descriptor: number, events: number): boolean {
  if ((events & POLLNVAL) !== 0) throw new LinuxError('poll', EBADF);
  // An error that stays on a socket would make every later wait return at once.
  if ((events & POLLERR) !== 0) takeSocketError(descriptor);
  return events !== 0;
}

/**
 * Waits until one of the descriptors (at most 8) can be read, or `milliseconds` have passed (0 to 1000, more is cut to that).
 * Returns a bit for each that is ready, the first lowest; 0 when the time is over or a signal came.
 * @throws LinuxError EBADF when a descriptor is not open.
 */
export function waitReadable(descriptors: Int32Array | readonly number[], milliseconds: number): number {
  const count = descriptors.length;
  if (count > MOST) throw new RangeError(`a wait takes at most ${MOST} descriptors`);
  for (let i = 0; i < count; i++) {
    pollWords[2 * i] = descriptors[i] ?? -1;
    pollHalves[4 * i + 2] = POLLIN;
    pollHalves[4 * i + 3] = 0;
  }
  const found = nativePoll()(pollBytes, count, Math.max(0, Math.min(milliseconds, LONGEST_MILLISECONDS)));
  if (found < 0) {
    const errno = lastErrno();
    if (errno === EINTR) return 0;
    throw new LinuxError('poll', errno);
  }
  let ready = 0;
  for (let i = 0; found > 0 && i < count; i++) {
    if (isReady(pollWords[2 * i] ?? -1, pollHalves[4 * i + 3] ?? 0)) ready |= 1 << i;
  }
  return ready;
}

/**
 * Waits as `waitReadable` does for one descriptor, in one of libuv's threads: this one goes on. An error of the descriptor is
 * something to read too, as reading tells it.
 */
export async function isReadable(descriptor: number, milliseconds: number): Promise<boolean> {
  const pollfd = Int32Array.of(descriptor, POLLIN);
  const bytes = new Uint8Array(pollfd.buffer);
  const bound = Math.max(0, Math.min(milliseconds, LONGEST_MILLISECONDS));
  const found = await calledAside(nativePoll(), bytes, 1, bound);
  return found > 0;
}

/** A descriptor (eventfd(2), nonblocking) that `wake` makes readable, from any thread, until `drainWakeup`. */
export function makeWakeup(): number {
  return checked('eventfd', nativeEventfd()(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

/** Makes a wake-up descriptor readable. Calls add up to one. */
export function wake(descriptor: number): void {
  if (nativeWrite()(descriptor, eventBytes, 8) >= 0) return;
  const errno = lastErrno();
  // A counter that is full is readable already.
  if (errno !== EAGAIN && errno !== EINTR) throw new LinuxError('write', errno);
}

/** Makes a wake-up descriptor wait again: true if it had been woken. */
export function drainWakeup(descriptor: number): boolean {
  if (nativeRead()(descriptor, drained, 8) === 8) return true;
  const errno = lastErrno();
  if (errno !== EAGAIN && errno !== EINTR) throw new LinuxError('read', errno);
  return false;
}
