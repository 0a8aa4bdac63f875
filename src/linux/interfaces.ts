import type { TypeObject } from 'koffi';
import { foreign, loadKoffi } from './foreign.ts';
import { checked } from './linux-error.ts';

// The interfaces of this host and their addresses, by getifaddrs(3). Node's own list leaves out links without carrier.

const nativeGetInterfaces = foreign<(list: BigUint64Array) => number>('int getifaddrs(void *)');
const nativeFreeInterfaces = foreign<(list: bigint) => void>('void freeifaddrs(void *)');
const nativeNameToIndex = foreign<(name: string) => number>('unsigned int if_nametoindex(const char *)');

// net/if.h, bits/socket.h
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const IFF_RUNNING = 0x40;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_PACKET = 17;
/** Bytes of struct sockaddr_in and of sockaddr_in6 up to the end of the address, and where it begins. */
const IPV4_END = 8;
const IPV4_BEGIN = 4;
const IPV6_END = 24;
const IPV6_BEGIN = 8;
/** getifaddrs lists one entry for each interface and address: no host has this many, but a list has to end. */
const MOST_ENTRIES = 1_000_000;

/** An interface (device) of this network namespace. */
export interface NetworkInterface {
  readonly name: string;
  readonly index: number;
  /** Set up by the administrator (IFF_UP). */
  readonly up: boolean;
  /** Up and with carrier (IFF_RUNNING). */
  readonly running: boolean;
  readonly loopback: boolean;
}

/** An address of this host: 32 bits for family 4, 128 for family 6, the first byte of the address the highest. */
export interface HostAddress {
  readonly family: 4 | 6;
  readonly address: bigint;
}

/** struct ifaddrs, of which these four are read; the others are declared for the layout. */
interface Entry {
  readonly next: bigint | null;
  readonly name: string;
  readonly flags: number;
  readonly address: bigint | null;
}

let entryType: TypeObject | undefined;

/** Calls `visit` with each entry of getifaddrs(3) and the family of its address (0 without one). */
function eachEntry(visit: (entry: Entry, family: number) => void): void {
  const koffi = loadKoffi();
  entryType ??= koffi.struct({ next: 'void *', name: 'const char *', flags: 'unsigned int', address: 'void *' });
  const list = new BigUint64Array(1);
  checked('getifaddrs', nativeGetInterfaces()(list));
  const first = list[0] ?? 0n;
  if (first === 0n) return;
  try {
    let at: bigint | null = first;
    for (let i = 0; at !== null && i < MOST_ENTRIES; i++) {
      const entry: Entry = koffi.decode(at, entryType);
      visit(entry, entry.address === null ? 0 : koffi.decode.uint16(entry.address));
      at = entry.next;
    }
  } finally {
    nativeFreeInterfaces()(first);
  }
}

/** The index of an interface, also by an alternative name; undefined when there is none of that name. */
export function interfaceIndex(name: string): number | undefined {
  return nativeNameToIndex()(name) || undefined;
}

/** All interfaces, also those that are down or have no address, in the order of their indices. */
export function listInterfaces(): NetworkInterface[] {
  const flagsOf = new Map<string, number>();
  eachEntry((entry, family) => {
    // Devices without a hardware address (tun, wireguard) have an entry without any; entries of IPv4 may bear labels (eth0:1).
    if (family === AF_PACKET || family === 0) flagsOf.set(entry.name, entry.flags);
  });
  const interfaces: NetworkInterface[] = [];
  for (const [name, flags] of flagsOf) {
    const index = interfaceIndex(name);
    if (index === undefined) continue; // gone since
    const running = (flags & IFF_RUNNING) !== 0;
    interfaces.push({ name, index, up: (flags & IFF_UP) !== 0, running, loopback: (flags & IFF_LOOPBACK) !== 0 });
  }
  return interfaces.sort((a, b) => a.index - b.index);
}

/** The addresses of all interfaces, also of links that are down or have no carrier. */
export function localAddresses(): HostAddress[] {
  const addresses: HostAddress[] = [];
  eachEntry((entry, family) => {
    if (entry.address === null) return;
    if (family === AF_INET) addresses.push({ family: 4, address: bigEndian(entry.address, IPV4_BEGIN, IPV4_END) });
    if (family === AF_INET6) addresses.push({ family: 6, address: bigEndian(entry.address, IPV6_BEGIN, IPV6_END) });
  });
  return addresses;
}

/** The bytes from `begin` to `end` behind a C pointer as one number, the first byte the highest. */
function bigEndian(pointer: bigint, begin: number, end: number): bigint {
  const bytes: ArrayLike<number> = loadKoffi().decode(pointer, 'uint8_t', end);
  let value = 0n;
  for (let i = begin; i < end; i++) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
