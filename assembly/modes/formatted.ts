// Messages each on its own as in the main mode, but in another format than the plain text: each becomes a half, from which
// its line is written.
import * as record from '../record/record';
import * as count from './count';
import * as write from './write';

/** Writes the line of the message that `http/head` has read. */
export function message(kind: u32): void {
  record.ofMessage(kind);
  record.halve();
  write.write();
  count.message(record.type);
}
