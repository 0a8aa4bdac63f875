import { isIPv4, isIPv6 } from 'node:net';
import type { Reading } from './reading.ts';

/** Where to listen for connections. */
export interface ListenAddress {
  /** An address, or a name that stands for one. */
  readonly host: string;
  readonly port: number;
}

const THIS_HOST = '127.0.0.1';
const NAME = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** `HOST:PORT`, `[IPV6]:PORT`, `:PORT` or `PORT`; without a host this host's own address; the empty text is none. */
export function readListenAddress(text: string): Reading<ListenAddress | undefined> {
  if (text === '') return { value: undefined };
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?([0-9]{1,5})$/.exec(text) ?? [];
  if (digits === '') return { reason: 'is no host and port' };
  const port = Number(digits);
  if (port < 1 || port > 65535) return { reason: 'names a port that does not exist' };
  if (bracketed !== undefined && !isIPv6(bracketed)) return { reason: 'holds no IPv6 address between its brackets' };
  const host = bracketed ?? (plain === undefined || plain === '' ? THIS_HOST : plain);
  if (bracketed === undefined && !isIPv4(host) && (!NAME.test(host) || /^[0-9.]+$/.test(host)))
    return { reason: 'names no host' };
  return { value: { host, port } };
}
