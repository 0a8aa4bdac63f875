import { onTestFinished } from 'vitest';
import { latin1 } from '../bytes.ts';
import { ethernet, type Packet, vlan } from '../frames.ts';
import { tcpPacket } from '../packets.ts';
import { openFrameSender } from '../raw-packets.ts';
import type { Host } from './network.ts';

// Frames as a test makes them, onto an interface of a host. Nobody answers them.

/** A VLAN tag. */
export interface Tag {
  readonly id: number;
  readonly type?: number;
  readonly priority?: number;
}

/** A TCP packet with this payload, a byte for each character. */
export function frame(
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
  payload: string,
): Packet {
  return tcpPacket({ source, sourcePort, destination, destinationPort }, latin1(payload));
}

/** The packet under these tags, the outermost first. */
export function stacked(tags: readonly Tag[], packet: Packet): Packet {
  return tags.reduceRight((inner, { id, ...fields }) => vlan(id, inner, fields), packet);
}

/** Sends packets as Ethernet frames out of an interface: to the host itself they go out, to the other end of its cable in. */
export interface Sender {
  send(packet: Packet): void;
}

/** Opens a sender, closed when the test ends. */
export function openSender(host: Host, device: string): Sender {
  const index = host.index(device);
  const sender = host.inside(openFrameSender);
  onTestFinished(() => sender.close());
  return { send: (packet) => sender.send(index, ethernet(packet)) };
}
