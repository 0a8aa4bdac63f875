// The text format of transactions: one line for a request and its answer (docs/line-format.md).
import { FIELD_CONTENT_LENGTH, FIELD_HOST, FIELD_USER_AGENT } from '../../layout/fields';
import { DOT, LF, SP } from '../bytes/ascii';
import { byte, decimal64, three } from '../bytes/writer';
import * as settings from '../memory/settings';
import * as half from '../record/half';
import * as measures from '../record/measures';
import { connection, request, response } from '../record/record';
import * as address from './address';
import { escaped } from './escape';
import * as time from './time';
import { tagsOf, typeName, VLAN_EQUALS } from './words';

/** Writes the line of the record; returns the address behind its LF. */
export function line(at: usize): usize {
  const ends = connection();
  at = byte(time.dateTime(at, measures.stamp()), SP);
  at = byte(address.endpoint(at, half.version(ends), half.client(ends), half.clientPort(ends)), SP);
  at = byte(address.endpoint(at, half.version(ends), half.server(ends), half.serverPort(ends)), SP);
  store<u16>(at, typeName(half.type(ends)));
  at = byte(at + 2, SP);
  if (settings.addVlan) at = tags(at, ends);
  at = byte(requestFields(at), SP);
  at = byte(status(at), SP);
  at = byte(length(at, request), SP);
  at = byte(length(at, response), SP);
  return byte(milliseconds(at, measures.duration()), LF);
}

/** Writes the request line, Host and User-Agent, empty where there is no request. */
function requestFields(at: usize): usize {
  if (request === 0) return byte(byte(at, SP), SP);
  at = byte(escaped(at, half.startLine(request), half.startLineEnd(request), half.bound(request)), SP);
  at = byte(field(at, request, FIELD_HOST), SP);
  return field(at, request, FIELD_USER_AGENT);
}

function field(at: usize, message: usize, slot: usize): usize {
  return escaped(at, half.value(message, slot), half.valueEnd(message, slot), half.bound(message));
}

function status(at: usize): usize {
  const code = response === 0 ? 0 : half.status(response);
  return code === 0 ? at : three(at, code);
}

/** Writes the bytes of the body as they were counted, or as Content-Length says. */
function length(at: usize, message: usize): usize {
  if (message === 0) return at;
  const counted = half.bodyBytes(message);
  return counted === half.ABSENT ? field(at, message, FIELD_CONTENT_LENGTH) : decimal64(at, counted);
}

/** Writes nanoseconds as milliseconds with three decimals, truncated. */
function milliseconds(at: usize, nanoseconds: u64): usize {
  if (nanoseconds === half.ABSENT) return at;
  const whole = nanoseconds / 1000000;
  at = byte(decimal64(at, whole), DOT);
  return three(at, <u32>(nanoseconds - whole * 1000000) / 1000);
}

function tags(at: usize, message: usize): usize {
  store<u64>(at, VLAN_EQUALS);
  const behind = tagsOf(at + 5, message);
  return behind === 0 ? at : byte(behind, SP);
}
