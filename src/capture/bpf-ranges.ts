import { goTo, ifAbove, ifAtLeast, ifEqual, label, type Statement } from './bpf-statements.ts';
import { joinRanges, type PortRange } from './ports.ts';

/** Tests one range, of A that is known to be `lowest` or greater. */
function testRange({ first, last }: PortRange, lowest: number, found: string, missed: string): Statement[] {
  if (first === last) return [ifEqual(first, found, missed)];
  if (lowest >= first) return [ifAbove(last, missed, found)];
  return [ifAbove(last, missed), ifAtLeast(first, found, missed)];
}

/** A binary tree of jumps over ranges that are sorted and do not touch. */
function tree(ranges: readonly PortRange[], lowest: number, found: string, missed: string, name: string): Statement[] {
  const middle = ranges.length >> 1;
  const [only, pivot] = [ranges[0], ranges[middle]];
  if (only === undefined || pivot === undefined) return [goTo(missed)];
  if (ranges.length === 1) return testRange(only, lowest, found, missed);
  const upper = `${name}+`;
  return [
    ifAtLeast(pivot.first, upper),
    ...tree(ranges.slice(0, middle), lowest, found, missed, `${name}-`),
    label(upper),
    ...tree(ranges.slice(middle), pivot.first, found, missed, upper),
  ];
}

/** Goes to `found` when A lies in one of the ranges, else to `missed`. `name` begins the labels in between and is used once a program. */
export function searchRanges(ranges: readonly PortRange[], found: string, missed: string, name: string): Statement[] {
  return tree(joinRanges(ranges), 0, found, missed, name);
}
