import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Unmatched } from './compare.ts';
import type { Listed } from './ours.ts';
import type { Packet } from './packets.ts';
import { type Context, REASONS } from './reasons.ts';

/**
 * The differences from the peers' lists that are known and explained, in `differences.tsv`: one line each, without anything of the captures' contents.
 * A difference that is not listed fails the test, as does one that is listed and not there any more, and one whose reason does not hold.
 * `CONFORMANCE_UPDATE=1 npx vitest run test/conformance` writes the file anew with the first reason that holds; look at each new line's packets then.
 */
const FILE: string = fileURLToPath(new URL('differences.tsv', import.meta.url));
const COLUMNS = 'capture\tpeer\tside\tframe\tkind\treason';

/** Whether this run writes the list instead of comparing with it. */
export const UPDATE: boolean = process.env.CONFORMANCE_UPDATE === '1';

/** The lines of `differences.tsv`. */
export function knownDifferences(): string[] {
  const [columns, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  if (columns !== COLUMNS) throw new Error(`${FILE}: its first line must name the columns: ${COLUMNS}`);
  return lines;
}

/** Writes `differences.tsv`. */
export function writeDifferences(lines: readonly string[]): void {
  writeFileSync(FILE, `${[COLUMNS, ...lines].join('\n')}\n`);
}

/** Another list of known differences, in a file beside this one, that holds and is written anew in the same way. */
export class DifferenceList {
  readonly #file: string;
  readonly #columns: string;

  constructor(name: string, columns: string) {
    this.#file = fileURLToPath(new URL(name, import.meta.url));
    this.#columns = columns;
  }

  /** Compares what was found with the list, or writes it. */
  settle(found: readonly string[]): void {
    if (UPDATE) writeFileSync(this.#file, `${[this.#columns, ...found].join('\n')}\n`);
    expect(found.filter((line) => line.endsWith('?'))).toEqual([]);
    expect(found).toEqual(this.#known());
  }

  /** The reasons that the list names. */
  reasons(): (string | undefined)[] {
    return [...new Set(this.#known().map((line) => line.split('\t').at(-1)))].sort();
  }

  #known(): string[] {
    const [columns, ...lines] = readFileSync(this.#file, 'utf8').trimEnd().split('\n');
    if (columns !== this.#columns) throw new Error(`${this.#file}: its first line must name the columns`);
    return lines;
  }
}

/** What belongs to all differences of one capture from one peer. */
export interface Compared {
  capture: string;
  peer: Context['peer'];
  peers: readonly Listed[] | undefined;
  packets: readonly Packet[];
}

/** A line of `differences.tsv` for each difference, with the first reason that holds, or '?'. */
export function describeDifferences(compared: Compared, { missing, extra }: Unmatched): string[] {
  const line = (side: Context['side'], listed: Listed): string => {
    const reason = Object.entries(REASONS).find(([, { holds }]) => holds({ ...compared, side, listed }))?.[0] ?? '?';
    return [compared.capture, compared.peer, side, listed.frame, listed.kind, reason].join('\t');
  };
  return [...missing.map((one) => line('missing', one)), ...extra.map((one) => line('extra', one))];
}
