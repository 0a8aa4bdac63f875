// Drives the packet code over the bytes of a capture file, in this thread.
import { readFileSync } from 'node:fs';
import { COUNTERS } from '../../layout/counters.table.ts';
import { PLACE_INPUT_AT, PLACE_INPUT_END, REGION_COUNTERS, REGION_INPUT } from '../../layout/directory.ts';
import { STOP_DONE, STOP_NO_AREA } from '../../layout/stops.ts';
import type { PortRange } from '../../src/capture/ports.ts';
import { fullAreas } from '../../src/pipeline/areas.ts';
import type { LineSettings } from '../../src/pipeline/columns.ts';
import { type Network, writeLocal } from '../../src/pipeline/local-addresses.ts';
import { bytesOf, dataOf, makeMemory, regionOf } from '../../src/pipeline/memory.ts';
import { instantiate } from '../../src/pipeline/packet-code.ts';
import { moduleName } from '../../src/pipeline/packet-module.ts';
import { type FilterProgram, filterBytes, writeSettings } from '../../src/pipeline/packet-settings.ts';

export interface RunSettings extends Partial<LineSettings> {
  ports: readonly PortRange[] | 'any';
  local: readonly Network[];
  addVlan: boolean;
  split: boolean;
  snaplen?: number;
  limit?: number;
  filters?: readonly FilterProgram[];
  timeoutSeconds?: number;
  /** Flows that are remembered. */
  flows?: number;
  /** Bytes of slabs. */
  slabs?: number;
}

export interface RunResult {
  areas: { day: number; split: number; bytes: Uint8Array; lines: number }[];
  counters: Map<string, bigint>;
  stop: number;
}

const moduleNamed = (name: string): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL(`../../dist/${name}.wasm`, import.meta.url)));
const modules = { message: moduleNamed('message'), packet: moduleNamed('packet') };

/** The module, as it is shipped, for a run with these settings. */
export function packetModule(settings: Partial<LineSettings>): WebAssembly.Module {
  return modules[moduleName(settings)];
}

/** Walks a whole file. With few areas it stops for want of one, which is then taken and freed as the writer does. */
export function runFile(file: Uint8Array, settings: RunSettings, areaCount = 4): RunResult {
  const transactions = settings.pair === true || settings.assemble === true;
  const memory = makeMemory({
    ring: 0,
    input: file.length,
    areas: areaCount,
    filters: filterBytes(settings.filters),
    flows: transactions ? (settings.flows ?? 4096) : 0,
    slabs: transactions ? (settings.slabs ?? 8388608) : 0,
  });
  writeSettings(memory, {
    ...settings,
    live: false,
    snaplen: settings.snaplen ?? 0,
    limit: settings.limit ?? -1,
    copies: false,
    filters: settings.filters,
    timeoutSeconds: settings.timeoutSeconds ?? 60,
  });
  writeLocal(memory, settings.local);
  const input = regionOf(memory, REGION_INPUT);
  bytesOf(memory, REGION_INPUT).set(file);
  const header = new DataView(memory.buffer);
  header.setUint32(PLACE_INPUT_AT, input.address, true);
  header.setUint32(PLACE_INPUT_END, input.address + file.length, true);
  const areas: RunResult['areas'] = [];
  let stop = STOP_DONE;
  const take = (): void => {
    const full = fullAreas(memory);
    if (full.length === 0 && stop === STOP_NO_AREA) throw new Error('it waits for an area and has given none');
    for (const area of full) {
      areas.push({ day: area.day, split: area.split, lines: area.lines, bytes: area.bytes.slice() });
      area.free();
    }
  };
  const code = instantiate(packetModule(settings), memory);
  stop = code.walkFile();
  for (; stop === STOP_NO_AREA; stop = code.walkFile()) take();
  for (let end = code.finish(); end === STOP_NO_AREA; end = code.finish()) take();
  take();
  const words = dataOf(memory, REGION_COUNTERS);
  return {
    areas,
    stop,
    counters: new Map(COUNTERS.map(({ number, name }) => [name, words.getBigUint64(8 * number, true)])),
  };
}
