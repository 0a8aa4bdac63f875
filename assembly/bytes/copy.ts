/**
 * Copies the bytes `from`..`end`, sixteen at a time (a call of `memory.copy` costs more for so few). Bytes up to `bound` may
 * be read along, and up to 15 behind the copy be overwritten.
 */
export function copy(to: usize, from: usize, end: usize, bound: usize): void {
  while (from < end && from + 16 <= bound) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
  while (from < end) store<u8>(to++, load<u8>(from++));
}
