// A half that must wait is copied into a chain of slabs: its numbers and spans first, in the first slab, where they can be
// read and changed; behind them the bytes of its spans, which are offsets meanwhile.
import { REGION_UNPACKED } from '../../layout/directory';
import { SLOT_BYTES, SLOT_END } from '../../layout/fields';
import { UNPACKED_BYTES } from '../../layout/scratch';
import { SLAB_BYTES, SLAB_DATA, SLAB_NEXT } from '../../layout/slabs';
import * as directory from '../memory/directory';
import * as slabs from '../memory/slabs';
import * as connection from './connection';
import * as half from './half';
import * as record from './record';

/** At most so many bytes of VLAN tags are kept: more than 64 tags are nobody's network. */
const TAGS_MAXIMUM: usize = 256;

/** Where the packed bytes are written, and the end of that slab. */
let at: usize = 0;
let end: usize = 0;
let slab: usize = 0;

/** The half in a chain, for its numbers. */
export function packed(chain: usize): usize {
  return chain + SLAB_DATA;
}

/** Copies a half with all its bytes. Returns its chain, or 0 where the free slabs do not suffice. */
export function pack(message: usize): usize {
  const chain = slabs.take();
  if (chain === 0) return 0;
  const copy = packed(chain);
  const length = half.length();
  memory.copy(copy, message, length);
  slab = chain;
  at = copy + length;
  end = chain + SLAB_BYTES;
  if (half.tagsEnd(copy) - half.tags(copy) > TAGS_MAXIMUM) {
    half.setTags(copy, connection.outerTag(copy), half.tags(copy), half.tags(copy) + TAGS_MAXIMUM);
  }
  if (packSpans(copy, length)) return chain;
  slabs.give(chain);
  return 0;
}

function packSpans(copy: usize, length: usize): bool {
  let offset: usize = 0;
  for (let span = copy + half.SPANS; span < copy + length; span += SLOT_BYTES) {
    const from = <usize>load<u32>(span);
    if (from === 0) continue;
    const size = <usize>load<u32>(span, SLOT_END) - from;
    store<u32>(span, <u32>offset);
    // One more, so that an empty value stays another thing than none.
    store<u32>(span, <u32>(offset + size) + 1, SLOT_END);
    if (!append(from, size)) return false;
    offset += size;
  }
  half.setBound(copy, offset);
  return true;
}

/** Appends bytes to the chain; false where no slab is free. */
function append(from: usize, size: usize): bool {
  while (size > 0) {
    if (at === end) {
      const next = slabs.take();
      if (next === 0) return false;
      store<u32>(slab, <u32>next, SLAB_NEXT);
      slab = next;
      at = next + SLAB_DATA;
      end = next + SLAB_BYTES;
    }
    const part = min(size, end - at);
    memory.copy(at, from, part);
    at += part;
    from += part;
    size -= part;
  }
  return true;
}

/** Makes the record's request of a packed one. Its bytes are borrowed from the chain. */
export function unpackRequest(chain: usize): void {
  unpack(chain, record.makeRequest(), directory.address(REGION_UNPACKED));
}

/** Makes the record's answer of a packed one. Its bytes are borrowed from the chain. */
export function unpackResponse(chain: usize): void {
  unpack(chain, record.makeResponse(), directory.address(REGION_UNPACKED) + <usize>UNPACKED_BYTES);
}

function unpack(chain: usize, message: usize, room: usize): void {
  const copy = packed(chain);
  const length = half.length();
  memory.copy(message, copy, length);
  const size = half.bound(copy);
  let begin = copy + length;
  if (load<u32>(chain, SLAB_NEXT) !== 0) {
    gather(chain, begin, room, size);
    begin = room;
  }
  for (let span = message + half.SPANS; span < message + length; span += SLOT_BYTES) {
    if (load<u32>(span, SLOT_END) === 0) continue;
    store<u32>(span, load<u32>(span) + <u32>begin);
    store<u32>(span, load<u32>(span, SLOT_END) + <u32>begin - 1, SLOT_END);
  }
  half.setBound(message, begin + size);
}

/** Copies the bytes of a chain, which begin at `from` in its first slab, to one place. */
function gather(chain: usize, from: usize, to: usize, size: usize): void {
  while (size > 0) {
    const part = min(size, chain + SLAB_BYTES - from);
    memory.copy(to, from, part);
    to += part;
    size -= part;
    chain = load<u32>(chain, SLAB_NEXT);
    from = packed(chain);
  }
}
