// The health of a run, served over HTTP.
import type { Inside } from '../pipeline/inside.ts';
import { type Condition, watchCondition } from './condition.ts';
import { exposition } from './exposition.ts';
import { type Build, readMetrics } from './readings.ts';
import { type ListenAddress, openServer } from './server.ts';

/** A server of a run's health. */
export interface Health {
  readonly port: number;
  /** The run has begun: this is it. */
  watch(inside: Inside): void;
  close(): void;
}

/** Listens; until there is a run, that it starts is all there is to tell. Rejects, in one line, where it can't listen. */
export async function openHealth(address: ListenAddress, build: Build): Promise<Health> {
  let watched: { readonly inside: Inside; readonly condition: Condition } | undefined;
  const server = await openServer(address, {
    metrics: () => (watched === undefined ? undefined : exposition(readMetrics(watched.inside, build))),
    reason: () => (watched === undefined ? 'starting' : watched.condition.reason()),
  });
  return {
    port: server.port,
    watch(inside) {
      watched = { inside, condition: watchCondition(inside) };
    },
    close() {
      watched?.condition.close();
      server.close();
    },
  };
}
