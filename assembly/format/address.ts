// Addresses as text: IPv4 as four decimals, IPv6 as RFC 5952 says.
import { COLON, HASH } from '../bytes/ascii';
import { byte, decimal, dotted, hexadecimal } from '../bytes/writer';
import { u16At } from '../wire/be';

/** Writes `ADDRESS#PORT` of the 4 or 16 bytes at `address`. */
export function endpoint(at: usize, version: u32, address: usize, port: u32): usize {
  return decimal(byte(bare(at, version, address), HASH), port);
}

/** Writes the address of the 4 or 16 bytes at `address`. */
export function bare(at: usize, version: u32, address: usize): usize {
  return version === 4 ? ipv4(at, address) : ipv6(at, address);
}

function ipv4(at: usize, address: usize): usize {
  at = dotted(at, load<u8>(address)) + 1;
  at = dotted(at, load<u8>(address, 1)) + 1;
  at = dotted(at, load<u8>(address, 2)) + 1;
  return dotted(at, load<u8>(address, 3));
}

/** Writes an IPv6 address; the last 32 bits with dots only under ::ffff:0:0/96 (RFC 5952, section 5). */
function ipv6(at: usize, address: usize): usize {
  if (isMapped(address)) return ipv4(prefix(at), address + 12);
  let longest: usize = 8;
  let longestRun: usize = 1;
  for (let group: usize = 0; group < 8; group++) {
    const run = zeros(address, group);
    if (run <= longestRun) continue;
    longest = group;
    longestRun = run;
  }
  return groups(at, address, longest, longest + longestRun);
}

/** Writes `::ffff:`. */
function prefix(at: usize): usize {
  at = byte(byte(at, COLON), COLON);
  return byte(hexadecimal(at, 0xffff), COLON);
}

/** Writes the eight groups, those from `begin` to `end` as `::`; from 8 on there is nothing to shorten. */
function groups(at: usize, address: usize, begin: usize, end: usize): usize {
  for (let group: usize = 0; group < 8; group++) {
    if (group === begin) {
      at = byte(at, COLON);
      if (end === 8) return byte(at, COLON);
      group = end;
    }
    if (group !== 0) at = byte(at, COLON);
    at = hexadecimal(at, u16At(address + (group << 1)));
  }
  return at;
}

/** Number of groups of zeros from `group` on. */
function zeros(address: usize, group: usize): usize {
  let run: usize = 0;
  while (group + run < 8 && u16At(address + ((group + run) << 1)) === 0) run++;
  return run;
}

function isMapped(address: usize): bool {
  return load<u64>(address) === 0 && load<u32>(address, 8) === 0xffff0000;
}
