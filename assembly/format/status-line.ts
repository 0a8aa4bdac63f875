// The parts of an answer's status line (RFC 9112, section 4).
import { SLASH, SP } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as half from '../record/half';
import { response } from '../record/record';
import { string } from './strings';

/** Writes the version's digits, `1.1`; 0 where there is no answer. */
export function version(at: usize): usize {
  if (response === 0) return 0;
  const line = half.startLine(response);
  const end = half.startLineEnd(response);
  const from = min(scan.find(line, end, SLASH) + 1, end);
  return string(at, from, scan.find(from, end, SP), half.bound(response));
}

/** Writes the reason phrase, which may be empty; 0 where there is no status code. */
export function reason(at: usize): usize {
  if (response === 0 || half.status(response) === 0) return 0;
  const line = half.startLine(response);
  const end = half.startLineEnd(response);
  // Behind the version, a space, three digits and another space.
  return string(at, min(scan.find(line, end, SP) + 5, end), end, half.bound(response));
}

/** Writes the whole line. */
export function whole(at: usize): usize {
  return string(at, half.startLine(response), half.startLineEnd(response), half.bound(response));
}
