import { foreign } from '../../src/linux/foreign.ts';
import { close, setOption, socket } from '../../src/linux/libc.ts';
import { checked, lastErrno } from '../../src/linux/linux-error.ts';
import { socketAddress } from '../../src/linux/packet-socket-abi.ts';
import { AF_PACKET, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_RAW } from '../../src/linux/socket-abi.ts';
import { waitReadable } from '../../src/linux/wait.ts';

// Whole frames sent, and packets received with what the kernel says of them.

const sendto = foreign<
  (descriptor: number, bytes: Uint8Array, length: number, flags: number, to: Uint8Array, toLength: number) => number
>('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)');
const recvfrom = foreign<
  (descriptor: number, into: Uint8Array, length: number, flags: number, from: Uint8Array, room: Uint32Array) => number
>('intptr_t recvfrom(int, void *, size_t, int, void *, void *)');

/** Sends frames as they are, link header included. */
export interface FrameSender {
  send(interfaceIndex: number, frame: Uint8Array): void;
  close(): void;
}

export function openFrameSender(): FrameSender {
  const descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  return {
    send(interfaceIndex, frame) {
      const to = socketAddress(0, interfaceIndex);
      checked('sendto', sendto()(descriptor, frame, frame.length, 0, to, to.length));
    },
    close: () => close(descriptor),
  };
}

/** A packet as a SOCK_DGRAM packet socket hands it over, with the fields of its struct sockaddr_ll. */
export interface ReceivedPacket {
  bytes: Uint8Array;
  protocol: number;
  interfaceIndex: number;
  hardwareType: number;
  packetType: number;
  /** Source address of the link header. */
  linkAddress: Uint8Array;
}

const room: Uint8Array = new Uint8Array(65536);

function receiveOne(descriptor: number): ReceivedPacket | undefined {
  const from = new Uint8Array(20);
  const received = recvfrom()(descriptor, room, room.length, MSG_DONTWAIT, from, Uint32Array.of(20));
  if (received < 0) {
    if (lastErrno() === 11) return undefined;
    checked('recvfrom', received);
  }
  return {
    bytes: room.slice(0, received),
    protocol: ((from[2] ?? 0) << 8) | (from[3] ?? 0),
    interfaceIndex: new Int32Array(from.buffer)[1] ?? 0,
    hardwareType: new Uint16Array(from.buffer)[4] ?? 0,
    packetType: from[10] ?? 0,
    linkAddress: from.slice(12, 12 + (from[11] ?? 0)),
  };
}

/** What has come to a packet socket, until nothing more comes for `quiet` milliseconds. */
export function receiveAll(descriptor: number, quiet = 20): ReceivedPacket[] {
  const packets: ReceivedPacket[] = [];
  while (packets.length < 100_000) {
    const packet = receiveOne(descriptor);
    if (packet !== undefined) packets.push(packet);
    else if (waitReadable([descriptor], quiet) === 0) break;
  }
  return packets;
}

/** Sets SO_RCVBUFFORCE, so that a burst of packets does not overflow the socket. */
export function enlargeBuffer(descriptor: number, bytes: number): void {
  const SOL_SOCKET = 1;
  const SO_RCVBUFFORCE = 33;
  setOption(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, new Uint8Array(Int32Array.of(bytes).buffer), 'SO_RCVBUFFORCE');
}
