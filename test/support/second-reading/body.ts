import { field, type Head } from './head.ts';
import { statusCode } from './start-line.ts';

/** How a message's body ends (RFC 9112 section 6.3). */
export type Framing =
  | { kind: 'none' | 'chunked' | 'tunnel' | 'unknown' }
  | { kind: 'close'; announced: boolean }
  | { kind: 'length'; length: bigint };

/** What was found of a body. */
export interface Body {
  /** Bytes of content; undefined where the message has no body. */
  content: number | undefined;
  /** Bytes as they passed. */
  wire: number | undefined;
  /** Where it ends, or what was seen of it. */
  end: number;
  complete: boolean;
  /** Whether its framing is broken: nobody knows where the next message begins. */
  broken: boolean;
}

/**
 * What a request's body is by its head: "If this is a request message and none of the above are true, then the message body length is zero"; with a
 * last coding other than chunked "the message body length cannot be determined reliably".
 */
export function requestFraming(head: Head): Framing {
  if (lastCoding(head) !== undefined && lastCoding(head) !== 'chunked') return { kind: 'unknown' };
  return declared(head) ?? { kind: 'none' };
}

/** What a response's body is by its head and the method of its request. */
export function responseFraming(head: Head, method: string | undefined): Framing {
  const status = statusCode(head.startLine);
  if (status === '101' || (method === 'CONNECT' && status.startsWith('2'))) return { kind: 'tunnel' };
  if (method === 'HEAD' || /^(1..|204|304)$/.test(status)) return { kind: 'none' };
  const announced = ['transfer-encoding', 'content-length'].some((name) => field(head, name) !== undefined);
  return declared(head) ?? { kind: 'close', announced };
}

/** The last coding of Transfer-Encoding. `identity` was none in RFC 2616; empty elements of a list count as none (RFC 9110 section 5.6.1.2). */
function lastCoding(head: Head): string | undefined {
  const codings = elements(field(head, 'transfer-encoding') ?? '').filter((coding) => coding !== '');
  const last = codings.at(-1)?.toLowerCase();
  return last === 'identity' ? undefined : last;
}

/** "If a message is received with both a Transfer-Encoding and a Content-Length header field, the Transfer-Encoding overrides". */
function declared(head: Head): Framing | undefined {
  const coding = lastCoding(head);
  if (coding !== undefined) return coding === 'chunked' ? { kind: 'chunked' } : undefined;
  // "unless the field value can be successfully parsed as a comma-separated list, all values in the list are valid, and all values are the same".
  const lengths = elements(field(head, 'content-length') ?? '');
  if (!lengths.every((value) => /^[0-9]+$/.test(value))) return undefined;
  const [length = 0n, ...others] = lengths.map(BigInt);
  return others.every((other) => other === length) ? { kind: 'length', length } : undefined;
}

/** The elements of a list, without SP and HTAB around them. */
function elements(list: string): string[] {
  return list.split(',').map((element) => element.replace(/^[ \t]+|[ \t]+$/g, ''));
}

/** Reads the body that stands at `at` of a stream; `finished` where the stream ended in order. */
export function readBody(text: string, at: number, framing: Framing, finished: boolean): Body {
  switch (framing.kind) {
    case 'none':
      return { content: undefined, wire: undefined, end: at, complete: true, broken: false };
    case 'length':
      return ofLength(text, at, framing.length);
    case 'chunked':
      return readChunks(text, at);
    case 'close':
      return untilClose(text, at, finished, framing.announced);
    case 'unknown':
      return { content: undefined, wire: undefined, end: at, complete: false, broken: true };
    case 'tunnel':
      return { content: undefined, wire: undefined, end: text.length, complete: true, broken: false };
  }
}

/** What is empty and was not announced is no body. */
function untilClose(text: string, at: number, finished: boolean, announced: boolean): Body {
  const wire = text.length - at;
  return {
    content: wire === 0 && !announced ? undefined : wire,
    wire,
    end: text.length,
    complete: finished,
    broken: false,
  };
}

function ofLength(text: string, at: number, length: bigint): Body {
  const there = BigInt(text.length - at);
  const seen = Number(there < length ? there : length);
  return { content: seen, wire: seen, end: at + seen, complete: there >= length, broken: false };
}

/** RFC 9112 section 7.1: sizes in hexadecimal digits, extensions, trailers up to an empty line. */
function readChunks(text: string, begin: number): Body {
  let at = begin;
  let content = 0;
  const stop = (end: number, complete: boolean, broken: boolean): Body => ({
    content,
    wire: end - begin,
    end,
    complete,
    broken,
  });
  for (;;) {
    const size = /^[0-9a-fA-F]{0,16}/.exec(text.slice(at, at + 16))?.[0] ?? '';
    const behindSize = text.slice(at + size.length, at + size.length + 1);
    if (behindSize === '') return stop(text.length, false, false);
    if (size === '' || !' \t;\r\n'.includes(behindSize)) return stop(at + size.length, false, true);
    const line = lineAt(text, at);
    if (line === undefined) return stop(text.length, false, false);
    at = line.next;
    if (/^0+$/.test(size)) return readTrailers(text, at, stop);
    const length = BigInt(`0x${size}`);
    const there = BigInt(text.length - at);
    content += Number(there < length ? there : length);
    if (there < length) return stop(text.length, false, false);
    at += Number(length);
    if (text.startsWith('\r', at)) at++;
    if (at === text.length) return stop(at, false, false);
    if (!text.startsWith('\n', at)) return stop(at, false, true);
    at++;
  }
}

function readTrailers(
  text: string,
  begin: number,
  stop: (end: number, complete: boolean, broken: boolean) => Body,
): Body {
  let at = begin;
  for (;;) {
    const line = lineAt(text, at);
    if (line === undefined) return stop(text.length, false, false);
    at = line.next;
    if (line.text === '') return stop(at, true, false);
  }
}

/** A line with its LF; undefined if it goes on. */
function lineAt(text: string, at: number): { text: string; next: number } | undefined {
  const lineFeed = text.indexOf('\n', at);
  if (lineFeed < 0) return undefined;
  return { text: text.slice(at, lineFeed).replace(/\r$/, ''), next: lineFeed + 1 };
}
