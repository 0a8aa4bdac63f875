// The lines of nginx and Apache: common, combined, and combined with the virtual host first (nginx's ngx_http_log_module).

import { FIELD_HOST, FIELD_REFERER, FIELD_USER_AGENT } from '../../layout/fields';
import { FORMAT_COMMON, FORMAT_VCOMBINED } from '../../layout/formats';
import { COLON, HYPHEN, LF, QUOTE, SP } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import { byte, decimal, decimal64, three } from '../bytes/writer';
import * as requestLine from '../http/request-line';
import * as settings from '../memory/settings';
import { ABSENT } from '../record/absent';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as measures from '../record/measures';
import { present, request, response } from '../record/record';
import * as sizes from '../record/sizes';
import { AS_NGINX, quoted } from './quote';
import * as strings from './strings';
import * as time from './time';
import { clientAddress } from './values';

/** nginx's status for a client that went away before it was answered. */
const NO_ANSWER: u32 = 499;

/** Writes the line of the record; returns the address behind its LF. */
export function line(at: usize): usize {
  strings.begin(at, settings.format);
  if (settings.format === FORMAT_VCOMBINED) at = byte(virtualHost(at), SP);
  at = clientAddress(at);
  store<u64>(at, NO_USERS);
  at = byte(time.common(at + 6, measures.stamp()), SP);
  at = requestText(at);
  at = byte(three(at, status()), SP);
  at = bodySize(at);
  if (settings.format !== FORMAT_COMMON) {
    at = byte(field(byte(at, SP), FIELD_REFERER), SP);
    at = field(at, FIELD_USER_AGENT);
  }
  if (settings.format === FORMAT_VCOMBINED) at = microseconds(byte(at, SP));
  return byte(at, LF);
}

/** The answer's status code; nginx's for none where there is no answer, or one that breaks off before its code. */
function status(): u32 {
  const code = response === 0 ? 0 : half.status(response);
  return code === 0 ? NO_ANSWER : code;
}

/** ` - - [` as a little-endian word. */
const NO_USERS: u64 = 0x5b202d202d20;

/** Writes the request line between quotation marks and a space. */
function requestText(at: usize): usize {
  if (request === 0) return byte(absent(at), SP);
  at = quoted(byte(at, QUOTE), half.startLine(request), half.startLineEnd(request), half.bound(request), AS_NGINX);
  return byte(byte(at, QUOTE), SP);
}

/** Writes a header field of the request between quotation marks. */
function field(at: usize, slot: usize): usize {
  if (request === 0 || !half.has(request, slot)) return absent(at);
  at = quoted(byte(at, QUOTE), half.value(request, slot), half.valueEnd(request, slot), half.bound(request), AS_NGINX);
  return byte(at, QUOTE);
}

/** Writes `"-"`. */
function absent(at: usize): usize {
  return byte(byte(byte(at, QUOTE), HYPHEN), QUOTE);
}

/** Writes the bytes of the answer's body: `-` where their number is not known, 0 where there is none. */
function bodySize(at: usize): usize {
  if (response === 0 || sizes.isBodiless()) return decimal(at, 0);
  const size = sizes.ofResponse();
  return size === ABSENT ? byte(at, HYPHEN) : decimal64(at, size);
}

/** Writes the virtual host as Apache does: the Host field without its port, and the server's port. */
function virtualHost(at: usize): usize {
  at = byte(hostName(at), COLON);
  return decimal(at, connection.serverPort(present()));
}

function hostName(at: usize): usize {
  if (request === 0) return byte(at, HYPHEN);
  let from = half.value(request, FIELD_HOST);
  const end = half.valueEnd(request, FIELD_HOST);
  const port = requestLine.portOf(from, end);
  const nameEnd = port === end ? end : port - 1;
  if (from === nameEnd) return byte(at, HYPHEN);
  // No quotation marks stand around it, so a space is escaped too.
  while (true) {
    const space = scan.find(from, nameEnd, SP);
    at = quoted(at, from, space, half.bound(request), AS_NGINX);
    if (space === nameEnd) return at;
    store<u32>(at, ESCAPED_SPACE);
    at += 4;
    from = space + 1;
  }
}

/** `\x20` as a little-endian word. */
const ESCAPED_SPACE: u32 = 0x3032785c;

function microseconds(at: usize): usize {
  const duration = measures.duration();
  return duration === ABSENT ? byte(at, HYPHEN) : decimal64(at, duration / 1000);
}
