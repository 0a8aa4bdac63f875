import * as layout from '../../layout/counters.ts';
import { VERDICTS } from '../../layout/verdicts.table.ts';

const NUMBERS: readonly (readonly [name: string, number: number])[] = Object.entries(layout).flatMap(
  ([name, number]) =>
    name.startsWith('COUNTER_') && !/^COUNTER_(MESSAGES|VERDICTS)$/.test(name)
      ? [[name.slice('COUNTER_'.length).toLowerCase(), number] as const]
      : [],
);

/** Every counter by a short name, with its words: `packets`, `heads_cut`; `messages_cq` of all classes; a verdict's own name. */
export const COUNTERS: readonly (readonly [name: string, words: readonly number[]])[] = [
  ...NUMBERS.map(([name, number]) => [name, [number]] as const),
  ...VERDICTS.map(({ number, name }) => [name, [layout.COUNTER_VERDICTS + number]] as const),
  ...['cq', 'cr', 'sq', 'sr'].map((type, i) => [`messages_${type}`, classesOf(i)] as const),
];

function classesOf(type: number): number[] {
  const begin = layout.COUNTER_MESSAGES + type * layout.STATUS_CLASSES;
  return Array.from({ length: layout.STATUS_CLASSES }, (_, i) => begin + i);
}

/** All of them, given what a word holds. */
export function countersBy(word: (number: number) => bigint): [name: string, value: bigint][] {
  return COUNTERS.map(([name, words]) => [name, words.reduce((sum, number) => sum + word(number), 0n)]);
}
