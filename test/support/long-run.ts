// A run over many capture files, one after the other in one memory: what is remembered between packets stays.
import { PLACE_FILE_KIND, PLACE_INPUT_AT, PLACE_INPUT_END, REGION_INPUT } from '../../layout/directory.ts';
import { STOP_DONE, STOP_MORE, STOP_NO_AREA } from '../../layout/stops.ts';
import { fullAreas } from '../../src/pipeline/areas.ts';
import { bytesOf, makeMemory, regionOf } from '../../src/pipeline/memory.ts';
import { instantiate, type PacketCode } from '../../src/pipeline/packet-code.ts';
import { writeSettings } from '../../src/pipeline/packet-settings.ts';
import { asLatin1 } from './bytes.ts';
import { packetModule } from './packet-code.ts';
import { countersIn } from './packet-lines.ts';

export interface LongRunSettings {
  readonly assemble: boolean;
  readonly fields: readonly string[];
  readonly pair?: boolean;
  readonly flows?: number;
  /** Number of slabs. */
  readonly slabs?: number;
  readonly areas?: number;
  /** Bytes of the largest file. */
  readonly input?: number;
  readonly split?: boolean;
}

/** More calls than any file needs: packets cannot stop the walk for ever. */
const CALLS_MAXIMUM = 100_000;

export class LongRun {
  readonly memory: WebAssembly.Memory;
  readonly #code: PacketCode;
  /** How often the packet code stopped for want of an area. */
  stops = 0;

  constructor(settings: LongRunSettings) {
    const { assemble, fields, pair = true, flows = 4096, slabs = 4096, areas = 4, input = 1_048_576 } = settings;
    this.memory = makeMemory({ ring: 0, input, areas, filters: 0, flows, slabs: slabs * 1024 });
    writeSettings(this.memory, {
      live: false,
      ports: 'any',
      snaplen: 0,
      limit: -1,
      split: settings.split ?? false,
      addVlan: false,
      copies: false,
      filters: undefined,
      timeoutSeconds: 60,
      format: 'tsv',
      fields,
      pair,
      assemble,
    });
    this.#code = instantiate(packetModule({ pair, assemble, format: 'tsv' }), this.memory);
  }

  /** The counters that are not 0. */
  get counters(): Record<string, number> {
    return countersIn(this.memory);
  }

  /** Walks a file; its lines as far as they are handed over. */
  walk(file: Uint8Array): string[] {
    const input = regionOf(this.memory, REGION_INPUT);
    if (file.length > input.size) throw new RangeError('a larger file than there is room for');
    bytesOf(this.memory, REGION_INPUT).set(file);
    const header = new DataView(this.memory.buffer);
    header.setUint32(PLACE_FILE_KIND, 0, true);
    header.setUint32(PLACE_INPUT_AT, input.address, true);
    header.setUint32(PLACE_INPUT_END, input.address + file.length, true);
    return this.#called(() => this.#code.walkFile(), STOP_MORE);
  }

  /** Forgets all flows; the lines that are left. */
  finish(): string[] {
    return this.#called(() => this.#code.finish(), STOP_DONE);
  }

  #called(call: () => number, last: number): string[] {
    const lines: string[] = [];
    for (let calls = 0; calls < CALLS_MAXIMUM; calls++) {
      const stop = call();
      lines.push(...this.#take());
      if (stop === last) return lines;
      if (stop !== STOP_NO_AREA) throw new Error(`stopped: ${stop}`);
      this.stops++;
      // A run has more areas than can be begun at a time. Here what was begun may be all there is.
      this.#code.tick(0);
      lines.push(...this.#take());
    }
    throw new Error('no end of stops for want of an area');
  }

  #take(): string[] {
    return fullAreas(this.memory).flatMap((area) => {
      const lines = asLatin1(area.bytes).split('\n').slice(0, -1);
      area.free();
      return lines;
    });
  }
}
