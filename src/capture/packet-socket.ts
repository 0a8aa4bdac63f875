import { attachSocketFilter, bind, close, getOption, mapOver, setOption, socket, unmapOver } from '../linux/libc.ts';
import { LinuxError } from '../linux/linux-error.ts';
import {
  ETH_P_ALL,
  fanoutGroup,
  fanoutRequest,
  PACKET_ADD_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_FLAG_UNIQUEID,
  PACKET_FANOUT_HASH,
  PACKET_RX_RING,
  PACKET_STATISTICS,
  PACKET_VERSION,
  promiscuousRequest,
  readStatisticsBytes,
  ringRequest,
  ringVersion,
  SOL_PACKET,
  type SocketStatistics,
  STATISTICS_BYTES,
  socketAddress,
} from '../linux/packet-socket-abi.ts';
import { AF_PACKET, SOCK_CLOEXEC, SOCK_DGRAM } from '../linux/socket-abi.ts';
import { refuseAll } from './filter-program.ts';

// Packet sockets as the main thread makes and keeps them (packet(7), Documentation/networking/packet_mmap.rst). The order is
// openPacketSocket, mapRing, startCapture for all of them together, attachFilter.

/** A packet socket. It hands over packets from their network header on. */
export interface PacketSocket {
  readonly descriptor: number;
  /** Where its ring is mapped, once it is. */
  ring: Uint8Array | undefined;
}

/** A ring of blocks, and where it is to appear. */
export interface RingPlace {
  /** Page-aligned, `blockSize` times `blockCount` bytes: what stands there is lost. It may be shared memory. */
  readonly memory: Uint8Array;
  /** A multiple of the page size. */
  readonly blockSize: number;
  readonly blockCount: number;
  /** A block that is not full is handed over after this time. */
  readonly retireMilliseconds: number;
}

/**
 * Opens a socket that hears nothing yet: its protocol is 0 and its filter refuses everything.
 * @throws LinuxError EPERM without CAP_NET_RAW.
 */
export function openPacketSocket(): PacketSocket {
  const descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const opened: PacketSocket = { descriptor, ring: undefined };
  try {
    attachFilter(opened, refuseAll());
    return opened;
  } catch (error) {
    close(descriptor);
    throw error;
  }
}

/**
 * Sets the filter, or puts another in its place while running: each packet meets the one or the other. It needs no privilege.
 * @throws LinuxError ENOMEM for a program beyond net.core.optmem_max.
 */
export function attachFilter(socket: PacketSocket, program: Uint8Array): void {
  attachSocketFilter(socket.descriptor, program);
}

/**
 * Makes the socket's ring (TPACKET_V3) and maps it over `ring.memory`.
 * @throws LinuxError ENOMEM when the kernel has no such room, EINVAL for a place or a size off the page.
 */
export function mapRing(socket: PacketSocket, ring: RingPlace): void {
  const { memory, blockSize, blockCount } = ring;
  if (memory.length !== blockSize * blockCount) throw new RangeError('a ring fills its place exactly');
  makeRing(socket, ring);
  mapOver(memory, socket.descriptor);
  socket.ring = memory;
}

/** Makes the socket's ring, mapped nowhere. Throws as `mapRing` does. */
export function makeRing(socket: PacketSocket, shape: Omit<RingPlace, 'memory'>): void {
  const { blockSize, blockCount, retireMilliseconds } = shape;
  setOption(socket.descriptor, SOL_PACKET, PACKET_VERSION, ringVersion(), 'PACKET_VERSION');
  const request = ringRequest(blockSize, blockCount, retireMilliseconds);
  setOption(socket.descriptor, SOL_PACKET, PACKET_RX_RING, request, 'PACKET_RX_RING');
}

/**
 * Lets the sockets hear all devices, and share the packets among them by flow if there are several. The kernel wants a socket bound
 * before it joins a group, and one that is bound alone would see what others see too: so until now the filter refuses everything,
 * and each packet that a later `attachFilter` lets through comes once, to one socket.
 */
export function startCapture(sockets: readonly PacketSocket[]): void {
  for (const { descriptor } of sockets) bind(descriptor, socketAddress(ETH_P_ALL, 0));
  if (sockets.length > 1) joinFanout(sockets);
}

function joinFanout(sockets: readonly PacketSocket[]): void {
  const [first, ...others] = sockets;
  if (first === undefined) return;
  const group = openGroup(first);
  for (const other of others) setFanout(other, group, PACKET_FANOUT_HASH);
}

/** Begins a group that nobody else on this host uses, and gives its number. */
function openGroup(socket: PacketSocket): number {
  try {
    setFanout(socket, 0, PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_UNIQUEID);
  } catch (error) {
    // Kernels before 4.12 do not know the flag. A process id is not two processes' at once, in one namespace of processes at least.
    if (!(error instanceof LinuxError) || error.code !== 'EINVAL') throw error;
    setFanout(socket, process.pid & 0xffff, PACKET_FANOUT_HASH);
  }
  return fanoutGroup(getOption(socket.descriptor, SOL_PACKET, PACKET_FANOUT, 4, 'PACKET_FANOUT'));
}

function setFanout(socket: PacketSocket, group: number, typeAndFlags: number): void {
  setOption(socket.descriptor, SOL_PACKET, PACKET_FANOUT, fanoutRequest(group, typeAndFlags), 'PACKET_FANOUT');
}

/**
 * Lets an interface hear what is addressed to others, as on a mirror port, until the socket is closed or the interface removed.
 * @throws LinuxError ENODEV when there is no such interface.
 */
export function setPromiscuous(socket: PacketSocket, interfaceIndex: number): void {
  const request = promiscuousRequest(interfaceIndex);
  setOption(socket.descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request, 'PACKET_ADD_MEMBERSHIP');
}

/** What came since the last call, which is the only one to see it: the kernel clears its counts. Needs a ring. */
export function readStatistics(socket: PacketSocket): SocketStatistics {
  const { descriptor } = socket;
  return readStatisticsBytes(
    getOption(descriptor, SOL_PACKET, PACKET_STATISTICS, STATISTICS_BYTES, 'PACKET_STATISTICS'),
  );
}

/**
 * Ends a socket. Its ring's place holds zeros afterwards: as long as it were mapped, the socket would live on in its group and
 * swallow its share of the packets. Nobody may be reading the ring.
 */
export function closeSocket(socket: PacketSocket): void {
  if (socket.ring !== undefined) unmapOver(socket.ring);
  socket.ring = undefined;
  close(socket.descriptor);
}
