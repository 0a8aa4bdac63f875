// asm-generic/socket.h, bits/socket_type.h, bits/socket.h and asm-generic/fcntl.h: the numbers of every machine that Node runs on
// but MIPS and SPARC.

export const AF_UNIX = 1;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;
export const SOL_SOCKET = 1;
export const SO_ERROR = 4;
export const SO_ATTACH_FILTER = 26;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;

/** A 16-bit number in network order, as `sll_protocol` wants it. */
export function networkOrder16(value: number): readonly [number, number] {
  return [value >> 8, value & 0xff];
}
