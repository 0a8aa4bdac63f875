// Changes inputs: a few changes at a time, at random, as AFL's and libFuzzer's do.
import type { Random } from '../../bench/random.ts';
import { join } from '../support/bytes.ts';

/** Numbers at which code often decides. */
const BOUNDS: readonly number[] = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 20, 24, 28, 31, 32, 40, 63, 64, 100, 127, 128, 255, 256, 512, 1000, 1023, 1024, 4095,
  4096, 32_767, 32_768, 65_535, 65_536, 262_144, 262_145, 16_777_216, 0x3fff_ffff, 0x4000_0000, 0x7fff_ffff,
  0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];
const DIGITS: readonly string[] = [
  '0',
  '00',
  '18446744073709551615',
  '18446744073709551616',
  '4294967296',
  '-1',
  'ffffffff',
];
/** Bytes that one change may add. */
const ADDED = 64;

/** What inputs are made from. */
export interface Material {
  readonly words: readonly Uint8Array[];
  /** Another input of the corpus. */
  other(): Uint8Array;
  readonly longest: number;
}

type Change = (bytes: Uint8Array, random: Random, material: Material) => Uint8Array;

/** Changes an input; a copy. */
export function mutate(input: Uint8Array, random: Random, material: Material): Uint8Array {
  let bytes: Uint8Array = input.slice();
  const times = 1 + random.below(1 << random.below(5));
  for (let i = 0; i < times; i++) {
    bytes = (CHANGES[random.below(CHANGES.length)] as Change)(bytes, random, material);
    if (bytes.length > material.longest) bytes = bytes.subarray(0, material.longest);
  }
  return bytes;
}

/** Replaces `removed` bytes at `at`. */
function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const rest = Math.min(bytes.length, at + removed);
  const whole = new Uint8Array(at + added.length + bytes.length - rest);
  whole.set(bytes.subarray(0, at));
  whole.set(added, at);
  whole.set(bytes.subarray(rest), at + added.length);
  return whole;
}

/** Writes over bytes, in place as far as they go. */
function overwrite(bytes: Uint8Array, at: number, added: Uint8Array): Uint8Array {
  bytes.set(added.subarray(0, bytes.length - at), at);
  return bytes;
}

/** Most pieces are short. */
function lengthOf(random: Random, most: number): number {
  return Math.min(most, 1 + random.below(1 << random.below(random.chance(0.1) ? 12 : 6)));
}

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = random.below(bytes.length);
  return bytes.slice(at, at + lengthOf(random, bytes.length - at));
}

function number(random: Random): Uint8Array {
  const bytes = Buffer.alloc(4);
  const value = ((BOUNDS[random.below(BOUNDS.length)] ?? 0) + (random.chance(0.3) ? random.below(9) - 4 : 0)) >>> 0;
  const width = [1, 2, 2, 4, 4][random.below(5)] ?? 4;
  const kept = width === 4 ? value : value % 2 ** (8 * width);
  if (random.chance(0.5)) bytes.writeUIntBE(kept, 0, width);
  else bytes.writeUIntLE(kept, 0, width);
  return bytes.subarray(0, width);
}

const place = (bytes: Uint8Array, random: Random): number => random.below(bytes.length + 1);
const word = (random: Random, { words }: Material): Uint8Array =>
  words[random.below(words.length)] ?? new Uint8Array(1);

const flipBit: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  return bytes;
};

const anyByte: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
};

const addToByte: Change = (bytes, random) => {
  const at = random.below(bytes.length);
  if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) + random.below(33) - 16;
  return bytes;
};

const setNumber: Change = (bytes, random) => overwrite(bytes, place(bytes, random), number(random));
const insertNumber: Change = (bytes, random) => splice(bytes, place(bytes, random), 0, number(random));
const setWord: Change = (bytes, random, material) => overwrite(bytes, place(bytes, random), word(random, material));
const insertWord: Change = (bytes, random, material) => splice(bytes, place(bytes, random), 0, word(random, material));
const insertDigits: Change = (bytes, random) =>
  splice(bytes, place(bytes, random), random.below(4), Buffer.from(DIGITS[random.below(DIGITS.length)] ?? '0'));
const remove: Change = (bytes, random) => {
  const at = place(bytes, random);
  return splice(bytes, at, lengthOf(random, bytes.length), new Uint8Array(0));
};
const repeat: Change = (bytes, random) => splice(bytes, place(bytes, random), 0, piece(bytes, random));
const move: Change = (bytes, random) => overwrite(bytes, place(bytes, random), piece(bytes, random));
const insertRun: Change = (bytes, random) =>
  splice(bytes, place(bytes, random), 0, new Uint8Array(lengthOf(random, ADDED)).fill(random.below(256)));
const insertOther: Change = (bytes, random, { other }) =>
  splice(bytes, place(bytes, random), 0, piece(other(), random));
const setOther: Change = (bytes, random, { other }) => overwrite(bytes, place(bytes, random), piece(other(), random));
/** The beginning of one, the end of another. */
const cross: Change = (bytes, random, { other }) => {
  const rest = other();
  return join(bytes.subarray(0, place(bytes, random)), rest.subarray(place(rest, random)));
};
const cut: Change = (bytes, random) => bytes.subarray(0, place(bytes, random));

const CHANGES: readonly Change[] = [
  flipBit,
  flipBit,
  anyByte,
  addToByte,
  setNumber,
  setNumber,
  insertNumber,
  setWord,
  insertWord,
  insertWord,
  insertDigits,
  remove,
  remove,
  repeat,
  move,
  insertRun,
  insertOther,
  setOther,
  cross,
  cut,
];
