import * as half from '../record/half';
import * as record from '../record/record';

/** Writes the line of the record at hand. */
export function line(at: usize): usize {
  return at + (half.startLine(record.connection()) === 0 ? 1 : 2);
}
