// A whole capture file through the packet code of a sandbox: its lines, its counters, and that nothing else was touched.
import { PLACE_INPUT_AT, PLACE_INPUT_END } from '../../layout/directory.ts';
import { STOP_DONE, STOP_LINK_TYPE, STOP_NO_AREA } from '../../layout/stops.ts';
import { fullAreas } from '../../src/pipeline/areas.ts';
import { asLatin1 } from '../support/bytes.ts';
import type { Sandbox } from './sandbox.ts';
import { must } from './target.ts';

export interface Walk {
  /** What fills the memory that no run may depend on, and the bytes around the file. */
  readonly litter: number;
  /** Bytes of the file that are there at first; all of them unless told. */
  readonly first?: number;
}

export interface Walked {
  readonly stop: number;
  /** By day, in the order of their areas, a character for each byte. */
  readonly lines: ReadonlyMap<number, string>;
  /** The packet code's counters. */
  readonly totals: Uint8Array;
  /** Bytes of the file that are behind the last record. */
  readonly left: number;
}

/** Steps for the walk itself: times that leap, of which each costs one for every twelve days, and flows that end. */
const STEPS = 500_000;
/** Steps for a byte of the file. */
const STEPS_EACH = 400;
/** More calls than any file needs. */
const CALLS = 10_000;

/** Walks a file and forgets all flows. */
export function walk(sandbox: Sandbox, file: Uint8Array, { litter, first = file.length }: Walk): Walked {
  const { code, words } = sandbox;
  const lines = new Map<number, string>();
  sandbox.begin(litter, STEPS + STEPS_EACH * file.length);
  const take = (): void => {
    for (const { day, bytes, lines: count, free } of fullAreas(sandbox.memory)) {
      const text = asLatin1(bytes);
      must(text.endsWith('\n') && occurrences(text) === count, 'an area holds other lines than it says', text, count);
      lines.set(day, (lines.get(day) ?? '') + text);
      free();
    }
  };
  const call = (one: () => number): number => {
    for (let calls = 0; calls < CALLS; calls++) {
      const before = words.getUint32(PLACE_INPUT_AT, true);
      const stop = one();
      must(words.getUint32(PLACE_INPUT_AT, true) >= before, 'the walk goes back');
      take();
      if (stop !== STOP_NO_AREA) return stop;
    }
    throw new Error('no end of stops for want of an area');
  };
  const { at } = sandbox.put(file.subarray(0, first), litter);
  let stop = call(code.walkFile);
  if (first < file.length) {
    sandbox.bytes.set(file.subarray(first), at + first);
    sandbox.bytes.fill(litter, at + file.length, at + file.length + 64);
    words.setUint32(PLACE_INPUT_END, at + file.length, true);
    stop = call(code.walkFile);
  }
  must(stop !== STOP_LINK_TYPE, 'a filter that is not there');
  must(call(code.finish) === STOP_DONE, 'no end');
  const left = at + file.length - words.getUint32(PLACE_INPUT_AT, true);
  must(left >= 0 && left <= file.length, 'the walk left the file', left);
  sandbox.checkUntouched();
  return { stop, lines, left, totals: sandbox.totals.slice() };
}

/** Throws where two walks found different things. */
export function mustBeSame(one: Walked, other: Walked, what: string): void {
  must(
    one.stop === other.stop && one.left === other.left,
    `${what}: another end`,
    one.stop,
    other.stop,
    one.left,
    other.left,
  );
  must(String([...one.lines]) === String([...other.lines]), `${what}: other lines`, [...one.lines], [...other.lines]);
  must(Buffer.compare(one.totals, other.totals) === 0, `${what}: other counts`);
}

/** A word of the counters (layout/counters). */
export function total({ totals }: Walked, word: number): number {
  return Number(new DataView(totals.buffer, totals.byteOffset).getBigUint64(8 * word, true));
}

/** All lines, without their ends. */
export function linesOf({ lines }: Walked): string[] {
  return [...lines.values()].flatMap((text) => text.slice(0, -1).split('\n'));
}

function occurrences(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
