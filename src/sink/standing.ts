// How much of what is to be added to a packed file stands there already: somebody else may have added to it as well.
import { fstatSync } from 'node:fs';
import { partsOf } from './file-parts.ts';

const PART_BYTES = 262144;

/** All of it, a beginning of it and nothing else, or something else. */
export type Standing = 'whole' | 'part' | 'other';

/** How much of `source` stands in `target` from this place on. A power cut may leave zeros behind a beginning: these count as nothing. */
export function standingAt(source: number, target: number, place: number): Standing {
  const wanted = fstatSync(source).size;
  const there = fstatSync(target).size - place;
  if (there < 0) return 'other';
  const size = Math.min(wanted, there);
  const theirs = partsOf(target, PART_BYTES, size, place);
  let isEqual = true;
  for (const part of partsOf(source, PART_BYTES, size)) {
    const found: Uint8Array = theirs.next().value ?? new Uint8Array(0);
    const same: number = isEqual ? sameBytes(part, found) : 0;
    isEqual = isEqual && same === part.length;
    if (found.length < part.length || found.subarray(same).some((byte) => byte !== 0)) return 'other';
  }
  if (isEqual && size === wanted) return 'whole';
  return there <= wanted ? 'part' : 'other';
}

/** How many bytes at their beginnings are the same. */
function sameBytes(one: Uint8Array, other: Uint8Array): number {
  if (Buffer.compare(one, other) === 0) return one.length;
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? one.length : at;
}
