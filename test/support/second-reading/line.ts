import { latin1 } from '../bytes.ts';
import { addressText } from './address-text.ts';
import { escapeField } from './escape.ts';
import type { TaggedSegment } from './frame.ts';
import type { Message } from './messages.ts';

export type Type = 'CQ' | 'CR' | 'SQ' | 'SR';

/** A line of the log with its LF, and what decides in which file it stands. */
export interface Line {
  /** `YYYYMMDD`, local time. */
  day: string;
  type: Type;
  bytes: Uint8Array;
}

/**
 * "Take the *server end* of the message, which is the destination of a request and the source of a response. If the server end is a local
 * address, the type is `C…`. Otherwise, if the other end is local, it is `S…`. If neither end is local, it is `C…`."
 */
export function typeOf(message: Message, segment: TaggedSegment, isLocal: (address: Uint8Array) => boolean): Type {
  const request = message.kind === 'request';
  const server = request ? segment.destination : segment.source;
  const other = request ? segment.source : segment.destination;
  const ours = !isLocal(server) && isLocal(other) ? 'S' : 'C';
  return `${ours}${request ? 'Q' : 'R'}`;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** "The time is the packet's own capture time, local time zone (`TZ` is honoured), milliseconds, truncated, never rounded." */
function localTime(time: bigint): { day: string; text: string } {
  const date = new Date(Number(time / 1_000_000n));
  const day = [digits(date.getFullYear(), 4), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)];
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2)).join(':');
  return { day: day.join(''), text: `${day.join('-')} ${clock}.${digits(date.getMilliseconds(), 3)}` };
}

/**
 * "One line a message, `\n` at its end, fields separated by one space:
 *     DATE TIME SRC#PORT DST#PORT TYPE REQUEST-LINE HOST USER-AGENT
 *     DATE TIME SRC#PORT DST#PORT TYPE STATUS-LINE CONTENT-LENGTH CONTENT-TYPE"
 * "With `-add_vlan`, a `vlan=ID` field (`vlan=OUTER.INNER` for stacked tags, all of them, outermost first) follows the type of tagged packets."
 */
export function writeLine(time: bigint, segment: TaggedSegment, message: Message, type: Type, addVlan: boolean): Line {
  const { day, text } = localTime(time);
  const words = [
    text,
    `${addressText(segment.source)}#${segment.sourcePort}`,
    `${addressText(segment.destination)}#${segment.destinationPort}`,
    type,
    ...(addVlan && segment.vlans.length > 0 ? [`vlan=${segment.vlans.join('.')}`] : []),
    escapeField(message.startLine),
    escapeField(message.fields[0]),
    escapeField(message.fields[1]),
  ];
  return { day, type, bytes: latin1(`${words.join(' ')}\n`) };
}
