import { REGION_COUNTERS } from '../../layout/directory.ts';
import { fullAreas } from '../../src/pipeline/areas.ts';
import { dataOf } from '../../src/pipeline/memory.ts';
import { asLatin1 } from './bytes.ts';
import { countersBy } from './counters.ts';

/** The lines of all full areas of a memory, in their order, a character for each byte; the areas are freed, as the writer does. */
export function takeLines(memory: WebAssembly.Memory): string[] {
  return fullAreas(memory).flatMap((area) => {
    const text = asLatin1(area.bytes);
    area.free();
    if (!text.endsWith('\n')) throw new Error(`an area that ends within a line: ${JSON.stringify(text.slice(-100))}`);
    return text.slice(0, -1).split('\n');
  });
}

/** The counters of a memory that are not 0, by name. */
export function countersIn(memory: WebAssembly.Memory): Record<string, number> {
  const words = dataOf(memory, REGION_COUNTERS);
  const all = countersBy((number) => words.getBigUint64(8 * number, true));
  return Object.fromEntries(all.filter(([, value]) => value !== 0n).map(([name, value]) => [name, Number(value)]));
}
