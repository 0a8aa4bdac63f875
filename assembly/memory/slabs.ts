// Slabs: what must be kept between packets stands in chains of them. Bounded: where none is free the caller does without.
import { REGION_SLABS } from '../../layout/directory';
import { SLAB_BYTES, SLAB_NEXT } from '../../layout/slabs';
import * as directory from './directory';

/** Slabs that were given back. */
let given: usize = 0;
/** The first slab that was never taken: its memory is not touched before it is needed. */
let untouched: usize = 0;
let end: usize = 0;
let count: u32 = 0;

/** All slabs are free: what chains there were is forgotten. */
export function start(): void {
  given = 0;
  untouched = directory.address(REGION_SLABS);
  count = <u32>directory.size(REGION_SLABS) / SLAB_BYTES;
  end = untouched + <usize>count * SLAB_BYTES;
}

/** A chain of one slab; 0 when none is free. Its data are what they were. */
export function take(): usize {
  let slab = given;
  if (slab !== 0) given = next(slab);
  else if (untouched < end) {
    slab = untouched;
    untouched += SLAB_BYTES;
  } else return 0;
  count--;
  store<u32>(slab, 0, SLAB_NEXT);
  return slab;
}

/** Frees every slab of a chain; 0 is a chain of none. */
export function give(chain: usize): void {
  while (chain !== 0) {
    const rest = next(chain);
    store<u32>(chain, <u32>given, SLAB_NEXT);
    given = chain;
    count++;
    chain = rest;
  }
}

/** Slabs that are left. */
export function free(): u32 {
  return count;
}

/** The slab that follows in its chain, or 0. */
export function next(slab: usize): usize {
  return <usize>load<u32>(slab, SLAB_NEXT);
}

/** Makes `following`, which may be 0, the slab behind this one. */
export function link(slab: usize, following: usize): void {
  store<u32>(slab, <u32>following, SLAB_NEXT);
}
