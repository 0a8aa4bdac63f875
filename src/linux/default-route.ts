import { readFileSync } from 'node:fs';

// The interface of the default route, as /proc/net/route and /proc/net/ipv6_route tell it (Documentation/filesystems/proc.rst).

// linux/route.h
const RTF_UP = 0x0001;
const RTF_REJECT = 0x0200;

interface Route {
  readonly device: string;
  readonly flags: number;
  readonly metric: number;
}

/** A line of /proc/net/route: device, destination, gateway, flags, reference count, use, metric (decimal), mask, ... */
function ipv4Route(line: string): Route | undefined {
  const [device = '', destination, , flags = '', , , metric = '', mask] = line.split(/\s+/);
  if (destination !== '00000000' || mask !== '00000000') return undefined;
  return { device, flags: Number.parseInt(flags, 16), metric: Number.parseInt(metric, 10) };
}

/** A line of /proc/net/ipv6_route: destination, its length, source, its length, gateway, metric, reference count, use, flags, device. */
function ipv6Route(line: string): Route | undefined {
  const fields = line.trim().split(/\s+/);
  if (!/^0{32}$/.test(fields[0] ?? '') || fields[1] !== '00') return undefined;
  return {
    device: fields[9] ?? '',
    flags: Number.parseInt(fields[8] ?? '', 16),
    metric: Number.parseInt(fields[5] ?? '', 16),
  };
}

/** The device of the usable default route with the lowest metric, the first of equal ones. */
function best(text: string, read: (line: string) => Route | undefined): string | undefined {
  let chosen: Route | undefined;
  for (const line of text.split('\n')) {
    const route = read(line);
    if (route === undefined || (route.flags & RTF_UP) === 0 || (route.flags & RTF_REJECT) !== 0) continue;
    if (chosen === undefined || route.metric < chosen.metric) chosen = route;
  }
  return chosen?.device;
}

/** The interface of the default route by the texts of the two files, that of IPv4 first. */
export function defaultRouteIn(ipv4Text: string, ipv6Text: string): string | undefined {
  return best(ipv4Text, ipv4Route) ?? best(ipv6Text, ipv6Route);
}

/** A kernel without IPv6 has no such file. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The interface of this host's default route, that of IPv4 first; undefined when there is none. */
export function defaultRouteInterface(): string | undefined {
  return defaultRouteIn(textOf('/proc/net/route'), textOf('/proc/net/ipv6_route'));
}
