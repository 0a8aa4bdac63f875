// A run over a capture file.
import { FRAME_MAXIMUM } from '../../layout/areas.ts';
import { LINK_TYPES } from '../../layout/link-types.table.ts';
import { STOP_BROKEN, STOP_LINK_TYPE, STOP_NO_CAPTURE } from '../../layout/stops.ts';
import { type CaptureFile, openPath, provePath, readCaptureFile, sizeOf } from '../capture/file.ts';
import type { PortRange } from '../capture/ports.ts';
import { encode } from '../linux/socket-filter-abi.ts';
import { preambleOf } from './columns.ts';
import { STOPPING } from './control.ts';
import type { FormatSettings } from './format-settings.ts';
import { guard, tellTraps } from './guard.ts';
import { type Network, writeLocal } from './local-addresses.ts';
import { makeMemory } from './memory.ts';
import { type FilterProgram, filterBytes, writeSettings } from './packet-settings.ts';
import { type OutputSettings, type Run, startRun } from './run.ts';
import type { Say } from './say.ts';
import { makeCounters } from './statistics.ts';
import { flowSizes, type TransactionSettings } from './transaction-settings.ts';
import { type FileEnd, INPUT_BYTES, walkCaptureFile } from './walk-file.ts';

const AREAS = 32;

/** What a run over a file is told. */
export interface FileRunSettings extends OutputSettings, TransactionSettings, FormatSettings {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly ports: readonly PortRange[] | 'any';
  /** A pcap-filter expression; empty for none. */
  readonly filter: string;
  readonly local: readonly Network[];
  /** Bytes kept of each frame; 0 keeps all. */
  readonly snaplen: number;
  /** Stop after this many packets; -1 for no limit. */
  readonly limit: number;
  readonly split: boolean;
  readonly addVlan: boolean;
}

/** A run over a file, and how far it is. */
export interface FileRun extends Run {
  /** Bytes of the file; 0 where that is not known. */
  readonly size: number;
  /** Bytes of it that are read. */
  position(): number;
}

/**
 * Starts a run, and calls `opened` before, when the file is open; its `done` rejects, with what to do in one line, where the file is no
 * capture. Throws for a bad filter, or what `opened` throws.
 */
export async function startFileRun(
  settings: FileRunSettings,
  say: Say,
  opened: () => void = () => {},
): Promise<FileRun> {
  const name = settings.file === '-' ? 'standard input' : settings.file;
  const descriptor = openPath(settings.file);
  const filters = settings.filter === '' ? undefined : await compilePrograms(settings.filter);
  const memory = makeMemory({
    ring: 0,
    input: INPUT_BYTES,
    areas: AREAS,
    filters: filterBytes(filters),
    ...flowSizes(settings),
  });
  writeSettings(memory, { ...settings, live: false, copies: false, filters });
  writeLocal(memory, settings.local);
  opened();
  let file: CaptureFile | undefined;
  let end: FileEnd | undefined;
  const run = startRun(
    [memory],
    makeCounters(),
    { ...settings, preamble: preambleOf(settings) },
    {
      live: false,
      async capture({ module, control, writer, trapped }) {
        const stopping = (): boolean => Atomics.load(control, STOPPING) !== 0;
        file = readCaptureFile(descriptor, stopping);
        const code = guard(module, memory, tellTraps(trapped));
        end = await walkCaptureFile({ code, memory, writer, stopping }, file);
      },
      ended() {
        if (end !== undefined) judge(name, end, settings.filter, say);
      },
    },
    say,
  );
  return { ...run, size: sizeOf(descriptor), position: () => file?.position() ?? 0 };
}

/** Throws what `startFileRun` would throw; nothing of the file is read. */
export async function proveFileRun({ file, filter }: Pick<FileRunSettings, 'file' | 'filter'>): Promise<void> {
  provePath(file);
  if (filter !== '') await compilePrograms(filter);
}

/** Says how a file ended where it did not end well; throws where it could not be read at all. */
function judge(name: string, end: FileEnd, filter: string, say: Say): void {
  const { stop } = end;
  if (stop === STOP_NO_CAPTURE) {
    const why = end.error === undefined ? '' : ` (${end.error})`;
    throw new Error(`${name} is no capture file${why}: -r takes pcap and pcapng, plain or packed by gzip`);
  }
  if (stop === STOP_LINK_TYPE) {
    throw new Error(`${name}: -f "${filter}" has no meaning for its link type ${end.linkType}: leave -f out`);
  }
  if (stop === STOP_BROKEN || end.error !== undefined || end.left > 0) {
    const why = end.error === undefined ? '' : ` (${end.error})`;
    say(`${name} breaks off at byte ${end.position}${why}: what stands before is logged`, 'warning');
  }
}

/** A filter program for each link type for which the expression has a meaning. Throws where it has none at all. */
async function compilePrograms(filter: string): Promise<FilterProgram[]> {
  const { compileFilter } = await import('../linux/pcap-filter.ts');
  const programs: FilterProgram[] = [];
  let first: unknown;
  for (const linkType of LINK_TYPES) {
    try {
      programs.push({ linkType, program: encode(compileFilter(filter, linkType, FRAME_MAXIMUM)) });
    } catch (error) {
      first ??= error;
    }
  }
  if (programs.length === 0) throw first;
  return programs;
}
