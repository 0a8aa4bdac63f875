// Traffic of the live cases: tcpreplay sends a capture over the wire.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { benchDirectory } from './captures.ts';
import { endOf, start, undoAtEnd } from './children.ts';
import type { Expected } from './expected.ts';
import { DEVICE, type Wire } from './network.ts';

/** Packets a second, or as fast as it goes. */
export type Rate = number | 'top';

/** A capture file, and what it holds. */
export interface Traffic extends Expected {
  readonly path: string;
}

/** What was sent, and what a program that sees it all finds. */
export interface Sent extends Expected {
  readonly seconds: number;
}

/**
 * Sends a capture so many times. With `areNew` each time has addresses of its own: a program that remembers connections would
 * take the second time for the first one’s packets, sent again. Throws where not every packet went out.
 */
export async function replay(
  wire: Wire,
  capture: Traffic,
  rate: Rate,
  loops = 1,
  areNew = false,
  device: string = DEVICE,
): Promise<Sent> {
  const directory = mkdtempSync(join(benchDirectory(), 'replay-'));
  const clear = undoAtEnd(() => rmSync(directory, { recursive: true, force: true }));
  const speed = rate === 'top' ? '--topspeed' : `--pps=${rate}`;
  const again = [`--loop=${loops}`, ...(areNew && loops > 1 ? ['--unique-ip'] : [])];
  const words = ['tcpreplay', '-i', device, speed, ...again, capture.path];
  const out = join(directory, 'out');
  const before = wire.received(device);
  const child = start([...wire.sender, 'sh', '-c', 'out=$0; exec "$@" >"$out" 2>&1', out, ...words], {
    stdio: 'ignore',
  });
  const status = await endOf(child, 120 + (rate === 'top' ? 0 : (capture.packets * loops) / rate));
  const said = readFileSync(out, 'utf8');
  clear();
  const [, packets, seconds] = /Actual: (\d+) packets \(\d+ bytes\) sent in ([\d.]+) seconds/.exec(said) ?? [];
  if (status !== 0 || packets === undefined) throw new Error(`tcpreplay: ${said.trim().split('\n').at(-1)}`);
  const arrived = wire.received(device) - before;
  if (arrived !== capture.packets * loops)
    throw new Error(`of ${capture.packets * loops} packets ${arrived} came over the wire`);
  return {
    packets: arrived,
    messages: capture.messages * loops,
    requests: capture.requests * loops,
    untagged: capture.untagged * loops,
    connections: capture.connections,
    seconds: Number(seconds),
  };
}
