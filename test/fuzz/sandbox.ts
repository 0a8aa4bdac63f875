// The instrumented packet code over a memory of its own, which is set back before each input: a new instance would cost more
// than most inputs do.
import { AREA_HEADER_BYTES, AREA_STRIDE } from '../../layout/areas.ts';
import {
  PLACE_FILE_KIND,
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  REGION_AREAS,
  REGION_BUCKETS,
  REGION_COUNTERS,
  REGION_FLOWS,
  REGION_INPUT,
  REGION_SCRATCH,
  REGION_SETTLED,
  REGION_SLABS,
  REGION_SLOTS,
  REGION_UNPACKED,
  REGIONS_BEGIN,
} from '../../layout/directory.ts';
import { writeLocal } from '../../src/pipeline/local-addresses.ts';
import { bytesOf, makeMemory, regionOf } from '../../src/pipeline/memory.ts';
import { type PacketSettings, writeSettings } from '../../src/pipeline/packet-settings.ts';
import { network } from '../support/addresses.ts';
import type { InnerFunctions } from '../support/packet-internals.ts';
import type { Instrumented } from './instrument.ts';

interface Support {
  fuzz_setSteps(steps: number): void;
  fuzz_steps(): number;
  fuzz_keep(): void;
  fuzz_restore(): void;
}

export interface SandboxSettings extends Partial<PacketSettings> {
  /** Bytes of the largest input. */
  readonly input: number;
  readonly areas?: number;
  readonly flows?: number;
  /** Number of slabs. */
  readonly slabs?: number;
}

/** Packet code that can be set back. */
export interface Sandbox {
  readonly code: InnerFunctions;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  readonly words: DataView;
  /** Where inputs stand: room for the longest, and GUARD bytes before and behind it. */
  readonly input: number;
  /** How often each branch was taken since this was cleared, which nothing here does. */
  readonly counters: Uint8Array;
  /** Sets everything back. What no run may depend on is filled with `litter`. `steps` may be gone from now on. */
  begin(litter: number, steps: number): void;
  /** Steps that are left; negative where the last call was ended for want of them. */
  stepsLeft(): number;
  /** The packet code's counters (layout/counters). */
  readonly totals: Uint8Array;
  /** Puts bytes where inputs stand, with others around them. */
  put(what: Uint8Array, around: number): { readonly at: number; readonly end: number };
  /** Throws where the code wrote what is not its to write. */
  checkUntouched(): void;
}

/** Bytes around an input. */
export const GUARD = 64;
/** Bytes of large regions that are filled. */
const LITTERED = 4096;

const DEFAULTS: PacketSettings = {
  live: false,
  ports: 'any',
  snaplen: 0,
  limit: -1,
  split: false,
  addVlan: true,
  copies: false,
  filters: undefined,
  timeoutSeconds: 60,
};

/** Opens packet code with these settings. */
export function openSandbox({ module, branches }: Instrumented, settings: SandboxSettings): Sandbox {
  const { flows = 0, slabs = 0, areas = 2 } = settings;
  // The counters take the ring's place.
  const counted = Math.ceil(branches / 65536) * 65536;
  const input = settings.input + 2 * GUARD;
  const memory = makeMemory({ ring: counted, input, areas, filters: 0, flows, slabs: slabs * 1024 });
  writeSettings(memory, { ...DEFAULTS, ...settings });
  writeLocal(memory, [network('10.0.0.0/8'), network('2001:db8::/32')]);
  const bytes = new Uint8Array(memory.buffer);
  const words = new DataView(memory.buffer);
  const end = bytes.length - counted;
  const instance = new WebAssembly.Instance(module, {
    env: { memory },
    time: { localOffset: () => 32_400 },
    fuzz: { counters: end },
  });
  const code = instance.exports as unknown as InnerFunctions & Support;
  code.fuzz_setSteps(1 << 30);
  code.start();
  code.fuzz_keep();
  const first = bytes.slice(0, REGIONS_BEGIN);
  // What the packet code only reads: settings, ports, names and methods, and behind its slots the columns and redaction.
  const [slots, settled] = [regionOf(memory, REGION_SLOTS), regionOf(memory, REGION_SETTLED)];
  const written = [
    bytes.subarray(REGIONS_BEGIN, slots.address),
    bytes.subarray(slots.address + slots.size, settled.address),
  ].map((view) => ({ view, before: view.slice() }));
  const totals = bytesOf(memory, REGION_COUNTERS);
  const buckets = bytesOf(memory, REGION_BUCKETS);
  const areasAt = regionOf(memory, REGION_AREAS).address;
  const littered = [REGION_SETTLED, REGION_SCRATCH, REGION_UNPACKED, REGION_FLOWS, REGION_SLABS].map((region) =>
    bytesOf(memory, region).subarray(0, region === REGION_FLOWS || region === REGION_SLABS ? undefined : LITTERED),
  );
  const inputAt = regionOf(memory, REGION_INPUT).address + GUARD;
  return {
    code,
    memory,
    bytes,
    words,
    input: inputAt,
    counters: bytes.subarray(end, end + branches),
    totals,
    begin(litter, steps) {
      bytes.set(first);
      totals.fill(0);
      buckets.fill(0);
      for (const region of littered) region.fill(litter);
      for (let i = 0; i < areas; i++)
        bytes.fill(0, areasAt + i * AREA_STRIDE, areasAt + i * AREA_STRIDE + AREA_HEADER_BYTES);
      code.fuzz_restore();
      code.fuzz_setSteps(steps);
    },
    stepsLeft: () => code.fuzz_steps(),
    put(what, around) {
      const behind = inputAt + what.length;
      bytes.fill(around, inputAt - GUARD, inputAt);
      bytes.set(what, inputAt);
      bytes.fill(around, behind, behind + GUARD);
      words.setUint32(PLACE_FILE_KIND, 0, true);
      words.setUint32(PLACE_INPUT_AT, inputAt, true);
      words.setUint32(PLACE_INPUT_END, behind, true);
      return { at: inputAt, end: behind };
    },
    checkUntouched() {
      for (const { view, before } of written) {
        if (Buffer.compare(view, before) !== 0) throw new Error('it wrote into its settings');
      }
    },
  };
}
