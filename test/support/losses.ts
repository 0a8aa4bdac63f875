// What the loss of a piece of a connection may cost: the messages that it touches, and those behind it up to the first that
// begins a segment, where its end could not be followed.
import type { End } from './conversation.ts';
import type { Message } from './exchanges.ts';
import type { Piece } from './shuffle.ts';

export interface Damage {
  /** Messages of which something is missing. */
  readonly touched: ReadonlySet<Message>;
  /** Messages whose head may not be found. */
  readonly missing: ReadonlySet<Message>;
}

interface Hole {
  readonly from: End;
  readonly begin: number;
  readonly end: number;
}

/** The damage of losing some pieces; `kept` are the others. */
export function damageOf(lost: readonly Piece[], kept: readonly Piece[], messages: readonly Message[]): Damage {
  const damage = { touched: new Set<Message>(), missing: new Set<Message>() };
  for (const { segment, begin, end } of lost) {
    if (end > begin) tear({ from: segment.from, begin, end }, kept, messages, damage);
    else {
      // Whether a number that was acknowledged and never came was a byte or the FIN nobody knows.
      const last = messages.findLast(({ from }) => from === segment.from);
      if (last !== undefined) damage.touched.add(last);
    }
  }
  // Whoever does not know that HEAD was asked takes what Content-Length says for the answer's body.
  for (const { number, end } of messages.filter(({ toHead }) => toHead)) {
    const unseen = [...damage.missing].some((message) => message.from === 'client' && message.number === number);
    if (unseen) tear({ from: 'server', begin: end, end: end + HEAD_LENGTH }, kept, messages, damage);
  }
  return damage;
}

/** What a hole costs. */
function tear(
  hole: Hole,
  kept: readonly Piece[],
  messages: readonly Message[],
  damage: { touched: Set<Message>; missing: Set<Message> },
): void {
  const own = messages.filter(({ from }) => from === hole.from);
  const hit = own.filter(({ begin, end }) => hole.begin < end && hole.end > begin);
  for (const message of hit) damage.touched.add(message);
  if (hit.length === 1 && hit[0] !== undefined && hit[0].hasLength && hole.begin >= hit[0].body) return;
  for (const message of hit) damage.missing.add(message);
  const ofEnd = kept.filter(({ segment, begin, end }) => segment.from === hole.from && end - begin >= RECOGNISED);
  const begins = new Set(ofEnd.map(({ begin }) => begin));
  for (const message of own.filter(({ begin }) => begin >= hole.end)) {
    if (begins.has(message.begin)) break;
    damage.missing.add(message);
  }
}

/** So many bytes of a head are recognised at the beginning of a segment. */
const RECOGNISED = 12;
/** What Content-Length says in answers to HEAD. */
const HEAD_LENGTH = 300;
