// Where lines end in an empty one, found piece by piece: each byte is looked at once.
import { CR, LF } from '../bytes/ascii';
import * as scan from '../bytes/scan';

// What a line holds so far.
export const TEXT: u32 = 0;
export const NOTHING: u32 = 1;
export const RETURN: u32 = 2;

/** What the last line holds behind the last call of `findEmpty` that found none. */
export let line: u32 = 0;

/** Address behind the first empty line of `at`..`end`, where `held` is what the line at `at` holds already; 0 where none ends here. */
export function findEmpty(held: u32, at: usize, end: usize): usize {
  line = held;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte === LF) {
      if (line !== TEXT) return at + 1;
      line = NOTHING;
      at++;
    } else if (byte === CR && line === NOTHING) {
      line = RETURN;
      at++;
    } else {
      line = TEXT;
      at = scan.find(at, end, LF);
    }
  }
  return 0;
}

/** What the last line of `at`..`end`, which begins a line and has no empty one, holds. */
export function lastLine(at: usize, end: usize): u32 {
  if (end > at && load<u8>(end - 1) === LF) return NOTHING;
  if (end - at >= 2 && load<u8>(end - 1) === CR && load<u8>(end - 2) === LF) return RETURN;
  return TEXT;
}
