import { asLatin1 } from '../support/bytes.ts';
import { field, readHead } from '../support/second-reading/head.ts';
import { METHODS } from '../support/second-reading/start-line.ts';
import type { Packet } from './packets.ts';

/** The packet's payload, a character for each byte; '' if it is no segment. */
export function payloadText({ segment }: Packet): string {
  return segment ? asLatin1(segment.payload) : '';
}

/** Whether the payload begins like a status line, but not like one of ours. */
export function beginsOtherStatusLine(packet: Packet): boolean {
  return packet.messages.length === 0 && payloadText(packet).startsWith('HTTP/');
}

/** Whether the payload begins with a word of capital letters, but no request of ours. */
export function beginsOtherRequestLine(packet: Packet): boolean {
  return packet.messages.length === 0 && /^[A-Z_]{3,}[ \r\n]/.test(payloadText(packet));
}

/** Whether the payload's start line holds controls: a CR that is not at its end, a NUL. */
export function hasControlInStartLine({ messages }: Packet): boolean {
  return messages.some(({ startLine }) => hasControl(startLine));
}

/** Whether a line of the head is no field line by RFC 9112 section 5: it has no name and colon in front, or controls in it. */
export function hasOddLine(packet: Packet): boolean {
  const [head = ''] = payloadText(packet).split(/\r?\n\r?\n/);
  const lines = head.split(/\r?\n/).slice(1);
  return (
    packet.messages.length > 0 && lines.some((line) => line !== '' && (!/^[^\s:]+:/.test(line) || hasControl(line)))
  );
}

function hasControl(line: string): boolean {
  return [...line].some((character) => (character < ' ' && character !== '\t') || character === '\x7f');
}

/** Whether the first message has Content-Length twice, with different values. */
export function repeatsLength(packet: Packet): boolean {
  const lengths = readHead(payloadText(packet)).fields.filter(([name]) => name === 'content-length');
  return new Set(lengths.map(([, value]) => value)).size > 1;
}

/** Whether the packet begins with a message that has a Transfer-Encoding field. */
export function isTransferCoded(packet: Packet): boolean {
  return packet.messages.length > 0 && field(readHead(payloadText(packet)), 'transfer-encoding') !== undefined;
}

/** Whether a status line stands in the middle of a payload that begins no message. */
export function hasMessageInside(packet: Packet): boolean {
  return packet.messages.length === 0 && /\nHTTP\/1\.[01] [0-9]{3}/.test(payloadText(packet));
}

/** Whether the payload begins with a request of a method that nobody has registered. */
export function hasOtherMethod({ messages }: Packet): boolean {
  return messages.some(({ kind, startLine }) => kind === 'request' && !METHODS.includes(startLine.replace(/ .*/, '')));
}

/** Whether the payload begins with HTTP/2's connection preface (RFC 9113 section 3.4). */
export function isHttp2Preface(packet: Packet): boolean {
  return payloadText(packet).startsWith('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
}

/** Whether the payload is the beginning of a TLS record of a handshake (RFC 8446 section 5.1). */
export function isTls(packet: Packet): boolean {
  return payloadText(packet).startsWith('\x16\x03');
}
