// A packet memory: the one shared memory of a capture thread. The main thread makes it, chooses its regions' places and
// sizes, and writes into it what the packet code needs to know; layout/ says what stands where.
import { AREA_STRIDE } from '../../layout/areas.ts';
import { COLUMNS_BYTES } from '../../layout/columns.ts';
import { COUNTERS_BYTES } from '../../layout/counters.ts';
import {
  REGION_AREAS,
  REGION_BUCKETS,
  REGION_COLUMNS,
  REGION_COUNTERS,
  REGION_FILTERS,
  REGION_FLOWS,
  REGION_INPUT,
  REGION_INTERFACES,
  REGION_LOCAL,
  REGION_METHODS,
  REGION_NAMES,
  REGION_PORTS,
  REGION_RECORD_COLUMNS,
  REGION_REDACTION,
  REGION_RING,
  REGION_SCRATCH,
  REGION_SEEN,
  REGION_SETTINGS,
  REGION_SETTLED,
  REGION_SIZE,
  REGION_SLABS,
  REGION_SLOTS,
  REGION_UNPACKED,
  REGIONS_BEGIN,
} from '../../layout/directory.ts';
import { FIELD_MAXIMUM, NAME_ENTRY_BYTES, NAMES_ENTRIES, SLOT_BYTES } from '../../layout/fields.ts';
import { BUCKET_BYTES, FLOW_ENTRY_BYTES } from '../../layout/flows.ts';
import { INTERFACES_BYTES } from '../../layout/interfaces.ts';
import { METHODS } from '../../layout/methods.table.ts';
import { METHOD_ENTRY_BYTES } from '../../layout/methods.ts';
import { REDACTION_BYTES, SETTLED_BYTES } from '../../layout/redaction.ts';
import { SCRATCH_BYTES, UNPACKED_BYTES } from '../../layout/scratch.ts';
import { SEEN_BYTES } from '../../layout/seen.ts';
import { LOCAL_TABLE_BYTES, PORTS_BYTES, SETTINGS_BYTES } from '../../layout/settings.ts';

const WASM_PAGE = 65536;
const WASM_PAGES_MAXIMUM = 65536;
const MEGABYTE = 1048576;

/** What decides the size of a memory. */
export interface MemorySizes {
  /** Bytes of the packet ring; 0 where a file is read. */
  readonly ring: number;
  /** Bytes of the input buffer; 0 where a ring is read. */
  readonly input: number;
  /** Number of areas. */
  readonly areas: number;
  /** Bytes of the filter programs of a file. */
  readonly filters: number;
  /** Flows that are remembered; 0 where each packet is judged alone. */
  readonly flows?: number;
  /** Bytes of slabs, in which waits what belongs to flows. */
  readonly slabs?: number;
}

/** One region: where it stands in its memory, in bytes. */
export interface Region {
  readonly address: number;
  readonly size: number;
}

/** Makes a memory and its directory. Throws a RangeError where the regions do not fit in 4 GB. */
export function makeMemory(sizes: MemorySizes): WebAssembly.Memory {
  const { flows = 0, slabs = 0 } = sizes;
  const regions: [entry: number, size: number][] = [
    [REGION_SETTINGS, SETTINGS_BYTES],
    [REGION_PORTS, PORTS_BYTES],
    [REGION_NAMES, NAMES_ENTRIES + FIELD_MAXIMUM * NAME_ENTRY_BYTES],
    [REGION_METHODS, METHODS.length * METHOD_ENTRY_BYTES],
    [REGION_SLOTS, FIELD_MAXIMUM * SLOT_BYTES],
    [REGION_COLUMNS, COLUMNS_BYTES],
    [REGION_RECORD_COLUMNS, COLUMNS_BYTES],
    [REGION_REDACTION, REDACTION_BYTES],
    [REGION_SETTLED, SETTLED_BYTES],
    [REGION_COUNTERS, COUNTERS_BYTES],
    [REGION_LOCAL, 2 * LOCAL_TABLE_BYTES],
    [REGION_SEEN, SEEN_BYTES],
    [REGION_INTERFACES, INTERFACES_BYTES],
    [REGION_FILTERS, sizes.filters],
    [REGION_SCRATCH, SCRATCH_BYTES],
    [REGION_UNPACKED, flows === 0 ? 0 : 2 * UNPACKED_BYTES],
    [REGION_BUCKETS, flows === 0 ? 0 : BUCKET_BYTES * 2 ** Math.ceil(Math.log2(flows))],
    [REGION_FLOWS, flows * FLOW_ENTRY_BYTES],
    [REGION_SLABS, slabs],
    [REGION_AREAS, sizes.areas * AREA_STRIDE],
    [REGION_INPUT, sizes.input],
    [REGION_RING, sizes.ring],
  ];
  let end = REGIONS_BEGIN;
  const places = regions.map(([entry, size]) => {
    // A ring is mapped, which needs a page of its own; the others want an address that any word may stand at.
    const alignment = entry === REGION_RING ? WASM_PAGE : 64;
    const address = Math.ceil(end / alignment) * alignment;
    end = address + size;
    return { entry, address, size };
  });
  const pages = Math.ceil(end / WASM_PAGE);
  if (pages > WASM_PAGES_MAXIMUM)
    throw new RangeError(`a capture thread’s memory would be over 4 GB: ${advice(end, sizes.ring)}`);
  const memory = reserve(pages);
  const header = new DataView(memory.buffer);
  for (const { entry, address, size } of places) {
    header.setUint32(entry, address, true);
    header.setUint32(entry + REGION_SIZE, size, true);
  }
  return memory;
}

/** What makes a memory smaller that would end here: of the ring it is known how large it may be. */
function advice(end: number, ring: number): string {
  const fits = Math.floor((WASM_PAGES_MAXIMUM * WASM_PAGE - (end - ring)) / MEGABYTE);
  return ring > 0 && fits > 0 ? `-b ${fits} would fit` : 'make -flows or -assemble_mb smaller';
}

/** V8 reserves addresses beyond what a memory can hold, so that it need not check any; most of them are never used. */
function reserve(pages: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `no address space for a capture thread’s memory (${why}): each takes some 10 GB of addresses, whatever -b is: lift the limit (ulimit -v, LimitAS=), or make -cpu smaller`,
    );
  }
}

/** The region whose directory entry is `entry` (layout/directory). */
export function regionOf(memory: WebAssembly.Memory, entry: number): Region {
  const header = new DataView(memory.buffer);
  return { address: header.getUint32(entry, true), size: header.getUint32(entry + REGION_SIZE, true) };
}

/** A view over one region's bytes. */
export function bytesOf(memory: WebAssembly.Memory, entry: number): Uint8Array {
  const { address, size } = regionOf(memory, entry);
  return new Uint8Array(memory.buffer, address, size);
}

/** A view over one region for numbers of any size; all of them are little-endian. */
export function dataOf(memory: WebAssembly.Memory, entry: number): DataView {
  const { address, size } = regionOf(memory, entry);
  return new DataView(memory.buffer, address, size);
}
