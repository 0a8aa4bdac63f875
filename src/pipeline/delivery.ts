// The delivery thread as the main thread keeps it.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  COUNTER_DELIVERY,
  COUNTER_RECORDS_DAMAGED,
  DELIVERED_BATCHES,
  DELIVERED_RECORDS,
  DELIVERIES_FAILED,
  DELIVERY_WORDS,
  REFUSED_RECORDS,
} from '../../layout/counters.ts';
import { RECEIVERS } from '../../layout/receivers.table.ts';
import type { ReceiverName, Refusal } from '../deliver/receiver.ts';
import type { DeliverySettings } from '../deliver/receivers.ts';
import type { Spool } from '../sink/spool.ts';
import { type ClaimWords, openClaims } from '../sink/spool-claims.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import { BUILD } from './build.ts';
import type { DeliveryMessage, DeliveryOrder, DeliveryThreadData } from './delivery-thread.ts';
import type { Say } from './say.ts';
import { type Counters, count } from './statistics.ts';

/** Milliseconds until a thread that died is started again. */
const START_AGAIN = 5000;
/** Milliseconds without a delivered batch after which, at the end, the rest stays in the spool for the next run. */
export const LAST_PATIENCE = 5000;
/** Milliseconds after which another reason for failing is told. */
const TELL_AGAIN = 60_000;

/** What is delivered. */
export interface DeliveredSpool {
  readonly spool: Spool;
  readonly claims: ClaimWords;
  /** Milliseconds after which, at the end, the rest stays in the spool, though it goes on. */
  readonly longestEnd: number;
  /** The descriptor of the thread's CPU profile, if that is wanted. */
  readonly profile: number | undefined;
}

/** Delivery as its run sees it. */
export interface DeliveryRun {
  /** A file of the spool was closed. */
  closed(): void;
  /** Resolves when all is delivered, or that goes on no more. */
  finish(): Promise<void>;
}

/** Starts delivering what stands in this directory; `counters` are the main thread's. */
export function deliverSpool(
  directory: string,
  settings: DeliverySettings,
  { spool, claims, longestEnd, profile }: DeliveredSpool,
  counters: Counters,
  say: Say,
): DeliveryRun {
  const opened = openClaims(claims);
  const receivers = RECEIVERS.filter((name) => settings[name] !== undefined);
  const tellers = new Map(receivers.map((name) => [name, failureTeller(name, say)]));
  let worker: Worker | undefined;
  let isEnding = false;
  let movedAt = 0;
  let ended = (): void => {};

  const add = (receiver: ReceiverName, word: number, amount: number): void =>
    count(counters, COUNTER_DELIVERY + RECEIVERS.indexOf(receiver) * DELIVERY_WORDS + word, amount);
  const sayDamaged = ({ name }: SpoolFile, damaged: number): void => {
    count(counters, COUNTER_RECORDS_DAMAGED, damaged);
    say(`${join(directory, name)}: not what was written there: records that are lost: ${damaged}`, 'warning');
  };
  const hear = (message: DeliveryMessage): void => {
    const { receiver } = message;
    const teller = tellers.get(receiver);
    switch (message.kind) {
      case 'delivered':
        movedAt = performance.now();
        add(receiver, DELIVERED_BATCHES, 1);
        add(receiver, DELIVERED_RECORDS, message.file.records);
        add(receiver, REFUSED_RECORDS, message.refusal?.records ?? 0);
        teller?.delivered(message.refusal);
        break;
      case 'gone':
        spool.gone(message.file.name);
        if (message.damaged > 0) sayDamaged(message.file, message.damaged);
        break;
      case 'failed':
        add(receiver, DELIVERIES_FAILED, 1);
        teller?.failed(message.reason);
        break;
      case 'idle':
        spool.want();
    }
  };
  const start = (): void => {
    const data: DeliveryThreadData = { build: BUILD, directory, claims, settings, profile };
    const thread = new Worker(new URL('./delivery-thread.js', import.meta.url), { workerData: data });
    worker = thread;
    thread.unref();
    thread.on('message', hear);
    thread.on('error', (error) => {
      for (const [name, teller] of tellers) teller.failed(`${name}: the delivery thread died: ${error.message}`);
    });
    thread.on('exit', () => {
      worker = undefined;
      for (const name of receivers) opened.release(name);
      if (isEnding) ended();
      else setTimeout(start, START_AGAIN).unref();
    });
  };
  const order = (one: DeliveryOrder): void => worker?.postMessage(one);
  start();
  return {
    closed: () => order('closed'),
    finish() {
      isEnding = true;
      const begun = performance.now();
      movedAt = begun;
      if (worker === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setInterval(() => {
          const now = performance.now();
          if (now - movedAt > LAST_PATIENCE || now - begun > longestEnd) ended();
        }, 100);
        ended = () => {
          clearInterval(timer);
          void worker?.terminate();
          resolve();
        };
        order('finish');
      });
    },
  };
}

/** Tells when delivery to a receiver fails and goes on again: once, and another reason once a minute; so too when it refuses records. */
function failureTeller(
  receiver: ReceiverName,
  say: Say,
): { failed(reason: string): void; delivered(refusal: Refusal | undefined): void } {
  let told: string | undefined;
  let toldAt = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    failed(reason) {
      const now = performance.now();
      if (told !== undefined && (reason === told || now - toldAt < TELL_AGAIN)) return;
      told = reason;
      toldAt = now;
      say(`not delivered: ${reason}; records wait in the spool`, 'warning');
    },
    delivered(refusal) {
      if (told !== undefined) say(`records are delivered again: ${receiver}`);
      told = undefined;
      if (refusal === undefined || performance.now() - refusedAt < TELL_AGAIN) return;
      refusedAt = performance.now();
      say(`records that ${receiver} refuses for ever: ${refusal.records}: ${refusal.reason}`, 'warning');
    },
  };
}
