// How large bodies are: what was counted where streams are put together, else what the head says.
import { FIELD_CONTENT_LENGTH, FIELD_TRANSFER_ENCODING } from '../../layout/fields';
import { isDigit, ZERO } from '../bytes/ascii';
import { ABSENT } from './absent';
import * as half from './half';
import { request, response } from './record';

/** Bytes of the request's body after transfer decoding; `ABSENT` where there is none or its size is not known. */
export function ofRequest(): u64 {
  return request === 0 ? ABSENT : bodySize(request);
}

/** Bytes of the answer's body after transfer decoding; `ABSENT` where there is none or its size is not known. */
export function ofResponse(): u64 {
  return response === 0 || isBodiless() ? ABSENT : bodySize(response);
}

/** Whether the answer has no body whatever its head says (RFC 9112, section 6.3). */
export function isBodiless(): bool {
  const status = half.status(response);
  if (status === 204 || status === 304 || (status >= 100 && status < 200)) return true;
  if (request === 0) return false;
  return half.method(request) === half.METHOD_HEAD || (half.method(request) === half.METHOD_CONNECT && status < 300);
}

function bodySize(message: usize): u64 {
  const counted = half.bodyBytes(message);
  if (counted === ABSENT) return half.has(message, FIELD_TRANSFER_ENCODING) ? ABSENT : announced(message);
  if (counted !== 0 || half.has(message, FIELD_TRANSFER_ENCODING)) return counted;
  return half.has(message, FIELD_CONTENT_LENGTH) ? 0 : ABSENT;
}

/** What Content-Length says; `ABSENT` where it is no number below 2^63. */
function announced(message: usize): u64 {
  let at = half.value(message, FIELD_CONTENT_LENGTH);
  const end = half.valueEnd(message, FIELD_CONTENT_LENGTH);
  if (at === end) return ABSENT;
  let value: u64 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at);
    if (!isDigit(digit) || value > MOST) return ABSENT;
    value = value * 10 + (digit - ZERO);
  }
  return value;
}

/** A larger number times ten could be over 2^63. */
const MOST: u64 = 922337203685477579;
