import { availableParallelism, loadavg } from 'node:os';

/** Says so where the machine has more to do than it has cores, and gives the bound that holds then. */
export function bound(milliseconds: number, busy: number): number {
  const [load = 0] = loadavg();
  if (load <= 2 * availableParallelism()) return milliseconds;
  console.warn(`the machine is busy (load ${load.toFixed(1)}): ${busy} ms are allowed instead of ${milliseconds}`);
  return busy;
}
