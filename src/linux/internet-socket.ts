import { bind, close, setOption, socket } from './libc.ts';
import { networkOrder16, SOCK_CLOEXEC, SOL_SOCKET } from './socket-abi.ts';

// bits/socket.h, bits/socket_type.h, asm-generic/socket.h
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SO_REUSEADDR = 2;

/** An address of IPv4 (32 bits) or IPv6 (128), the first byte the highest. */
export interface InternetAddress {
  readonly family: 4 | 6;
  readonly address: bigint;
}

/** Bytes of a struct sockaddr_in or sockaddr_in6 (netinet/in.h). */
export function internetAddress({ family, address }: InternetAddress, port: number): Uint8Array {
  const bytes = new Uint8Array(family === 4 ? 16 : 28);
  new Uint16Array(bytes.buffer, 0, 1)[0] = family === 4 ? AF_INET : AF_INET6;
  bytes.set(networkOrder16(port), 2);
  const [begin, length] = family === 4 ? [4, 4] : [8, 16];
  for (let i = 0; i < length; i++) bytes[begin + i] = Number((address >> BigInt(8 * (length - 1 - i))) & 0xffn);
  return bytes;
}

/**
 * Throws the LinuxError that who listens for TCP connections there would meet. Nothing listens meanwhile, and with SO_REUSEADDR on
 * both sides nobody who begins to is hindered.
 */
export function proveListening(address: InternetAddress, port: number): void {
  const descriptor = socket(address.family === 4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  try {
    setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, new Uint8Array(Int32Array.of(1).buffer), 'SO_REUSEADDR');
    bind(descriptor, internetAddress(address, port));
  } finally {
    close(descriptor);
  }
}
