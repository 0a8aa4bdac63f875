import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** A function of a C library as TypeScript sees it. */
type ForeignFunction = (...values: never[]) => unknown;

let koffi: typeof Koffi | undefined;
let processLibrary: Koffi.LibraryHandle | undefined;

/**
 * The foreign function interface, loaded when the first function is wanted: who only reads a capture file never needs it.
 * @throws Error of one line when it is not installed for this machine.
 */
export function loadKoffi(): typeof Koffi {
  try {
    koffi ??= createRequire(import.meta.url)('koffi') as typeof Koffi;
    return koffi;
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw new Error(`cannot load koffi, which calls the system (${reason}): run npm ci on this machine`);
  }
}

/** Where it is loaded from; a thread loads it anew. */
export function koffiPath(): string {
  return createRequire(import.meta.url).resolve('koffi');
}

/** All that this process has loaded already, the C library first: whether it is glibc or musl needs no name. */
function ownLibrary(): Koffi.LibraryHandle {
  processLibrary ??= loadKoffi().load(null);
  return processLibrary;
}

/**
 * Declares a C function, `foreign<(descriptor: number) => number>('int close(int)')`. What comes back gives the function, which is
 * looked up at the first call. Arguments that are bytes (`void *`) take a Uint8Array, shared memory as well, without a copy.
 */
export function foreign<F extends ForeignFunction>(
  declaration: string,
  library: () => Koffi.LibraryHandle = ownLibrary,
): () => F {
  let found: F | undefined;
  return () => {
    found ??= library().func(declaration) as unknown as F;
    return found;
  };
}

/** Calls a C function in one of libuv's threads; resolves with its result. The error number it leaves is not this thread's. */
export function calledAside(called: ForeignFunction, ...values: readonly unknown[]): Promise<number> {
  const { async } = called as unknown as { async(...values: unknown[]): void };
  return new Promise((resolve, reject) => {
    async.call(called, ...values, (error: unknown, result: number) =>
      error === null ? resolve(result) : reject(error),
    );
  });
}
