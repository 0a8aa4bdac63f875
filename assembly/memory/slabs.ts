import { REGION_SLABS } from '../../layout/directory';
import { SLAB_BYTES, SLAB_NEXT } from '../../layout/slabs';
import * as directory from './directory';

let firstFree: usize = 0;
/** Slabs from here to `end` were never taken: their memory is not touched before. */
let untouched: usize = 0;
let end: usize = 0;

export function start(): void {
  firstFree = 0;
  untouched = directory.address(REGION_SLABS);
  end = untouched + directory.size(REGION_SLABS);
}

/** Takes one slab, a chain of its own; 0 when none is free. */
export function take(): usize {
  let slab = firstFree;
  if (slab !== 0) {
    firstFree = load<u32>(slab, SLAB_NEXT);
  } else {
    if (untouched + SLAB_BYTES > end) return 0;
    slab = untouched;
    untouched += SLAB_BYTES;
  }
  store<u32>(slab, 0, SLAB_NEXT);
  return slab;
}

/** Gives back every slab of a chain; 0 is an empty one. */
export function give(chain: usize): void {
  while (chain !== 0) {
    const next = <usize>load<u32>(chain, SLAB_NEXT);
    store<u32>(chain, <u32>firstFree, SLAB_NEXT);
    firstFree = chain;
    chain = next;
  }
}
