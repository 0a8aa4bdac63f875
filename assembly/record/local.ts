// Which addresses count as local. The main thread writes a table and says which one holds; a block is judged by one table.
import { LOCAL_ACTIVE, LOCAL_IN_USE, REGION_LOCAL } from '../../layout/directory';
import {
  LOCAL_IPV4_COUNT,
  LOCAL_IPV4_RANGES,
  LOCAL_IPV6_COUNT,
  LOCAL_IPV6_RANGES,
  LOCAL_TABLE_BYTES,
} from '../../layout/settings';
import * as directory from '../memory/directory';

let table: usize = 0;

/** Takes the table that holds now, for the block or the input that is walked next. */
export function refresh(): void {
  const active = atomic.load<i32>(LOCAL_ACTIVE);
  table = directory.address(REGION_LOCAL) + <usize>active * LOCAL_TABLE_BYTES;
  atomic.store<i32>(LOCAL_IN_USE, active);
}

/** Whether the address at `at`, of 4 or 16 bytes by `version`, is local. */
export function isLocal(version: u32, at: usize): bool {
  return version === 4
    ? isLocalIpv4(bswap<u32>(load<u32>(at)))
    : isLocalIpv6(bswap<u64>(load<u64>(at)), bswap<u64>(load<u64>(at, 8)));
}

/** Looks for the last range that begins at or before the address. */
function isLocalIpv4(address: u32): bool {
  let low: u32 = 0;
  let high = load<u32>(table, LOCAL_IPV4_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(table + ((<usize>middle) << 3), LOCAL_IPV4_RANGES) <= address) low = middle + 1;
    else high = middle;
  }
  return low !== 0 && address <= load<u32>(table + ((<usize>(low - 1)) << 3), LOCAL_IPV4_RANGES + 4);
}

function isLocalIpv6(upper: u64, lower: u64): bool {
  let low: u32 = 0;
  let high = load<u32>(table, LOCAL_IPV6_COUNT);
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = table + ((<usize>middle) << 5);
    if (atMost(load<u64>(range, LOCAL_IPV6_RANGES), load<u64>(range, LOCAL_IPV6_RANGES + 8), upper, lower))
      low = middle + 1;
    else high = middle;
  }
  if (low === 0) return false;
  const range = table + ((<usize>(low - 1)) << 5);
  return atMost(upper, lower, load<u64>(range, LOCAL_IPV6_RANGES + 16), load<u64>(range, LOCAL_IPV6_RANGES + 24));
}

/** Whether one 128-bit number is at most another. */
function atMost(upper: u64, lower: u64, otherUpper: u64, otherLower: u64): bool {
  return upper < otherUpper || (upper === otherUpper && lower <= otherLower);
}
