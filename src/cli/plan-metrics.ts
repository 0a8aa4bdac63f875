// What `-check` says of `-metrics`. A program that runs with these settings may be listening there just now, so a port that is in
// use is no mistake.
import { lookup } from 'node:dns/promises';
import type { ListenAddress } from '../config/listen-address.ts';
import { readNetworks } from '../config/networks.ts';
import { cannotServe, shownAddress } from '../health/server.ts';
import { proveListening } from '../linux/internet-socket.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';

/** What is planned, and what to know of it. Throws CannotRun. */
export async function planMetrics(
  address: ListenAddress,
): Promise<{ readonly plan: string; readonly notice: string | undefined }> {
  const plan = `serves metrics at ${shownAddress(address)}`;
  try {
    await prove(address);
    return { plan, notice: undefined };
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EADDRINUSE') throw new CannotRun(cannotServe(address, code));
    return {
      plan,
      notice: `-metrics: port ${address.port} is in use now (EADDRINUSE), perhaps by the httplog that runs`,
    };
  }
}

async function prove({ host, port }: ListenAddress): Promise<void> {
  const { address } = await lookup(host);
  const networks = readNetworks(address);
  // An address of one link, `fe80::1%eth0`, is not tried.
  const [first] = 'value' in networks ? networks.value : [];
  if (first !== undefined) proveListening(first, port);
}
