import { asLatin1, latin1 } from '../support/bytes.ts';
import type { RunResult, RunSettings } from '../support/packet-code.ts';
import { addressText } from '../support/second-reading/address-text.ts';
import { writeLine } from '../support/second-reading/line.ts';
import type { Packet } from './packets.ts';

/** One message of a list, ours or a peer's; fields of HTTP are text, and in a peer's list '~' where it tells nothing. */
export interface Listed {
  /** The packet's number, as tshark counts; '~' where the list does not tell it. */
  frame: string;
  kind: 'Q' | 'R';
  /** As a line has it: UTC, milliseconds. */
  time: string;
  /** `ADDRESS#PORT` */
  source: string;
  destination: string;
  startLine: string;
  /** Host and User-Agent, or Content-Length and Content-Type. */
  fields: readonly [string, string];
}

/** Every port, and no address is local. */
export const SETTINGS: RunSettings = { ports: 'any', local: [], addVlan: false, split: false };

/** The lines that the packet code has made of a capture, in their order; a character for each byte. */
export function linesIn({ areas }: RunResult): string[] {
  const text = areas.map(({ bytes }) => asLatin1(bytes));
  return text.join('').split('\n').slice(0, -1);
}

/**
 * The same lines in parts, with the packets that they come from. A line can't be taken apart without doubt (a start line may hold blanks), so
 * the second reading tells the parts, and the lines that it makes of them are returned too: they must be those of the packet code.
 */
export function messagesOf(packets: readonly Packet[]): { lines: string[]; listed: Listed[] } {
  const lines: string[] = [];
  const listed: Listed[] = [];
  for (const { number, time, segment, messages } of packets) {
    if (!segment) continue;
    for (const message of messages) {
      const kind = message.kind === 'request' ? 'Q' : 'R';
      const line = asLatin1(writeLine(time, segment, message, `C${kind}`, false).bytes).slice(0, -1);
      lines.push(line);
      listed.push({
        frame: String(number),
        kind,
        time: line.slice(0, '2019-09-01 14:16:51.002'.length),
        source: `${addressText(segment.source)}#${segment.sourcePort}`,
        destination: `${addressText(segment.destination)}#${segment.destinationPort}`,
        startLine: asText(message.startLine),
        fields: [asText(message.fields[0]), asText(message.fields[1])],
      });
    }
  }
  return { lines, listed };
}

/** Bytes as the peers' lists show them: UTF-8, where what is none became U+FFFD. */
function asText(bytes: string): string {
  return Buffer.from(latin1(bytes)).toString('utf8');
}
