/** An address of 4 or 16 bytes as text. */
export function addressText(address: Uint8Array): string {
  return address.length === 4 ? address.join('.') : ipv6Text(address);
}

/** "IPv6 addresses are written as RFC 5952 says, the last 32 bits with dots only under `::ffff:0:0/96`." */
function ipv6Text(address: Uint8Array): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((((address[i] ?? 0) << 8) | (address[i + 1] ?? 0)).toString(16));
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return `::ffff:${address.slice(12).join('.')}`;

  // RFC 5952 section 4.2: the longest run of two or more zero groups, of equal ones the first, becomes `::`.
  for (let length = 8; length >= 2; length--) {
    for (let start = 0; start + length <= 8; start++) {
      const run = groups.slice(start, start + length);
      if (run.every((group) => group === '0'))
        return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
    }
  }
  return groups.join(':');
}
