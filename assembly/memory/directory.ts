import { REGION_SIZE } from '../../layout/directory';

/** Address of the region whose directory entry is `entry` (layout/directory). */
export function address(entry: usize): usize {
  return <usize>load<u32>(entry);
}

/** Size in bytes of the region whose directory entry is `entry`. */
export function size(entry: usize): usize {
  return <usize>load<u32>(entry, REGION_SIZE);
}
