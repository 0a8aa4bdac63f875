// What httplog shows of a run's health: over HTTP where that is asked for, and its counters on SIGUSR1.
import type { Build } from '../health/readings.ts';
import type { ListenAddress } from '../health/server.ts';
import type { Inside } from '../pipeline/inside.ts';
import type { Diagnose } from './diagnostics.ts';
import { onUserSignal } from './signals.ts';
import { version } from './version.ts';

/** Shows the health of a run. */
export interface ShownHealth {
  /** The run has begun: this is it. */
  watch(inside: Inside): void;
  close(): void;
}

/** Listens where an address is given; rejects, in one line, where that can't be. */
export async function showHealth(address: ListenAddress | undefined, say: Diagnose): Promise<ShownHealth> {
  const served = address === undefined ? undefined : await serve(address);
  return {
    watch(inside) {
      served?.watch(inside);
      // A run on interfaces goes on for months: what it needs then must not be looked for where another version stands meanwhile.
      const loaded = inside.live ? loadDump() : undefined;
      loaded?.catch(() => {});
      onUserSignal(async () => {
        try {
          for (const line of (await (loaded ?? loadDump()))(inside)) say(line);
        } catch (error) {
          say(`the counters cannot be shown: ${error}`, 'warning');
        }
      });
    },
    close: () => served?.close(),
  };
}

async function serve(address: ListenAddress) {
  const { openHealth } = await import('../health/health.ts');
  return openHealth(address, build());
}

/** Gives what makes lines of a run's counters. */
async function loadDump(): Promise<(inside: Inside) => readonly string[]> {
  const { dumpOf } = await import('../health/dump.ts');
  const runs = build();
  return (inside) => dumpOf(inside, runs);
}

function build(): Build {
  return { version: version(), node: process.version };
}
