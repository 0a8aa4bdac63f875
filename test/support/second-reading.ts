import type { Network } from './addresses.ts';
import { type End, readCapture } from './second-reading/capture.ts';
import { readFrame, type TaggedSegment } from './second-reading/frame.ts';
import { type Line, typeOf, writeLine } from './second-reading/line.ts';
import { readMessages } from './second-reading/messages.ts';

/**
 * A second reading of the text format, to compare the packet code with: slow, clear, written from the contract and not from the packet code.
 * The comments quote the rules. Times are local by `TZ`.
 */
export interface ReadingSettings {
  ports: readonly { first: number; last: number }[] | 'any';
  /** From files only these are local; the host's own addresses are not. */
  local: readonly Network[];
  addVlan: boolean;
  /** Bytes kept of each frame; whole frames without it. */
  snaplen?: number | undefined;
  /** Stop after so many packets. */
  limit?: number | undefined;
}

export interface Reading {
  lines: Line[];
  /** All packets of the file, those without HTTP too. */
  packets: number;
  /** "A head that is cut [...] gives a line with what is there, and is counted." */
  cutHeads: number;
  end: End;
}

/** Every line that a capture file gives, in its order. */
export function readFile(file: Uint8Array, settings: ReadingSettings): Reading {
  const { frames, end } = readCapture(file);
  const read = frames.slice(0, settings.limit);
  const reading: Reading = { lines: [], packets: read.length, cutHeads: 0, end };
  for (const { linkType, time, bytes } of read) {
    const segment = readFrame(linkType, bytes.subarray(0, settings.snaplen));
    if (!segment || !isWanted(segment, settings)) continue;
    for (const message of readMessages(segment.payload)) {
      const type = typeOf(message, segment, (address) => isLocal(address, settings.local));
      reading.lines.push(writeLine(time, segment, message, type, settings.addVlan));
      if (message.cut) reading.cutHeads++;
    }
  }
  return reading;
}

/** "A packet is wanted when its source or its destination port is named, whatever it carries". */
function isWanted(segment: TaggedSegment, { ports }: ReadingSettings): boolean {
  if (ports === 'any') return true;
  const named = (port: number): boolean => ports.some(({ first, last }) => first <= port && port <= last);
  return named(segment.sourcePort) || named(segment.destinationPort);
}

/** Networks of the other family hold no address, mapped ones neither. */
function isLocal(address: Uint8Array, networks: readonly Network[]): boolean {
  const family = address.length === 4 ? 4 : 6;
  const value = address.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return networks.some((network) => {
    const hostBits = BigInt(address.length * 8 - network.prefix);
    return network.family === family && value >> hostBits === network.address >> hostBits;
  });
}
