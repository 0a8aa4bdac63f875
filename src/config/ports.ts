import { joinRanges, type PortRange } from '../capture/ports.ts';
import { items, type Reading } from './reading.ts';

/** The ports that are wanted: sorted ranges that neither overlap nor touch, or every port. */
export type Ports = readonly PortRange[] | 'any';

const HIGHEST = 65535;

function readRange(item: string): PortRange | string {
  const parts = /^([0-9]+)(?:\s*-\s*([0-9]+))?$/.exec(item);
  if (parts === null) return item === '' ? 'has an empty item' : 'holds what is neither a port nor a range';
  const first = Number(parts[1]);
  const last = Number(parts[2] ?? parts[1]);
  if (first < 1 || last < 1 || first > HIGHEST || last > HIGHEST) return 'holds a port that does not exist';
  return first > last ? 'holds a range that ends before it begins' : { first, last };
}

/** A list of ports and ranges, `80,8080,9000-9010`, or `any`. */
export function readPorts(text: string): Reading<Ports> {
  if (text.trim() === 'any') return { value: 'any' };
  const ranges: PortRange[] = [];
  for (const item of items(text)) {
    if (item === 'any') return { reason: 'names "any" beside other ports' };
    const range = readRange(item);
    if (typeof range === 'string') return { reason: range };
    ranges.push(range);
  }
  return { value: joinRanges(ranges) };
}

/** Whether a port is one of the wanted. */
export function hasPort(ports: Ports, port: number): boolean {
  return ports === 'any' || ports.some((range) => range.first <= port && port <= range.last);
}
