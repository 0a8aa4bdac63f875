// Network byte order (RFC 791, appendix B): the first byte is the most significant.

export function u16At(at: usize): u32 {
  return <u32>bswap<u16>(load<u16>(at));
}

export function u32At(at: usize): u32 {
  return bswap<u32>(load<u32>(at));
}
