import { BPF_JA, BPF_JMP, type Instruction, MAXIMUM_INSTRUCTIONS } from '../linux/socket-filter-abi.ts';
import type { Statement } from './bpf-statements.ts';

// A small assembler for classic BPF (Documentation/networking/filter.rst). Jumps go forward only, and a conditional one at most 255
// instructions: where a label is farther away, the jump goes to a `ja`, which reaches any distance, put behind it.

const FARTHEST = 255;

/** A jump whose target is too far away for its 8 bits. */
interface Far {
  whenTrue: boolean;
  whenFalse: boolean;
}

type Places = ReadonlyMap<string, number>;

/** How many instructions a statement becomes. */
function sizeOf(statement: Statement, far: Far | undefined): number {
  if (statement.kind === 'label') return 0;
  return 1 + (far?.whenTrue ? 1 : 0) + (far?.whenFalse ? 1 : 0);
}

/** Where each label stands, in instructions from the program's beginning. */
function placeLabels(statements: readonly Statement[], far: readonly Far[]): Places {
  const places = new Map<string, number>();
  let at = 0;
  statements.forEach((statement, i) => {
    if (statement.kind === 'label') {
      if (places.has(statement.name)) throw new Error(`bpf: the label "${statement.name}" stands twice`);
      places.set(statement.name, at);
    }
    at += sizeOf(statement, far[i]);
  });
  return places;
}

/** How many instructions stand between the one before `from` and a label. */
function distance(places: Places, name: string, from: number): number {
  const place = places.get(name);
  if (place === undefined) throw new Error(`bpf: there is no label "${name}"`);
  if (place < from) throw new Error(`bpf: the jump to "${name}" goes backwards, which the kernel refuses`);
  return place - from;
}

/** Marks the jumps that do not reach their labels: true if there was one not known before. */
function markFar(statements: readonly Statement[], far: readonly Far[]): boolean {
  const places = placeLabels(statements, far);
  let at = 0;
  let found = false;
  statements.forEach((statement, i) => {
    const mark = far[i];
    const size = sizeOf(statement, mark); // as the labels were placed, before this round's marks
    if (statement.kind === 'jump' && mark !== undefined) {
      const reaches = (name: string | undefined): boolean =>
        name === undefined || distance(places, name, at + 1) <= FARTHEST;
      if (!mark.whenTrue && !reaches(statement.whenTrue)) found = mark.whenTrue = true;
      if (!mark.whenFalse && !reaches(statement.whenFalse)) found = mark.whenFalse = true;
    }
    at += size;
  });
  return found;
}

function jumpAlways(places: Places, name: string, at: number): Instruction {
  return { code: BPF_JMP | BPF_JA, jt: 0, jf: 0, k: distance(places, name, at + 1) };
}

/** A conditional jump at `at`, and behind it a `ja` for each label that is far away. */
function conditional(statement: Statement & { kind: 'jump' }, far: Far, places: Places, at: number): Instruction[] {
  const { code, k, whenTrue, whenFalse } = statement;
  const behind: Instruction[] = [];
  const size = sizeOf(statement, far);
  const skip = (name: string | undefined, isFar: boolean): number => {
    if (name === undefined) return size - 1;
    if (!isFar) return distance(places, name, at + 1);
    behind.push(jumpAlways(places, name, at + 1 + behind.length));
    return behind.length - 1;
  };
  const jt = skip(whenTrue, far.whenTrue);
  const jf = skip(whenFalse, far.whenFalse);
  return [{ code, jt, jf, k: k >>> 0 }, ...behind];
}

function translate(statement: Statement, far: Far, places: Places, at: number): Instruction[] {
  if (statement.kind === 'label') return [];
  if (statement.kind === 'plain') return [{ code: statement.code, jt: 0, jf: 0, k: statement.k >>> 0 }];
  if (statement.kind === 'always') return [jumpAlways(places, statement.to, at)];
  return conditional(statement, far, places, at);
}

/**
 * Makes a program of statements.
 * @throws Error for a label that is unknown or stands twice, a jump backwards, and a program of more than 4096 instructions.
 */
export function assemble(statements: readonly Statement[]): Instruction[] {
  const far: Far[] = statements.map(() => ({ whenTrue: false, whenFalse: false }));
  while (markFar(statements, far)) {
    // Each round marks at least one more jump, so it ends; what was put in may have moved other labels out of reach.
  }
  const places = placeLabels(statements, far);
  const program: Instruction[] = [];
  statements.forEach((statement, i) => {
    program.push(...translate(statement, far[i] ?? { whenTrue: false, whenFalse: false }, places, program.length));
  });
  if (program.length > MAXIMUM_INSTRUCTIONS) {
    throw new Error(
      `bpf: ${program.length} instructions, and the kernel takes ${MAXIMUM_INSTRUCTIONS}: make the filter expression shorter`,
    );
  }
  return program;
}
