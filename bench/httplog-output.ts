// What httplog left in its working directory: lines, and totals that must say the same.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expected, type Found, isAsExpected } from './expected.ts';
import { linesBelow } from './lines.ts';

/** The log directory, in the working directory. */
export const LOG = 'log';
/** Totals that must be 0: what was not joined, came again or was not whole. The traffic has none of it. */
const BROKEN = [
  ...['without answer', 'without request', 'retransmissions', 'flows evicted'],
  ...['gaps', 'resynchronised', 'out of order'],
] as const;

/** Each message a line, or with -pair each transaction, and totals that say the same. */
export function foundByHttplog(directory: string, expected: Expected, flags: readonly string[] = []): Found {
  const isPaired = flags.includes('-pair');
  const lines = linesBelow(join(directory, LOG), flags.includes('json') ? '{"' : '');
  const said = readFileSync(join(directory, 'stderr'), 'utf8');
  const total = (name: string): number => totalOf(said, name);
  const messages = total('CQ') + total('CR') + total('SQ') + total('SR');
  const drops = total('kernel drops');
  const wanted = isPaired ? transactions(expected) : expected;
  const counts = isPaired ? total('transactions') : messages;
  const problems = [
    ...(isAsExpected(lines, wanted, 1) ? [] : [`${lines} lines of ${wanted.messages}`]),
    ...(isAsExpected(messages, expected, 1) && counts === lines
      ? []
      : [`totals say ${messages} messages${isPaired ? `, ${counts} transactions` : ''}`]),
    ...['lines lost', ...BROKEN.filter((name) => said.includes(`, ${name} `))].flatMap((name) =>
      total(name) === 0 ? [] : [`${name} ${total(name)}`],
    ),
  ];
  if (problems.length > 0 && drops > 0) problems.push(`kernel drops ${drops}`);
  return { lines, drops, ...(problems.length > 0 ? { wrong: problems.join(', ') } : {}) };
}

/** A number of the totals, by its name; NaN where it is not told. */
export function totalOf(said: string, name: string): number {
  return Number(new RegExp(`\\b${name} (\\d+)`).exec(said)?.[1] ?? Number.NaN);
}

/** What is expected of a program that writes a line a transaction. */
function transactions(expected: Expected): Expected {
  const { requests, messages, atMost } = expected;
  return { ...expected, messages: requests, ...(atMost === undefined ? {} : { atMost: requests + atMost - messages }) };
}
