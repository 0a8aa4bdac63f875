import { BPF_A, BPF_JA, BPF_JMP, BPF_RET, type Instruction, instructionClass } from '../linux/socket-filter-abi.ts';
import { goTo, ifEqual, jump, label, loadConstant, loadConstantToX, plain, type Statement } from './bpf-statements.ts';

const RETURN_OPERAND = 0x18;

/** The label of a user's instruction. The kernel's programs use no such names. */
function place(index: number): string {
  return `user ${index}`;
}

/** `ret`: where the program would end, it goes on at one of the two labels. */
function verdict({ code, k }: Instruction, passed: string, refused: string): Statement {
  if ((code & RETURN_OPERAND) === BPF_A) return ifEqual(0, refused, passed);
  return goTo(k === 0 ? refused : passed);
}

function statement(instruction: Instruction, index: number, passed: string, refused: string): Statement {
  const { code, jt, jf, k } = instruction;
  const kind = instructionClass(code);
  if (kind === BPF_RET) return verdict(instruction, passed, refused);
  if (kind !== BPF_JMP) return plain(code, k);
  if ((code & 0xf0) !== BPF_JA) return jump(code, k, place(index + 1 + jt), place(index + 1 + jf));
  return goTo(place(index + 1 + k));
}

/**
 * A compiled program as a part of another: where it would keep the packet it goes on at `passed`, where it would refuse it at
 * `refused`. A and X begin as 0, as they do in a program of its own.
 */
export function embed(program: readonly Instruction[], passed: string, refused: string): Statement[] {
  const statements = program.flatMap((instruction, index) => [
    label(place(index)),
    statement(instruction, index, passed, refused),
  ]);
  return [loadConstant(0), loadConstantToX(0), ...statements];
}
