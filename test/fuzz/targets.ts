// Every target by its name.
import { readFileSync } from 'node:fs';
import { type Instrumented, instrument } from './instrument.ts';
import type { Target } from './target.ts';
import { pcapngTarget, pcapTarget } from './targets/capture-files.ts';
import { configurationTarget } from './targets/configuration.ts';
import { decodeTarget } from './targets/decode.ts';
import { formatsTarget } from './targets/formats.ts';
import { gunzipTarget } from './targets/gunzip.ts';
import { headTarget } from './targets/head.ts';
import { flowTableTarget, reassemblyTarget } from './targets/streams.ts';

const MAKERS: Readonly<Record<string, (code: Instrumented) => Target>> = {
  decode: decodeTarget,
  head: headTarget,
  formats: formatsTarget,
  'flow-table': flowTableTarget,
  reassembly: reassemblyTarget,
  pcap: pcapTarget,
  pcapng: pcapngTarget,
  gunzip: gunzipTarget,
  configuration: configurationTarget,
};

export const TARGETS: readonly string[] = Object.keys(MAKERS);

/** The packet code's test build, instrumented. */
export function instrumentedCode(): Instrumented {
  return instrument(readFileSync(new URL('../../dist/packet.test.wasm', import.meta.url)));
}

/** Makes a target. */
export function makeTarget(name: string, code: Instrumented): Target {
  const make = MAKERS[name];
  if (make === undefined) throw new RangeError(`there is no target ${name}; there are ${TARGETS.join(', ')}`);
  return make(code);
}
