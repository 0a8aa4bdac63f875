// A PPPoE session header (RFC 2516, section 4) and the PPP protocol field behind it (RFC 1661, section 2).
import * as be from './be';

export const HEADER_LENGTH: usize = 6;
const VERSION_TYPE = 0;
const CODE = 1;

/** PPP protocol numbers (IANA "PPP Numbers"). */
export const PROTOCOL_IPV4 = 0x0021;
export const PROTOCOL_IPV6 = 0x0057;

/** The header and at least one byte of the protocol field, or both of an uncompressed one. */
export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH < end && at + HEADER_LENGTH + protocolLength(at) <= end;
}

/** Whether this is session data: version 1, type 1, code 0. */
export function isSession(at: usize): bool {
  return load<u8>(at, VERSION_TYPE) === 0x11 && load<u8>(at, CODE) === 0;
}

/** Bytes of the protocol field: a first byte that is odd is a compressed field. */
export function protocolLength(at: usize): usize {
  return (load<u8>(at, HEADER_LENGTH) & 1) !== 0 ? 1 : 2;
}

export function protocol(at: usize): u32 {
  return protocolLength(at) === 1 ? <u32>load<u8>(at, HEADER_LENGTH) : be.u16At(at + HEADER_LENGTH);
}
