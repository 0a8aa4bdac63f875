// Makes a module that can be fuzzed of one that is shipped: it counts where it goes, its steps are bounded, and it can be set
// back to how it was. The code stays what the optimiser made of it.
//
// binaryen's flat text has one instruction a line. Behind each that begins a branch stands a counter of 8 bits, in the memory
// at an address that is imported; at each loop a step is taken, and without any left the module traps.
import binaryen from 'binaryen';

/** An instrumented module, and how many counters it has. */
export interface Instrumented {
  readonly module: WebAssembly.Module;
  readonly branches: number;
}

/** Imports beside the module's own: the address of the counters. */
const IMPORTS = ' (import "fuzz" "counters" (global $fuzz_counters i32))';
const STEP = `global.get $fuzz_steps
i32.const 1
i32.sub
global.set $fuzz_steps
global.get $fuzz_steps
i32.const 0
i32.lt_s
if
unreachable
end`;

/** Instruments a module. */
export function instrument(wasm: Uint8Array): Instrumented {
  const read = binaryen.readBinary(wasm);
  read.setFeatures(binaryen.Features.All);
  const flat = read.emitStackIR();
  read.dispose();
  const { text, branches } = instrumentText(flat);
  const written = binaryen.parseText(text);
  written.setFeatures(binaryen.Features.All);
  if (!written.validate()) throw new Error('the instrumented module is not valid');
  const module = new WebAssembly.Module(written.emitBinary() as Uint8Array<ArrayBuffer>);
  written.dispose();
  return { module, branches };
}

function instrumentText(flat: string): { text: string; branches: number } {
  const lines: string[] = [];
  const globals: [name: string, type: string][] = [];
  /** The blocks that are open: whether a branch may lead behind its end. */
  const open: boolean[] = [];
  let branches = 0;
  let importing = true;
  for (const line of flat.split('\n')) {
    const word = /^ *([a-z_]+|\([a-z]+)/.exec(line)?.[1] ?? '';
    if (importing && word !== '(module' && word !== '(type' && word !== '(import') {
      lines.push(IMPORTS);
      importing = false;
    }
    const global = /^ \(global (\S+) \(mut (\w+)\)/.exec(line);
    if (global !== null) globals.push([global[1] ?? '', global[2] ?? '']);
    lines.push(line);
    const begins = word === 'block' || word === 'loop' || word === 'if';
    if (begins) open.push(word === 'block');
    if (word === 'loop') lines.push(STEP);
    const behind = word === 'end' && open.pop() === true;
    if (word === 'loop' || word === 'if' || word === 'else' || word === 'br_if' || behind)
      lines.push(count(branches++));
  }
  const end = lines.lastIndexOf(')');
  lines.splice(end, 0, support(globals));
  return { text: lines.join('\n'), branches };
}

/** Adds 1 to a counter. */
function count(counter: number): string {
  return `global.get $fuzz_counters
global.get $fuzz_counters
i32.load8_u offset=${counter}
i32.const 1
i32.add
i32.store8 offset=${counter}`;
}

function zero(type: string): string {
  return type === 'v128' ? 'v128.const i64x2 0 0' : `${type}.const 0`;
}

/** What sets steps, and what keeps all variables and sets them back. */
function support(globals: readonly (readonly [name: string, type: string])[]): string {
  const kept = (name: string): string => `$kept_${name.slice(1)}`;
  return [
    '(global $fuzz_steps (mut i32) (i32.const 0))',
    ...globals.map(([name, type]) => `(global ${kept(name)} (mut ${type}) (${zero(type)}))`),
    '(func (export "fuzz_setSteps") (param i32)\nlocal.get 0\nglobal.set $fuzz_steps)',
    '(func (export "fuzz_steps") (result i32)\nglobal.get $fuzz_steps)',
    '(func (export "fuzz_keep")',
    ...globals.map(([name]) => `global.get ${name}\nglobal.set ${kept(name)}`),
    ')',
    '(func (export "fuzz_restore")',
    ...globals.map(([name]) => `global.get ${kept(name)}\nglobal.set ${name}`),
    ')',
  ].join('\n');
}
