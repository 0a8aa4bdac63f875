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
import { type DeliveryRun, deliverSpool } from './delivery.ts';
import type { Say } from './say.ts';
import { type Counters, count, set } from './statistics.ts';

const MEGABYTE = 1048576;

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
  finish(isToldToEnd: () => boolean): Promise<void>;
}

/** Opens the spool of a run; `counters` are the main thread's, `profile` is the delivery thread's. Throws, in one line, where it can't. */
export type StartSpooling = (counters: Counters, say: Say, profile: number | undefined) => Spooling;

/** What opens the spool in this directory, and delivers its files where that is asked for. `canWait`: what is read can wait for a full spool. */
export function spoolingIn(
  directory: string,
  { spoolMegabytes, spoolSeconds }: SpoolSettings,
  delivered: DeliverySettings | undefined,
  canWait: boolean,
): StartSpooling {
  return (counters, say, profile) => {
    lock(directory);
    const claims = makeClaimWords();
    let delivery: DeliveryRun | undefined;
    const spool = openSpool(
      directory,
      { most: spoolMegabytes * MEGABYTE, young: spoolSeconds * 1000 },
      openClaims(claims),
      {
        remade: () => lock(directory),
        spooled: (records) => count(counters, COUNTER_RECORDS_SPOOLED, records),
        lost: (records) => count(counters, COUNTER_RECORDS_NOT_SPOOLED, records),
        mayWait: (file) => (canWait ? (delivery?.mayWait(file) ?? 0) : 0),
        dropped(file) {
          count(counters, COUNTER_SPOOL_DROPPED_FILES, 1);
          count(counters, COUNTER_SPOOL_DROPPED_RECORDS, file.records);
          delivery?.dropped(file);
          sayFull();
        },
        closed: (file) => delivery?.closed(file),
        holds(files, bytes) {
          set(counters, COUNTER_SPOOL_FILES, files);
          set(counters, COUNTER_SPOOL_BYTES, bytes);
        },
      },
    );
    const sayFull = once(() => say(`the spool ${directory} is full: its oldest records make room`, 'warning'));
    if (delivered !== undefined) {
      delivery = deliverSpool(directory, delivered, { spool, claims, profile }, counters, say);
    }
    return {
      spool,
      delivers: delivery !== undefined,
      finish: async (isToldToEnd) => delivery?.finish(isToldToEnd),
    };
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
