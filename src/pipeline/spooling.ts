// The spool of a run, loaded only where one is asked for.
import { constants, openSync } from 'node:fs';
import {
  COUNTER_RECORDS_NOT_SPOOLED,
  COUNTER_RECORDS_SPOOLED,
  COUNTER_SPOOL_BYTES,
  COUNTER_SPOOL_DROPPED_FILES,
  COUNTER_SPOOL_DROPPED_RECORDS,
  COUNTER_SPOOL_FILES,
} from '../../layout/counters.ts';
import type { DeliverySettings } from '../deliver/receivers.ts';
import { tryLock } from '../linux/lock.ts';
import { openSpool, type Spool } from '../sink/spool.ts';
import { makeClaimWords, openClaims } from '../sink/spool-claims.ts';
import { type DeliveryRun, deliverSpool, LAST_PATIENCE } from './delivery.ts';
import type { Say } from './say.ts';
import { type Counters, count, set } from './statistics.ts';

const MEGABYTE = 1048576;
/** Milliseconds that a run on interfaces has at its end for what waits in its spool: service managers wait for 30 s and longer. */
const LONGEST_END = 10_000;

/** Where records are kept until others have them. */
export interface SpoolSettings {
  /** A directory; undefined where there is no spool. */
  readonly spool: string | undefined;
  readonly spoolMegabytes: number;
  /** How old a file is at least that goes to others. */
  readonly spoolSeconds: number;
}

/** The spool of a run that goes on. */
export interface Spooling {
  readonly spool: Spool;
  /** Its files are delivered. */
  readonly delivers: boolean;
  /** All is written: resolves when nothing more can be done with it. */
  finish(): Promise<void>;
}

/** Opens the spool of a run; `counters` are the main thread's, `profile` is the delivery thread's. Throws, in one line, where it can't. */
export type StartSpooling = (counters: Counters, say: Say, profile: number | undefined) => Spooling;

/** Where packets come from: a file can wait for a full spool to be delivered; who writes into a pipe, and who asks a service to end, does not wait long. */
export type SpoolSource = 'live' | 'pipe' | 'file';

/** What opens the spool in this directory, and delivers its files where that is asked for. */
export function spoolingIn(
  directory: string,
  { spoolMegabytes, spoolSeconds }: SpoolSettings,
  delivered: DeliverySettings | undefined,
  source: SpoolSource,
): StartSpooling {
  return (counters, say, profile) => {
    lock(directory);
    const claims = makeClaimWords();
    let delivery: DeliveryRun | undefined;
    const spool = openSpool(
      directory,
      {
        most: spoolMegabytes * MEGABYTE,
        young: spoolSeconds * 1000,
        patience: source === 'file' && delivered !== undefined ? LAST_PATIENCE : 0,
      },
      openClaims(claims),
      {
        remade: () => lock(directory),
        spooled: (records) => count(counters, COUNTER_RECORDS_SPOOLED, records),
        lost: (records) => count(counters, COUNTER_RECORDS_NOT_SPOOLED, records),
        dropped({ records }) {
          count(counters, COUNTER_SPOOL_DROPPED_FILES, 1);
          count(counters, COUNTER_SPOOL_DROPPED_RECORDS, records);
          sayFull();
        },
        closed: () => delivery?.closed(),
        holds(files, bytes) {
          set(counters, COUNTER_SPOOL_FILES, files);
          set(counters, COUNTER_SPOOL_BYTES, bytes);
        },
      },
    );
    const sayFull = once(() => say(`the spool ${directory} is full: its oldest records make room`, 'warning'));
    if (delivered !== undefined) {
      const longestEnd = source === 'live' ? LONGEST_END : Number.POSITIVE_INFINITY;
      delivery = deliverSpool(directory, delivered, { spool, claims, longestEnd, profile }, counters, say);
    }
    return { spool, delivers: delivery !== undefined, finish: async () => delivery?.finish() };
  };
}

/** Of two runs with one spool each would send what the other has; the lock goes with the process. */
function lock(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  if (!tryLock(descriptor))
    throw new Error(`the spool ${directory} is in use, or its file system has no locks: name another with -spool`);
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}
