import { STOP_BROKEN, STOP_DONE, STOP_LIMIT, STOP_MORE, STOP_NO_CAPTURE } from '../../layout/stops.ts';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types.ts';
import { asLatin1 } from './bytes.ts';
import { type RunSettings, runFile } from './packet-code.ts';
import type { End } from './second-reading/capture.ts';
import type { Type } from './second-reading/line.ts';
import { readFile } from './second-reading.ts';

/** What both readings must agree on: lines by the file that they go to, counts, and how the file ended. */
export interface Outcome {
  /** By `YYYYMMDD`, or with `split` by `YYYYMMDD TYPE`; latin1, a character for each byte. */
  lines: Record<string, string>;
  packets: number;
  cutHeads: number;
  types: Record<Type, number>;
  traps: number;
  /** `read`: to the end, whether that was the end of a record or not. Undefined where a limit may have ended it first. */
  end: 'read' | 'broken' | 'not a capture' | undefined;
}

const TYPES: Readonly<Record<Type, number>> = { CQ: TYPE_CQ, CR: TYPE_CR, SQ: TYPE_SQ, SR: TYPE_SR };

/** What the packet code makes of a file. */
export function packetCodeOutcome(file: Uint8Array, settings: RunSettings): Outcome {
  const { areas, counters, stop } = runFile(file, settings);
  const lines: Record<string, string> = {};
  for (const area of areas) {
    const type = Object.entries(TYPES).find(([, number]) => number === area.split)?.[0];
    const key = settings.split ? `${area.day} ${type}` : `${area.day}`;
    lines[key] = (lines[key] ?? '') + asLatin1(area.bytes);
  }
  const count = (name: string): number => Number(counters.get(name));
  return {
    lines,
    packets: count('packets'),
    cutHeads: count('heads_cut'),
    types: { CQ: count('messages_cq'), CR: count('messages_cr'), SQ: count('messages_sq'), SR: count('messages_sr') },
    traps: count('traps'),
    end: endOf(stop),
  };
}

function endOf(stop: number): Outcome['end'] {
  if (stop === STOP_LIMIT) return undefined;
  if (stop === STOP_NO_CAPTURE) return 'not a capture';
  // At a file's end the walk asks for more: only who holds the file knows that there is none.
  if (stop === STOP_DONE || stop === STOP_MORE) return 'read';
  return stop === STOP_BROKEN ? 'broken' : undefined;
}

/** What the second reading makes of it. */
export function secondReadingOutcome(file: Uint8Array, settings: RunSettings): Outcome {
  const reading = readFile(file, settings);
  const lines: Record<string, string> = {};
  const types: Record<Type, number> = { CQ: 0, CR: 0, SQ: 0, SR: 0 };
  for (const { day, type, bytes } of reading.lines) {
    const key = settings.split ? `${Number(day)} ${type}` : `${Number(day)}`;
    lines[key] = (lines[key] ?? '') + asLatin1(bytes);
    types[type]++;
  }
  const limited = settings.limit !== undefined && reading.packets >= settings.limit;
  return {
    lines,
    packets: reading.packets,
    cutHeads: reading.cutHeads,
    types,
    traps: 0,
    end: limited ? undefined : secondEnd(file, reading.end),
  };
}

function secondEnd(file: Uint8Array, end: End): Outcome['end'] {
  // Fewer bytes than a magic: the walk asks for more.
  if (file.length < 4) return 'read';
  return end === 'whole' || end === 'cut' ? 'read' : end;
}
