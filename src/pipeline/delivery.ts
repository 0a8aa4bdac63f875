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
  UNDELIVERED_RECORDS,
} from '../../layout/counters.ts';
import { RECEIVERS } from '../../layout/receivers.table.ts';
import type { ReceiverName } from '../deliver/receiver.ts';
import type { DeliverySettings } from '../deliver/receivers.ts';
import type { Spool } from '../sink/spool.ts';
import { type ClaimWords, openClaims } from '../sink/spool-claims.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import { BUILD } from './build.ts';
import { deliveryTeller } from './delivery-teller.ts';
import type { DeliveryMessage, DeliveryOrder, DeliveryThreadData } from './delivery-thread.ts';
import type { Say } from './say.ts';
import { type Counters, count } from './statistics.ts';

/** Milliseconds until a thread that died is started again. */
const START_AGAIN = 5000;
/** Milliseconds without progress after which a receiver is waited for no more: by a full spool, and at the end. */
const PATIENCE = 5000;
/** Milliseconds that delivery goes on for after the run was told to end: service managers wait for 30 s and longer. */
const LONGEST_END = 10_000;
/** What is delivered. */
export interface DeliveredSpool {
  readonly spool: Spool;
  readonly claims: ClaimWords;
  /** The descriptor of the thread's CPU profile, if that is wanted. */
  readonly profile: number | undefined;
}

/** Delivery as its run sees it. */
export interface DeliveryRun {
  /** This file of the spool was closed. */
  closed(file: SpoolFile): void;
  /** This one was dropped. */
  dropped(file: SpoolFile): void;
  /** Milliseconds that a file may still be waited for: until none of those that do not have it goes on. */
  mayWait(file: SpoolFile): number;
  /** Resolves when all is delivered, or that goes on no more, or for long enough after the run was told to end. */
  finish(isToldToEnd: () => boolean): Promise<void>;
}

/** Starts delivering what stands in this directory; `counters` are the main thread's. */
export function deliverSpool(
  directory: string,
  settings: DeliverySettings,
  { spool, claims, profile }: DeliveredSpool,
  counters: Counters,
  say: Say,
): DeliveryRun {
  const opened = openClaims(claims);
  const receivers = RECEIVERS.filter((name) => settings[name] !== undefined);
  const tellers = new Map(receivers.map((name) => [name, deliveryTeller(name, say)]));
  let worker: Worker | undefined;
  let isEnding = false;
  const movedAt = new Map<ReceiverName, number>();
  let ended = (): void => {};

  const add = (receiver: ReceiverName, word: number, amount: number): void =>
    count(counters, COUNTER_DELIVERY + RECEIVERS.indexOf(receiver) * DELIVERY_WORDS + word, amount);
  const sayDamaged = ({ name }: SpoolFile, damaged: number): void => {
    count(counters, COUNTER_RECORDS_DAMAGED, damaged);
    say(`${join(directory, name)}: not what was written there: records that are lost: ${damaged}`, 'warning');
  };
  const moved = (receiver: ReceiverName): void => {
    movedAt.set(receiver, performance.now());
    spool.moved();
  };
  const hear = (message: DeliveryMessage): void => {
    const { receiver } = message;
    const teller = tellers.get(receiver);
    switch (message.kind) {
      case 'moved':
        moved(receiver);
        break;
      case 'delivered':
        moved(receiver);
        add(receiver, DELIVERED_BATCHES, 1);
        add(receiver, DELIVERED_RECORDS, message.file.records);
        add(receiver, REFUSED_RECORDS, message.refusal?.records ?? 0);
        teller?.delivered(message.refusal);
        break;
      case 'gone':
        // What the spool dropped itself it has counted.
        if (spool.gone(message.file.name) && message.damaged > 0) sayDamaged(message.file, message.damaged);
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
  /** Who does not have a file. */
  const lacking = ({ batch }: SpoolFile): ReceiverName[] => receivers.filter((name) => !opened.has(name, batch));
  return {
    closed: order,
    dropped(file) {
      for (const name of lacking(file)) add(name, UNDELIVERED_RECORDS, file.records);
    },
    mayWait(file) {
      const now = performance.now();
      const lack = lacking(file);
      // A file that all have will be gone in a moment.
      return Math.max(
        0,
        ...(lack.length > 0 ? lack : receivers).map((name) => {
          const since = movedAt.get(name) ?? now;
          movedAt.set(name, since);
          return since + PATIENCE - now;
        }),
      );
    },
    finish(isToldToEnd) {
      isEnding = true;
      const begun = performance.now();
      let toldAt: number | undefined;
      if (worker === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setInterval(() => {
          const now = performance.now();
          if (isToldToEnd()) toldAt ??= now;
          const goesOn = now - Math.max(begun, ...movedAt.values()) < PATIENCE;
          if (!goesOn || now - (toldAt ?? now) > LONGEST_END) ended();
        }, 100);
        ended = () => {
          clearInterval(timer);
          void worker?.terminate();
          const left = spool.waiting();
          if (left > 0) say(`records that wait in the spool for the next run: ${left}`);
          resolve();
        };
        order('finish');
      });
    },
  };
}
