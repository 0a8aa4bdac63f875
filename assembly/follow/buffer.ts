// The part of a head that has come so far, kept in slabs, and put together in the scratch room when the rest is there.
import { REGION_SCRATCH } from '../../layout/directory';
import { SLAB_BYTES, SLAB_DATA } from '../../layout/slabs';
import * as directory from '../memory/directory';
import * as slabs from '../memory/slabs';
import * as struct from './state';

/** Bytes of a head in one slab. */
const ROOM: u32 = SLAB_BYTES - SLAB_DATA;

/** Where heads are put together; shared by all flows. */
export let scratch: usize = 0;

export function start(): void {
  scratch = directory.address(REGION_SCRATCH);
}

/** Keeps these bytes behind those that are kept. Returns false, and keeps none of them, where there are too few slabs. */
export function append(state: usize, at: usize, end: usize): bool {
  const length = struct.chainLength(state);
  const whole = length + <u32>(end - at);
  if (slabsOf(whole) - slabsOf(length) > slabs.free()) return false;
  let first = struct.chain(state);
  let last = struct.chainLast(state);
  let kept = length;
  while (at < end) {
    const used = kept % ROOM;
    if (used === 0) {
      const slab = slabs.take();
      if (first === 0) first = slab;
      else slabs.link(last, slab);
      last = slab;
    }
    const bytes = min<u32>(ROOM - used, <u32>(end - at));
    memory.copy(last + SLAB_DATA + used, at, bytes);
    kept += bytes;
    at += bytes;
  }
  struct.setChain(state, first, last, whole);
  return true;
}

function slabsOf(bytes: u32): u32 {
  return (bytes + ROOM - 1) / ROOM;
}

/** Puts what is kept, and these bytes behind it, in the scratch room. Returns the address behind them. */
export function assemble(state: usize, at: usize, end: usize): usize {
  let to = scratch;
  let left = struct.chainLength(state);
  for (let slab = struct.chain(state); left > 0; slab = slabs.next(slab)) {
    const bytes = min(left, ROOM);
    memory.copy(to, slab + SLAB_DATA, bytes);
    to += bytes;
    left -= bytes;
  }
  memory.copy(to, at, end - at);
  return to + (end - at);
}

/** Frees what is kept. */
export function drop(state: usize): void {
  slabs.give(struct.chain(state));
  struct.setChain(state, 0, 0, 0);
}
