// The capture thread's side of a TPACKET_V3 ring: takes blocks in turn and gives them back (packet_mmap.rst). The place in
// the ring stands in the memory, so that another thread can go on where this one died.
import { PLACE_BLOCK } from '../../layout/directory.ts';

/** struct tpacket_block_desc: version, offset_to_priv, then block_status. */
const BLOCK_STATUS = 8;
const TP_STATUS_KERNEL = 0;
const TP_STATUS_USER = 1;

/** Where a ring stands in a memory. */
export interface RingShape {
  readonly address: number;
  /** Bytes of a block. */
  readonly blockSize: number;
  readonly blockCount: number;
}

/** The ring of one capture thread. */
export interface Ring {
  /** Address of the next block, if the kernel has handed it over; else 0. Its bytes are valid until it is released. */
  ready(): number;
  /** Gives the next block back to the kernel. */
  release(): void;
}

/** Whether the kernel has filled the block at this address, and it was not given back. */
export function isReady(words: Int32Array, block: number): boolean {
  return (Atomics.load(words, (block + BLOCK_STATUS) / 4) & TP_STATUS_USER) !== 0;
}

/** The ring of this shape in a memory whose words these are. */
export function openRing(words: Int32Array, shape: RingShape): Ring {
  const next = (): number => shape.address + Atomics.load(words, PLACE_BLOCK / 4) * shape.blockSize;
  return {
    ready() {
      const block = next();
      return isReady(words, block) ? block : 0;
    },
    release() {
      const block = next();
      const following = (Atomics.load(words, PLACE_BLOCK / 4) + 1) % shape.blockCount;
      Atomics.store(words, PLACE_BLOCK / 4, following);
      Atomics.store(words, (block + BLOCK_STATUS) / 4, TP_STATUS_KERNEL);
    },
  };
}
