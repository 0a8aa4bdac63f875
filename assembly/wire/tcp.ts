// TCP (RFC 9293, section 3.1).
import * as be from './be';

export const HEADER_LENGTH: usize = 20;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE_NUMBER = 4;
const DATA_OFFSET = 12;

export const PROTOCOL = 6;

/** Whether a whole header stands here, with its options. */
export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end && at + dataOffset(at) <= end;
}

export function sourcePort(at: usize): u32 {
  return be.u16At(at + SOURCE_PORT);
}

export function destinationPort(at: usize): u32 {
  return be.u16At(at + DESTINATION_PORT);
}

export function sequenceNumber(at: usize): u32 {
  return be.u32At(at + SEQUENCE_NUMBER);
}

/** Length of the header with its options in bytes, 0 to 60. */
export function dataOffset(at: usize): usize {
  return (<usize>load<u8>(at, DATA_OFFSET) >> 4) << 2;
}
