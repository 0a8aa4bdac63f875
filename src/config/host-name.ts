import { hostname } from 'node:os';
import type { Reading } from './reading.ts';

/** The longest name of the DNS (RFC 1035 section 2.3.4), without the dot at its end. */
export const HOST_MAXIMUM = 253;

const NAME: RegExp = /^[0-9A-Za-z_.:-]*$/;

/** What this host calls itself. The kernel lets it be anything. */
export function ownName(called: string = hostname()): string {
  return called.slice(0, HOST_MAXIMUM).replaceAll(/[^0-9A-Za-z_.:-]/g, '_');
}

/** A name of a host, as administrators give them to hosts and containers; it needs no escape in any format. */
export function readHost(text: string): Reading<string> {
  if (text.length > HOST_MAXIMUM) return { reason: `has more than ${HOST_MAXIMUM} characters` };
  return NAME.test(text) ? { value: text } : { reason: 'holds what cannot stand in the name of a host' };
}
