// The fuzzer itself: that it finds what is to be found.
import binaryen from 'binaryen';
import { expect, test } from 'vitest';
import { latin1 } from '../support/bytes.ts';
import { type Fuzzing, fuzz, type Progress, reduce } from './fuzzer.ts';
import { instrument } from './instrument.ts';
import type { Target } from './target.ts';

const WORD = 'Log!';

/** A target that fails for inputs which begin with a word, and shows how far they agree with it. */
function wordTarget(): Target {
  const counters = new Uint8Array(WORD.length + 1);
  return {
    name: 'word',
    longest: 64,
    words: [],
    seeds: () => [latin1('seed')],
    counters: () => counters,
    run(input) {
      let same = 0;
      while (same < WORD.length && input[same] === WORD.charCodeAt(same)) same++;
      counters[same] = 1;
      if (same === WORD.length) throw new Error('the word');
    },
  };
}

function fuzzing(executions: number): Fuzzing & { tried: string[] } {
  const tried: string[] = [];
  return {
    seed: 1,
    tried,
    done: () => tried.length >= executions,
    trying: (input) => tried.push(Buffer.from(input).toString('latin1')),
  };
}

const texts = (inputs: readonly Uint8Array[]): string[] => inputs.map((one) => Buffer.from(one).toString('latin1'));

test('what inputs show leads to a finding, which is made small and told once', async () => {
  const { findings, corpus } = await fuzz(wordTarget(), [], fuzzing(300_000));
  expect(texts(findings.map(({ input }) => input))).toEqual([WORD]);
  expect(findings[0]?.message).toMatch(/^the word\n/);
  expect(texts(corpus)).toContain('');
  expect(texts(corpus)).toContain(WORD.slice(0, -1));
});

test('the same seed tries the same inputs', async () => {
  const runs = [fuzzing(5000), fuzzing(5000)];
  const ends: Progress[] = [];
  for (const one of runs) ends.push(await fuzz(wordTarget(), [], one));
  expect(runs[0]?.tried).toEqual(runs[1]?.tried);
  expect(ends[0]?.corpus).toEqual(ends[1]?.corpus);
});

test('what is begun with is tried first, and reduced to what reaches all places', async () => {
  const begin = ['L', 'Lx', 'Logxx', 'Log'].map(latin1);
  const { coverage } = await fuzz(wordTarget(), begin, fuzzing(0));
  expect(coverage.reached()).toEqual([0, 1, 3]);
  expect(texts(await reduce(wordTarget(), begin))).toEqual(['L', 'Log']);
});

test('a second reading that differs is a finding', async () => {
  const target: Target = {
    ...wordTarget(),
    compare: (input) => {
      if (input[0] === WORD.charCodeAt(0)) throw new Error('it begins so');
    },
  };
  const { findings } = await fuzz(target, [latin1('L')], fuzzing(0));
  expect(findings.map(({ message }) => message)).toEqual(['the second reading differs: it begins so']);
});

/** A function that counts in a variable, and one that does not end where its argument is 0. */
const MODULE = `(module
  (import "env" "memory" (memory 1 1 shared))
  (global $calls (mut i32) (i32.const 0))
  (func (export "calls") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (global.get $calls))
  (func (export "down") (param i32)
    (loop $again
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $again (i32.ne (local.get 0) (i32.const 0))))))`;

test('an instrumented module counts, ends, and can be set back', () => {
  const { module, branches } = instrument(binaryen.parseText(MODULE).emitBinary());
  expect(branches).toBe(2);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(module, { env: { memory }, fuzz: { counters: 100 } });
  const code = instance.exports as Record<string, (value?: number) => number>;
  const counters = new Uint8Array(memory.buffer, 100, branches);
  code.fuzz_keep?.();
  expect([code.calls?.(), code.calls?.()]).toEqual([1, 2]);
  code.fuzz_restore?.();
  expect(code.calls?.()).toBe(1);
  code.fuzz_setSteps?.(1000);
  code.down?.(5);
  expect([...counters]).toEqual([5, 1]);
  expect(code.fuzz_steps?.()).toBe(995);
  expect(() => code.down?.(0)).toThrow(WebAssembly.RuntimeError);
});
