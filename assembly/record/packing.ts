// A half that must wait is copied into slabs: its numbers and spans first, where they can be read and changed, and behind them
// the bytes of its spans. Nearly always all of that fits in one slab, and the copy is a half as good as any. Else the bytes
// go on in further slabs, the spans are offsets meanwhile, and who wants to read them unpacks the half.
import { REGION_UNPACKED } from '../../layout/directory';
import { SLOT_BYTES, SLOT_END } from '../../layout/fields';
import { UNPACKED_BYTES } from '../../layout/scratch';
import { SLAB_BYTES, SLAB_DATA } from '../../layout/slabs';
import { copy } from '../bytes/copy';
import * as directory from '../memory/directory';
import * as slabs from '../memory/slabs';
import * as connection from './connection';
import * as half from './half';
import * as record from './record';

/** At most so many bytes of VLAN tags are kept: more than 64 tags are nobody's network. */
const TAGS_MAXIMUM: usize = 256;
/** A copy may overwrite so many bytes behind itself. */
const OVERWRITTEN: usize = 16;
/** Bytes of a slab that are filled. In a chain too: where there is one slab only, all fits in it, and no span is an offset. */
const FILLED: usize = <usize>SLAB_BYTES - OVERWRITTEN;

/** The half in a chain: its numbers, and, in a chain of one slab, all of it. */
export function packed(chain: usize): usize {
  return chain + SLAB_DATA;
}

/** Copies a half with all its bytes. Returns its chain, or 0 where the free slabs do not suffice. */
export function pack(message: usize): usize {
  const chain = slabs.take();
  if (chain === 0) return 0;
  const to = packed(chain);
  const end = to + half.length();
  copy(to, message, message + half.length(), message + half.HALF_BYTES);
  boundTags(to);
  if (end + sizeOfSpans(to, end) <= chain + FILLED) packSpans(to, end);
  else if (!scatterSpans(to, end, chain)) {
    slabs.give(chain);
    return 0;
  }
  return chain;
}

function boundTags(message: usize): void {
  const tags = half.tags(message);
  if (half.tagsEnd(message) - tags > TAGS_MAXIMUM) {
    half.setTags(message, connection.outerTag(message), tags, tags + TAGS_MAXIMUM);
  }
}

function sizeOfSpans(message: usize, end: usize): usize {
  let size: usize = 0;
  for (let span = message + half.SPANS; span < end; span += SLOT_BYTES)
    size += load<u32>(span, SLOT_END) - load<u32>(span);
  return size;
}

/** Copies the bytes of the spans behind the half. */
function packSpans(message: usize, to: usize): void {
  const end = to;
  for (let span = message + half.SPANS; span < end; span += SLOT_BYTES) {
    const from = <usize>load<u32>(span);
    if (from === 0) continue;
    const fromEnd = <usize>load<u32>(span, SLOT_END);
    // Tags stand before what may be read along.
    copy(to, from, fromEnd, max(fromEnd, half.bound(message)));
    store<u32>(span, <u32>to);
    to += fromEnd - from;
    store<u32>(span, <u32>to, SLOT_END);
  }
  half.setBound(message, to);
}

// Where `append` goes on: the chain's last slab, the address in it, and its end.
let last: usize = 0;
let at: usize = 0;
let lastEnd: usize = 0;

/** Copies the bytes of the spans into as many slabs as that takes. Returns false where not so many are free. */
function scatterSpans(message: usize, end: usize, chain: usize): bool {
  last = chain;
  at = end;
  lastEnd = chain + FILLED;
  let offset: usize = 0;
  for (let span = message + half.SPANS; span < end; span += SLOT_BYTES) {
    const from = <usize>load<u32>(span);
    if (from === 0) continue;
    const size = <usize>load<u32>(span, SLOT_END) - from;
    if (!append(from, size)) return false;
    // One more, for an address of 0 is none.
    store<u32>(span, <u32>offset + 1);
    offset += size;
    store<u32>(span, <u32>offset + 1, SLOT_END);
  }
  half.setBound(message, offset);
  return true;
}

/** Appends bytes to the chain; false where no slab is free. */
function append(from: usize, size: usize): bool {
  while (size > 0) {
    if (at === lastEnd) {
      const slab = slabs.take();
      if (slab === 0) return false;
      slabs.link(last, slab);
      last = slab;
      at = packed(slab);
      lastEnd = slab + FILLED;
    }
    const part = min(size, lastEnd - at);
    memory.copy(at, from, part);
    at += part;
    from += part;
    size -= part;
  }
  return true;
}

/** Makes a packed half the record's request. It is borrowed: valid until the chain is given back. */
export function unpackRequest(chain: usize): void {
  if (slabs.next(chain) === 0) record.replace(packed(chain), record.response);
  else gather(chain, record.makeRequest(), directory.address(REGION_UNPACKED));
}

/** Makes a packed half the record's answer. It is borrowed: valid until the chain is given back. */
export function unpackResponse(chain: usize): void {
  if (slabs.next(chain) === 0) record.replace(record.request, packed(chain));
  else gather(chain, record.makeResponse(), directory.address(REGION_UNPACKED) + <usize>UNPACKED_BYTES);
}

/** Copies a half of several slabs to `message`, and its bytes to one place, `room`. */
function gather(chain: usize, message: usize, room: usize): void {
  const length = half.length();
  copy(message, packed(chain), packed(chain) + length, chain + SLAB_BYTES);
  let size = half.bound(message);
  for (let span = message + half.SPANS; span < message + length; span += SLOT_BYTES) {
    if (load<u32>(span) === 0) continue;
    store<u32>(span, load<u32>(span) - 1 + <u32>room);
    store<u32>(span, load<u32>(span, SLOT_END) - 1 + <u32>room, SLOT_END);
  }
  half.setBound(message, room + size);
  for (let from = packed(chain) + length; size > 0; from = packed(chain)) {
    const part = min(size, chain + FILLED - from);
    memory.copy(room, from, part);
    room += part;
    size -= part;
    chain = slabs.next(chain);
  }
}
