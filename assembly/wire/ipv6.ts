// IPv6 and its extension headers (RFC 8200, sections 3 and 4; RFC 4302 for the authentication header).
import * as be from './be';

export const HEADER_LENGTH: usize = 40;
const PAYLOAD_LENGTH = 4;
const NEXT_HEADER = 6;
const SOURCE = 8;
const DESTINATION = 24;

/** The shortest extension header in bytes. */
export const EXTENSION_LENGTH: usize = 8;
const EXTENSION_SIZE = 1;
const FRAGMENT = 2;

export const HEADER_FRAGMENT = 44;
export const HEADER_AUTHENTICATION = 51;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

export function version(at: usize): u32 {
  return <u32>load<u8>(at) >> 4;
}

/** Length of what follows the header; 0 in a packet that was not cut into segments yet. */
export function payloadLength(at: usize): u32 {
  return be.u16At(at + PAYLOAD_LENGTH);
}

export function nextHeader(at: usize): u32 {
  return <u32>load<u8>(at, NEXT_HEADER);
}

/** Address of the sixteen bytes of the source. */
export function source(at: usize): usize {
  return at + SOURCE;
}

/** Address of the sixteen bytes of the destination. */
export function destination(at: usize): usize {
  return at + DESTINATION;
}

/** Hop-by-hop options, routing, fragment, authentication, destination options, mobility. */
export function isExtension(header: u32): bool {
  return header === 0 || header === 43 || header === 44 || header === 51 || header === 60 || header === 135;
}

/** Whether an extension header of this kind stands whole here. */
export function extensionFits(header: u32, at: usize, end: usize): bool {
  return at + EXTENSION_LENGTH <= end && at + extensionLength(header, at) <= end;
}

export function extensionNextHeader(at: usize): u32 {
  return <u32>load<u8>(at);
}

/** Length of an extension header in bytes; never 0. */
export function extensionLength(header: u32, at: usize): usize {
  const size = <usize>load<u8>(at, EXTENSION_SIZE);
  if (header === HEADER_FRAGMENT) return EXTENSION_LENGTH;
  if (header === HEADER_AUTHENTICATION) return (size + 2) << 2;
  return (size + 1) << 3;
}

/** Of a fragment header: place of this fragment in its packet, in units of eight bytes. */
export function fragmentOffset(at: usize): u32 {
  return be.u16At(at + FRAGMENT) >> 3;
}

/** Address of the header whose source stands at this address. */
export function ofSource(address: usize): usize {
  return address - SOURCE;
}
