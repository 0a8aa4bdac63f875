import { foreign } from './foreign.ts';
import { socket } from './libc.ts';
import { AF_UNIX, MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_DGRAM } from './socket-abi.ts';

// Messages to the service manager (sd_notify(3)): lines of NAME=value, one datagram each, to the socket that NOTIFY_SOCKET names.

const nativeSendTo = foreign<
  (
    descriptor: number,
    bytes: Uint8Array,
    length: number,
    flags: number,
    address: Uint8Array,
    addressLength: number,
  ) => number
>('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)');

/** sun_path of struct sockaddr_un (linux/un.h). */
const LONGEST_PATH = 108;

/** Bytes of a struct sockaddr_un: a path, or behind `@` a name without a file, which the kernel knows by a 0 in the place of the `@`. */
export function unixAddress(name: string): Uint8Array {
  const isAbstract = name.startsWith('@');
  const path = Buffer.from(isAbstract ? `\0${name.slice(1)}` : name);
  if (!isAbstract && !name.startsWith('/')) throw new Error(`NOTIFY_SOCKET=${name} is no path and no abstract name`);
  if (path.length + (isAbstract ? 0 : 1) > LONGEST_PATH)
    throw new Error('NOTIFY_SOCKET is longer than a socket’s name can be');
  // A path ends with a 0; an abstract name is as long as the address says.
  const address = new Uint8Array(2 + path.length + (isAbstract ? 0 : 1));
  new Uint16Array(address.buffer, 0, 1)[0] = AF_UNIX;
  address.set(path, 2);
  return address;
}

/**
 * Opens a socket for messages to the service manager. What comes back sends one and returns whether it is on its way: it never
 * waits and never throws, as a manager that does not listen is no reason to stop. The name is looked up for each message, for the
 * manager may have been started anew.
 */
export function openNotifier(name: string): (message: string) => boolean {
  const address = unixAddress(name);
  const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return (message) => {
    const bytes = Buffer.from(message);
    return (
      nativeSendTo()(descriptor, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, address, address.length) ===
      bytes.length
    );
  };
}
