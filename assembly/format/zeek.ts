// The values that Zeek's http.log has in a way of its own (its scripts base/protocols/http/main.zeek).
import {
  VALUE_ANSWER_VERSION,
  VALUE_EPOCH,
  VALUE_ORIGINATOR_ADDRESS,
  VALUE_ORIGINATOR_PORT,
  VALUE_PROXIED,
  VALUE_REQUEST_BODY_COUNT,
  VALUE_RESPONSE_BODY_COUNT,
  VALUE_UID,
  VALUE_UNESCAPED_TARGET,
} from '../../layout/columns';
import { COMMA, DOT } from '../bytes/ascii';
import { byte, decimal, decimal64, three } from '../bytes/writer';
import { ABSENT } from '../record/absent';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as measures from '../record/measures';
import { present, request } from '../record/record';
import * as sizes from '../record/sizes';
import * as address from './address';
import * as statusLine from './status-line';
import { string } from './strings';
import * as target from './unescaped-target';

/** Fields that tell of a proxy: so many slots, one behind the other. */
const PROXY_FIELDS: usize = 7;
/** Their names as Zeek has them, each with its length before it. */
const PROXY_NAMES: usize = memory.data<u8>([
  9, 0x46, 0x4f, 0x52, 0x57, 0x41, 0x52, 0x44, 0x45, 0x44, 15, 0x58, 0x2d, 0x46, 0x4f, 0x52, 0x57, 0x41, 0x52, 0x44,
  0x45, 0x44, 0x2d, 0x46, 0x4f, 0x52, 16, 0x58, 0x2d, 0x46, 0x4f, 0x52, 0x57, 0x41, 0x52, 0x44, 0x45, 0x44, 0x2d, 0x46,
  0x52, 0x4f, 0x4d, 9, 0x43, 0x4c, 0x49, 0x45, 0x4e, 0x54, 0x2d, 0x49, 0x50, 3, 0x56, 0x49, 0x41, 16, 0x58, 0x52, 0x4f,
  0x58, 0x59, 0x2d, 0x43, 0x4f, 0x4e, 0x4e, 0x45, 0x43, 0x54, 0x49, 0x4f, 0x4e, 16, 0x50, 0x52, 0x4f, 0x58, 0x59, 0x2d,
  0x43, 0x4f, 0x4e, 0x4e, 0x45, 0x43, 0x54, 0x49, 0x4f, 0x4e,
]);

/** Writes a value; `slot` is that of a header field. Returns the address behind it, or 0 where the record lacks it. */
export function value(at: usize, number: u32, slot: usize): usize {
  switch (number) {
    case VALUE_EPOCH:
      return epoch(at, measures.stamp());
    case VALUE_UID:
      return uid(at, present());
    case VALUE_ORIGINATOR_ADDRESS:
      return address.bare(at, connection.version(present()), connection.client(present()));
    case VALUE_ORIGINATOR_PORT:
      return decimal(at, connection.clientPort(present()));
    case VALUE_UNESCAPED_TARGET:
      return target.unescaped(at);
    case VALUE_REQUEST_BODY_COUNT:
      return count(at, sizes.ofRequest());
    case VALUE_RESPONSE_BODY_COUNT:
      return count(at, sizes.ofResponse());
    case VALUE_ANSWER_VERSION:
      return statusLine.version(at);
    case VALUE_PROXIED:
      return proxied(at, slot);
    default:
      return 0;
  }
}

/** Writes a stamp as seconds since 1970 with six decimals. */
function epoch(at: usize, stamp: u64): usize {
  const seconds = stamp / 1000000000;
  const microseconds = <u32>(stamp - seconds * 1000000000) / 1000;
  at = three(byte(decimal64(at, seconds), DOT), microseconds / 1000);
  return three(at, microseconds % 1000);
}

/** Writes a number of bytes, 0 where none are known of: Zeek has no absent ones. */
function count(at: usize, bytes: u64): usize {
  return decimal64(at, bytes === ABSENT ? 0 : bytes);
}

/**
 * Writes a connection's identifier: `C` and seventeen digits to the base of 62, made of its addresses, ports and first stamp,
 * so that all its lines have the same.
 */
function uid(at: usize, ends: usize): usize {
  let low = mixed(load<u64>(connection.client(ends)), load<u64>(connection.server(ends)));
  low = mixed(low ^ load<u64>(connection.client(ends), 8), load<u64>(connection.server(ends), 8));
  low = mixed(low ^ connection.begin(ends), ((<u64>connection.clientPort(ends)) << 16) | connection.serverPort(ends));
  at = digits(byte(at, 0x43), low, 9);
  return digits(at, mixed(low, 0x9e3779b97f4a7c15), 8);
}

/** A number in which every bit depends on all of these two (the finalizer of MurmurHash3). */
function mixed(one: u64, other: u64): u64 {
  let value = one ^ (other * 0x9e3779b97f4a7c15);
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
  value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
  return value ^ (value >> 33);
}

/** Writes the last digits of a number to the base of 62. */
function digits(at: usize, value: u64, width: usize): usize {
  for (let i: usize = 0; i < width; i++) {
    const rest = value / 62;
    store<u8>(at + i, digit(<u32>(value - rest * 62)));
    value = rest;
  }
  return at + width;
}

/** 0-9, A-Z, a-z. */
function digit(value: u32): u32 {
  if (value < 10) return value + 0x30;
  return value < 36 ? value + 0x37 : value + 0x3d;
}

/** Writes the set of the proxy fields as `NAME -> value`, commas between them. `slot` is the first one's. */
function proxied(at: usize, slot: usize): usize {
  if (request === 0) return 0;
  const begin = at;
  let name = PROXY_NAMES;
  for (let i: usize = 0; i < PROXY_FIELDS; i++) {
    if (half.has(request, slot + i)) {
      if (at !== begin) at = byte(at, COMMA);
      at = element(at, name, slot + i);
    }
    name += <usize>load<u8>(name) + 1;
  }
  return at === begin ? 0 : at;
}

function element(at: usize, name: usize, slot: usize): usize {
  const length = <usize>load<u8>(name);
  v128.store(at, v128.load(name, 1));
  store<u32>(at + length, ARROW);
  const from = half.value(request, slot);
  const end = half.valueEnd(request, slot);
  if (from === end) return at + length + 4;
  at += length + 4;
  const behind = string(at, from, end, half.bound(request));
  return withoutCommas(at, behind);
}

/** ` -> ` as a little-endian word. */
const ARROW: u32 = 0x203e2d20;

/** Makes `\x2c` of each comma of `at`..`end`, for a comma stands between the elements of a set. */
function withoutCommas(at: usize, end: usize): usize {
  let commas: usize = 0;
  for (let i = at; i < end; i++) commas += <usize>(load<u8>(i) === COMMA);
  if (commas === 0) return end;
  const behind = end + commas * 3;
  let to = behind;
  for (let i = end; i > at; i--) {
    if (load<u8>(i - 1) === COMMA) {
      to -= 4;
      store<u32>(to, ESCAPED_COMMA);
    } else {
      store<u8>(--to, load<u8>(i - 1));
    }
  }
  return behind;
}

/** `\x2c` as a little-endian word. */
const ESCAPED_COMMA: u32 = 0x6332785c;
