import { describe, expect, test } from 'vitest';
import { runProgram } from '../../test/support/cbpf.ts';
import { encode } from '../linux/socket-filter-abi.ts';
import { assemble } from './bpf.ts';
import {
  end,
  goTo,
  ifAbove,
  ifAnyBit,
  ifAtLeast,
  ifEqual,
  ifEqualToX,
  label,
  loadByte,
  loadConstant,
  loadConstantToX,
  loadHalf,
  loadHeaderLengthToX,
  loadLength,
  type Statement,
} from './bpf-statements.ts';

const NO_METADATA = { protocol: 0, packetType: 0, interfaceIndex: 0, hardwareType: 0 };

function run(statements: Statement[], ...packet: number[]): number {
  return runProgram(encode(assemble(statements)), Uint8Array.from(packet), NO_METADATA);
}

/** Statements that do nothing, to move labels away. */
function filling(count: number): Statement[] {
  return Array.from({ length: count }, () => loadConstant(7));
}

describe('assemble', () => {
  test('near jumps count instructions from the next one on', () => {
    const program = assemble([
      loadHalf(12),
      ifEqual(0x0800, 'ip', 'other'),
      label('ip'),
      end(65535),
      label('other'),
      end(0),
    ]);
    expect(program).toEqual([
      { code: 0x28, jt: 0, jf: 0, k: 12 },
      { code: 0x15, jt: 0, jf: 1, k: 0x0800 },
      { code: 0x06, jt: 0, jf: 0, k: 65535 },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
  });

  test('a jump without a label goes on with the next line', () => {
    const program = assemble([ifAnyBit(3, undefined, 'no'), end(1), label('no'), end(0)]);
    expect(program[0]).toEqual({ code: 0x45, jt: 0, jf: 1, k: 3 });
  });

  test('255 instructions are near, 256 go through a ja', () => {
    const program = (count: number) => assemble([ifEqual(1, 'far'), ...filling(count), label('far'), end(0)]);
    expect(program(255)[0]).toEqual({ code: 0x15, jt: 255, jf: 0, k: 1 });
    expect(program(256).slice(0, 2)).toEqual([
      { code: 0x15, jt: 0, jf: 1, k: 1 },
      { code: 0x05, jt: 0, jf: 0, k: 256 },
    ]);
  });

  test.each([0, 1, 250, 253, 254, 255, 256, 257, 258, 300, 1000])(
    'with %i lines between, each way out is right',
    (count) => {
      const statements = [
        loadByte(0),
        ifEqual(1, 'one', 'not one'),
        label('one'),
        ...filling(count),
        end(11),
        label('not one'),
        loadByte(0),
        ifAbove(5, 'high'),
        loadByte(0),
        ifAtLeast(3, undefined, 'low'),
        ...filling(count),
        end(33),
        label('low'),
        ...filling(count),
        end(22),
        label('high'),
        end(66),
      ];
      expect([0, 1, 2, 3, 5, 6].map((byte) => run(statements, byte))).toEqual([22, 11, 22, 33, 33, 66]);
    },
  );

  test('both ways out may be far', () => {
    const statements = [
      loadLength(),
      ifEqual(2, 'two', 'other'),
      ...filling(300),
      label('two'),
      end(2),
      ...filling(300),
      label('other'),
      end(9),
    ];
    expect(assemble(statements).slice(1, 4)).toEqual([
      { code: 0x15, jt: 0, jf: 1, k: 2 },
      { code: 0x05, jt: 0, jf: 0, k: 301 },
      { code: 0x05, jt: 0, jf: 0, k: 601 },
    ]);
    expect([run(statements, 0, 0), run(statements, 0)]).toEqual([2, 9]);
  });

  test('a ja put in between moves other labels out of reach', () => {
    // The inner jump is far; with its ja the outer one is as well.
    const statements = [
      loadByte(0),
      ifEqual(1, 'outer'),
      ifEqual(2, 'inner'),
      ...filling(254),
      label('outer'),
      end(1),
      ...filling(5),
      label('inner'),
      end(2),
    ];
    expect([1, 2, 3].map((byte) => run(statements, byte))).toEqual([1, 2, 1]);
    expect(assemble(statements).length).toBe(3 + 2 + 254 + 1 + 5 + 1);
  });

  test('numbers with the high bit stay without sign', () => {
    expect(assemble([loadConstant(0xfffff000), end(-1)]).map(({ k }) => k)).toEqual([0xfffff000, 0xffffffff]);
  });

  test('X: header length and comparison', () => {
    const statements = [loadHeaderLengthToX(0), loadLength(), ifEqualToX('same'), end(1), label('same'), end(2)];
    expect(run(statements, 0x41, 0, 0, 0)).toBe(2);
    expect(run(statements, 0x42, 0, 0, 0)).toBe(1);
  });

  test('mistakes are named', () => {
    expect(() => assemble([goTo('nowhere'), end(0)])).toThrow('bpf: there is no label "nowhere"');
    expect(() => assemble([ifEqual(1, 'nowhere'), end(0)])).toThrow('bpf: there is no label "nowhere"');
    expect(() => assemble([label('a'), label('a'), end(0)])).toThrow('bpf: the label "a" stands twice');
    expect(() => assemble([label('back'), loadConstantToX(1), goTo('back')])).toThrow(
      'bpf: the jump to "back" goes backwards, which the kernel refuses',
    );
    expect(assemble([...filling(4095), end(0)]).length).toBe(4096);
    expect(() => assemble([...filling(4096), end(0)])).toThrow('bpf: 4097 instructions, and the kernel takes 4096');
  });
});

test('encode writes struct sock_filter', () => {
  const [code, k] = [Uint16Array.of(0x15), Uint32Array.of(0xfedcba98)].map((n) => [...new Uint8Array(n.buffer)]);
  expect([...encode([{ code: 0x15, jt: 1, jf: 255, k: 0xfedcba98 }])]).toEqual([...(code ?? []), 1, 255, ...(k ?? [])]);
});
