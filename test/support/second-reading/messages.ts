import { asLatin1 } from '../bytes.ts';
import { field, type Head, readHead } from './head.ts';
import { recognise, statusCode, trimStartLine } from './start-line.ts';

/** A message as it is logged; text is latin1: one character is one byte. */
export interface Message {
  kind: 'request' | 'response';
  startLine: string;
  /** Host and User-Agent, or Content-Length and Content-Type; "a field that the message lacks is empty". */
  fields: readonly [string, string];
  /** The head goes on where the payload (or the longest head that is looked at) ends. */
  cut: boolean;
}

/** A head is looked at for so many bytes from its start line on: beyond that it is cut there, as by the payload's end. */
export const LONGEST_HEAD = 65_536;

/** The messages that begin in the payload of one packet. */
export function readMessages(payload: Uint8Array): Message[] {
  const messages: Message[] = [];
  let text: string | undefined = asLatin1(payload);
  while (text !== undefined) {
    text = skipEmptyLines(text);
    const window = text.slice(0, LONGEST_HEAD);
    const kind = recognise(window);
    if (!kind) break;
    const head = readHead(window);
    messages.push(toMessage(kind, head));
    const end = messageEnd(kind, head, text.length);
    // "What follows a message in its packet is judged in the same way, [...] but only where the message's end is known".
    text = end === undefined ? undefined : text.slice(end);
  }
  return messages;
}

/** "Up to two CRLF before a start line are skipped (RFC 9112 section 2.2)." */
function skipEmptyLines(text: string): string {
  if (text.startsWith('\r\n\r\n')) return text.slice(4);
  return text.startsWith('\r\n') ? text.slice(2) : text;
}

function toMessage(kind: Message['kind'], head: Head): Message {
  const names = kind === 'request' ? (['host', 'user-agent'] as const) : (['content-length', 'content-type'] as const);
  return {
    kind,
    startLine: trimStartLine(head.startLine),
    fields: [field(head, names[0]) ?? '', field(head, names[1]) ?? ''],
    cut: head.end === undefined,
  };
}

/** Where the message ends in `length` bytes; undefined where that is not known. */
function messageEnd(kind: Message['kind'], head: Head, length: number): number | undefined {
  // "its head is whole, it has no `Transfer-Encoding` field,"
  if (head.end === undefined || field(head, 'transfer-encoding') !== undefined) return undefined;

  // "and it is a 1xx, 204 or 304 (ends with its head whatever `Content-Length` says),"
  if (kind === 'response' && /^(1..|204|304)$/.test(statusCode(head.startLine))) return head.end;

  // "or it has a `Content-Length` and that many bytes are there,"
  const contentLength = readContentLength(head);
  if (contentLength !== undefined) {
    const end = BigInt(head.end) + contentLength;
    return end <= BigInt(length) ? Number(end) : undefined;
  }

  // "or it is a request without `Content-Length` (ends with its head). Else the rest of the packet is body."
  return kind === 'request' ? head.end : undefined;
}

/** "Here a `Content-Length` that is not digits only counts as absent; it is logged as sent all the same." */
function readContentLength(head: Head): bigint | undefined {
  const value = field(head, 'content-length') ?? '';
  return /^[0-9]+$/.test(value) ? BigInt(value) : undefined;
}
