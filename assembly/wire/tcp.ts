// TCP (RFC 9293, section 3.1).
import * as be from './be';

export const HEADER_LENGTH: usize = 20;
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE_NUMBER = 4;
const ACKNOWLEDGMENT_NUMBER = 8;
const DATA_OFFSET = 12;
const FLAGS = 13;

export const PROTOCOL = 6;

// Control bits.
export const FIN: u32 = 1;
export const SYN: u32 = 2;
export const RST: u32 = 4;
export const ACK: u32 = 16;

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

export function acknowledgmentNumber(at: usize): u32 {
  return be.u32At(at + ACKNOWLEDGMENT_NUMBER);
}

/** Length of the header with its options in bytes, 0 to 60. */
export function dataOffset(at: usize): usize {
  return (<usize>load<u8>(at, DATA_OFFSET) >> 4) << 2;
}

/** The control bits. */
export function flags(at: usize): u32 {
  return <u32>load<u8>(at, FLAGS);
}
