import { bind, close, receive, socket } from './libc.ts';
import { LinuxError } from './linux-error.ts';
import { AF_NETLINK, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW } from './socket-abi.ts';

// Hears that links or addresses changed (rtnetlink(7)). What changed is then asked anew: a message that got lost does no harm.

// linux/netlink.h, linux/rtnetlink.h, errno.h
const NETLINK_ROUTE = 0;
const RTMGRP_LINK = 0x1;
const RTMGRP_IPV4_IFADDR = 0x10;
const RTMGRP_IPV6_IFADDR = 0x100;
const EINTR = 4;
const EAGAIN = 11;
const ENOBUFS = 105;

/** A call takes no more messages than this, so that a storm of them cannot hold it; the rest stays for the next call. */
const MOST_MESSAGES = 256;
const message: Uint8Array = new Uint8Array(8192);

/** struct sockaddr_nl: family, padding, port (0: the kernel chooses), groups. */
function netlinkAddress(groups: number): Uint8Array {
  const bytes = new Uint8Array(12);
  new Uint16Array(bytes.buffer)[0] = AF_NETLINK;
  new Uint32Array(bytes.buffer)[2] = groups;
  return bytes;
}

/** A nonblocking descriptor that becomes readable when a link, or an address of this host, comes, goes or changes. */
export function openLinkMonitor(): number {
  const descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  try {
    bind(descriptor, netlinkAddress(RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR));
    return descriptor;
  } catch (error) {
    close(descriptor);
    throw error;
  }
}

/** Takes what has come: true if anything did, also if it was so much that the kernel dropped some of it (ENOBUFS). */
export function drainLinkMonitor(descriptor: number): boolean {
  let came = false;
  for (let i = 0; i < MOST_MESSAGES; i++) {
    const received = receive(descriptor, message, MSG_DONTWAIT);
    if (received === -EAGAIN) break;
    if (received < 0 && received !== -ENOBUFS && received !== -EINTR) throw new LinuxError('recv', -received);
    came ||= received !== -EINTR;
  }
  return came;
}
