// A label stack entry: label (20 bits), traffic class (3), bottom of stack (1), time to live (8) (RFC 3032, section 2.1).

export const HEADER_LENGTH: usize = 4;

export function fits(at: usize, end: usize): bool {
  return at + HEADER_LENGTH <= end;
}

export function bottomOfStack(at: usize): bool {
  return (load<u8>(at, 2) & 1) !== 0;
}
