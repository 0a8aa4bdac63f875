import { foreign, loadKoffi } from './foreign.ts';
import { checked, LinuxError, lastErrno } from './linux-error.ts';
import { SO_ATTACH_FILTER, SO_ERROR, SOL_SOCKET } from './socket-abi.ts';
import { INSTRUCTION_BYTES } from './socket-filter-abi.ts';

// The calls of the C library that several files need. Each throws LinuxError, but for those whose comment says otherwise.

const nativeSocket = foreign<(domain: number, type: number, protocol: number) => number>('int socket(int, int, int)');
const nativeBind = foreign<(descriptor: number, address: Uint8Array, length: number) => number>(
  'int bind(int, const void *, uint32_t)',
);
const nativeSetOption = foreign<
  (descriptor: number, level: number, name: number, value: Uint8Array, length: number) => number
>('int setsockopt(int, int, int, const void *, uint32_t)');
const nativeGetOption = foreign<
  (descriptor: number, level: number, name: number, value: Uint8Array, length: Uint32Array) => number
>('int getsockopt(int, int, int, void *, void *)');
const nativeReceive = foreign<(descriptor: number, into: Uint8Array, length: number, flags: number) => number>(
  'intptr_t recv(int, void *, size_t, int)',
);
const nativeClose = foreign<(descriptor: number) => number>('int close(int)');
const nativeMap = foreign<
  (at: Uint8Array, length: number, protection: number, flags: number, descriptor: number, offset: number) => number
>('intptr_t mmap(void *, size_t, int, int, int, int64_t)');
const nativeExit = foreign<(status: number) => void>('void _exit(int)');

// asm-generic/mman-common.h, asm-generic/mman.h
const PROT_READ_WRITE = 0x3;
const MAP_SHARED = 0x01;
const MAP_FIXED = 0x10;
const MAP_ANONYMOUS = 0x20;

/** socket(2): a new descriptor. */
export function socket(domain: number, type: number, protocol: number): number {
  return checked('socket', nativeSocket()(domain, type, protocol));
}

/** bind(2) to the bytes of a struct sockaddr. */
export function bind(descriptor: number, address: Uint8Array): void {
  checked('bind', nativeBind()(descriptor, address, address.length));
}

/** setsockopt(2); `call` names it in the error, for "setsockopt" alone tells nobody what was refused. */
export function setOption(descriptor: number, level: number, name: number, value: Uint8Array, call: string): void {
  checked(call, nativeSetOption()(descriptor, level, name, value, value.length));
}

/** getsockopt(2) of up to `length` bytes: those that the kernel gave. */
export function getOption(descriptor: number, level: number, name: number, length: number, call: string): Uint8Array {
  const value = new Uint8Array(length);
  const given = Uint32Array.of(length);
  checked(call, nativeGetOption()(descriptor, level, name, value, given));
  return value.subarray(0, given[0]);
}

/**
 * Sets the socket's classic BPF program (SO_ATTACH_FILTER, linux/filter.h), or puts another in its place, for which the kernel asks
 * no privilege. `program` is an array of struct sock_filter; the kernel copies it.
 */
export function attachSocketFilter(descriptor: number, program: Uint8Array): void {
  setOption(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, programPointer(program), 'SO_ATTACH_FILTER');
}

/** struct sock_fprog of linux/filter.h, which points to a program: the caller keeps that alive over the call. */
export function programPointer(program: Uint8Array): Uint8Array {
  const koffi = loadKoffi();
  // A plain view cannot express a pointer.
  const fprog = new Uint8Array(2 * koffi.sizeof('void *'));
  const view = new DataView(fprog.buffer);
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  view.setUint16(0, program.length / INSTRUCTION_BYTES, littleEndian);
  if (fprog.length === 16) view.setBigUint64(8, koffi.address(program), littleEndian);
  else view.setUint32(4, Number(koffi.address(program)), littleEndian);
  return fprog;
}

/** The error that waits on a socket (0: none), which asking takes away. */
export function takeSocketError(descriptor: number): number {
  return new Int32Array(getOption(descriptor, SOL_SOCKET, SO_ERROR, 4, 'SO_ERROR').buffer)[0] ?? 0;
}

/** recv(2): the bytes received, or the negative error number. Throws nothing: its callers expect EAGAIN and ENOBUFS. */
export function receive(descriptor: number, into: Uint8Array, flags: number): number {
  const received = nativeReceive()(descriptor, into, into.length, flags);
  return received < 0 ? -lastErrno() : received;
}

/** Maps a descriptor's memory over existing memory, whose place (page-aligned) and length it takes. What stood there is gone. */
export function mapOver(memory: Uint8Array, descriptor: number): void {
  mapAt(memory, MAP_SHARED | MAP_FIXED, descriptor);
}

/** Puts fresh zeroed memory where `mapOver` had put a descriptor's: the kernel lets go of what was mapped. */
export function unmapOver(memory: Uint8Array): void {
  mapAt(memory, MAP_SHARED | MAP_FIXED | MAP_ANONYMOUS, -1);
}

function mapAt(memory: Uint8Array, flags: number, descriptor: number): void {
  const result = nativeMap()(memory, memory.length, PROT_READ_WRITE, flags, descriptor, 0);
  if (result === -1) throw new LinuxError('mmap', lastErrno());
}

/** close(2). An error leaves the descriptor closed all the same, so there is none to hear of. */
export function close(descriptor: number): void {
  nativeClose()(descriptor);
}

/** _exit(2): ends the process now, without waiting for threads that sit in a foreign call. */
export function exitNow(status: number): never {
  nativeExit()(status);
  throw new Error('_exit returned');
}
