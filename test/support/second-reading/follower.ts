import { asLatin1 } from '../bytes.ts';
import { type Body, readBody, requestFraming, responseFraming } from './body.ts';
import { type Head, readHead } from './head.ts';
import { LONGEST_HEAD } from './messages.ts';
import { recognise } from './start-line.ts';
import { pieceAt, type Stream } from './stream.ts';

/** A message of a stream, with its body. */
export interface Followed {
  kind: 'request' | 'response';
  head: Head;
  body: Body;
  /** Whether what follows in both directions is no HTTP any more. */
  tunnel: boolean;
  /** Of its start line, and behind its body. */
  begin: number;
  end: number;
  /** The times of the packets that brought the first byte and the last one. */
  first: bigint;
  last: bigint;
  firstPacket: number;
  /** The packet that ended it: of what goes on until the connection is closed, the one with the FIN. */
  lastPacket: number;
}

/**
 * The messages of a stream, one after the other. `methodOf` is asked for each response, when its head is read, which method it answers; it may be
 * undefined. What begins no message is passed over, up to the next segment that begins one.
 */
export function* follow(
  stream: Stream,
  methodOf: (answer: Pick<Followed, 'begin' | 'head'>) => string | undefined = () => undefined,
): Generator<Followed, void> {
  let at: number | undefined = stream.fromBeginning ? 0 : nextHead(stream, 0);
  while (at !== undefined && at < stream.text.length) {
    const begin: number = at + emptyLines(stream.text, at);
    const window = stream.text.slice(begin, begin + LONGEST_HEAD);
    const kind = recognise(window);
    if (kind === undefined) {
      at = nextHead(stream, at + 1);
      continue;
    }
    const message = readMessage(stream, begin, kind, readHead(window), methodOf);
    yield message;
    const isKnown = message.head.end !== undefined && !message.body.broken;
    at = isKnown ? message.end : nextHead(stream, message.end);
  }
}

/** "Up to two CRLF before a start line are skipped (RFC 9112 section 2.2)." */
function emptyLines(text: string, at: number): number {
  if (text.startsWith('\r\n\r\n', at)) return 4;
  return text.startsWith('\r\n', at) ? 2 : 0;
}

/** Where the next segment begins that begins a message. */
function nextHead({ pieces }: Stream, from: number): number | undefined {
  const found = pieces.find(({ offset, begins, arrival }) => {
    const text = asLatin1(arrival.payload);
    return begins && offset >= from && recognise(text.slice(emptyLines(text, 0))) !== undefined;
  });
  return found?.offset;
}

function readMessage(
  stream: Stream,
  begin: number,
  kind: Followed['kind'],
  head: Head,
  methodOf: (answer: Pick<Followed, 'begin' | 'head'>) => string | undefined,
): Followed {
  const { text, finished } = stream;
  const framing = kind === 'request' ? requestFraming(head) : responseFraming(head, methodOf({ begin, head }));
  // What is cut shows no body.
  const behind = begin + (head.end ?? Math.min(text.length - begin, LONGEST_HEAD));
  const body: Body =
    head.end === undefined
      ? { content: undefined, wire: undefined, end: behind, complete: false, broken: false }
      : readBody(text, behind, framing, finished);
  const tunnel = head.end !== undefined && framing.kind === 'tunnel';
  const from = pieceAt(stream, begin).arrival;
  const to = pieceAt(stream, (tunnel ? behind : body.end) - 1).arrival;
  return {
    kind,
    head,
    body,
    tunnel,
    begin,
    end: body.end,
    first: from.time,
    last: to.time,
    firstPacket: from.number,
    lastPacket: framing.kind === 'close' ? (stream.fin ?? to.number) : to.number,
  };
}
