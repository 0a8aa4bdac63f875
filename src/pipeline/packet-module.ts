// Which module of packet code a run needs.
import { readFileSync } from 'node:fs';
import type { LineSettings } from './columns.ts';
import { concernsText } from './redaction.ts';

/**
 * Name of the module for a run with these settings. The main mode, one line of text for each message, has one of its own:
 * there the compiler has one way only to make fast, and Node less to compile.
 */
export function moduleName(settings: Partial<LineSettings>): 'message' | 'packet' {
  const { format = 'text', pair = false, assemble = false, redact = [], records = false } = settings;
  return format === 'text' && !pair && !assemble && !records && !concernsText(redact) ? 'message' : 'packet';
}

/** Compiles the packet code for a run with these settings. */
export function packetModule(settings: Partial<LineSettings>): WebAssembly.Module {
  const url = new URL(`../../${moduleName(settings)}.wasm`, import.meta.url);
  return new WebAssembly.Module(readFileSync(url));
}
