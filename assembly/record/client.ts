// The client's address behind a proxy: the first one that the header field of `-client_header` names. A client can send that
// field as well, so only what is an address is taken, and where there is none the peer's address stays.
import { COLON, COMMA, DOT, EQUALS, isDigit, LEFT_BRACKET, QUOTE, RIGHT_BRACKET, SEMICOLON } from '../bytes/ascii';
import * as scan from '../bytes/scan';
import * as settings from '../memory/settings';
import * as half from './half';

/** The address as text, borrowed from the field's value; 0 where the field names none. */
export let address: usize = 0;
export let addressEnd: usize = 0;

/** Finds the address in the request, which may be 0. */
export function settle(request: usize): void {
  address = 0;
  if (settings.clientSlot === 0 || request === 0) return;
  const value = half.value(request, settings.clientSlot - 1);
  if (value === 0) return;
  const end = scan.find(value, half.valueEnd(request, settings.clientSlot - 1), COMMA);
  const equals = scan.find(value, end, EQUALS);
  if (equals === end) node(value, end);
  else forwarded(value, end);
}

/** Takes the `for=` of an element of Forwarded (RFC 7239, section 4). */
function forwarded(at: usize, end: usize): void {
  while (at < end) {
    const pairEnd = scan.find(at, end, SEMICOLON);
    const name = scan.skipBlanks(at, pairEnd);
    if (name + 4 <= pairEnd && (load<u32>(name) | 0x00202020) === FOR_EQUALS) {
      node(name + 4, pairEnd);
      return;
    }
    at = pairEnd + 1;
  }
}

/** `for=` as a little-endian word. */
const FOR_EQUALS: u32 = 0x3d726f66;

/** Takes a node: an address, quoted or not, IPv6 perhaps in brackets, a port perhaps behind it. */
function node(at: usize, end: usize): void {
  at = scan.skipBlanks(at, end);
  end = scan.trimBlanks(at, end);
  if (end - at >= 2 && load<u8>(at) === QUOTE && load<u8>(end - 1) === QUOTE) {
    at++;
    end--;
  }
  if (at < end && load<u8>(at) === LEFT_BRACKET) {
    at++;
    end = scan.find(at, end, RIGHT_BRACKET);
  } else {
    const colon = scan.find(at, end, COLON);
    if (colon < end && scan.find(colon + 1, end, COLON) === end) end = colon;
  }
  if (!isIpv4(at, end) && !isIpv6(at, end)) return;
  address = at;
  addressEnd = end;
}

/** Whether this is four decimals from 0 to 255 without leading zeros. */
function isIpv4(at: usize, end: usize): bool {
  for (let i = 0; i < 4; i++) {
    const first = at;
    let value: u32 = 0;
    while (at < end && at - first < 3 && isDigit(load<u8>(at))) value = value * 10 + (<u32>load<u8>(at++) - 0x30);
    if (at === first || value > 255 || (at - first > 1 && load<u8>(first) === 0x30)) return false;
    if (i < 3 && (at === end || load<u8>(at++) !== DOT)) return false;
  }
  return at === end;
}

/** Whether this is an IPv6 address as RFC 4291, section 2.2, writes it: eight groups, or fewer with one `::`. */
function isIpv6(at: usize, end: usize): bool {
  let groups = 0;
  let short = false;
  if (end - at >= 2 && load<u16>(at) === COLONS) {
    short = true;
    at += 2;
  }
  while (at < end && groups < 8) {
    const length = hexDigits(at, end);
    if (length === 0) return false;
    if (at + length < end && load<u8>(at + length) === DOT) {
      groups += 2;
      return isIpv4(at, end) && (short ? groups < 8 : groups === 8);
    }
    groups++;
    at += length;
    if (at === end) break;
    if (load<u8>(at++) !== COLON || at === end) return false;
    if (load<u8>(at) !== COLON) continue;
    if (short) return false;
    short = true;
    at++;
  }
  return at === end && (short ? groups < 8 : groups === 8);
}

/** `::` as a little-endian word. */
const COLONS: u16 = 0x3a3a;

/** How many hexadecimal digits, at most four, stand at `at`. */
function hexDigits(at: usize, end: usize): usize {
  let length: usize = 0;
  while (length < 4 && at + length < end && isHexDigit(load<u8>(at + length))) length++;
  return length;
}

function isHexDigit(byte: u32): bool {
  return isDigit(byte) || (byte | 0x20) - 0x61 < 6;
}
