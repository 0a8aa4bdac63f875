// The delivery thread as the main thread keeps it.
import { Worker } from 'node:worker_threads';
import {
  COUNTER_DELIVERED_BATCHES,
  COUNTER_DELIVERED_RECORDS,
  COUNTER_DELIVERIES_FAILED,
} from '../../layout/counters.ts';
import type { ClickHouseSettings } from '../deliver/clickhouse.ts';
import type { Spool } from '../sink/spool.ts';
import { BUILD } from './build.ts';
import type { DeliveryMessage, DeliveryOrder, DeliveryThreadData } from './delivery-thread.ts';
import type { Say } from './say.ts';
import { type Counters, count } from './statistics.ts';

/** Milliseconds until a thread that died is started again. */
const START_AGAIN = 5000;
/** Milliseconds without a delivered batch after which, at the end, the rest stays in the spool for the next run. */
const LAST_PATIENCE = 5000;
/** Milliseconds after which another reason for failing is told. */
const TELL_AGAIN = 60_000;

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
  clickHouse: ClickHouseSettings,
  spool: Spool,
  counters: Counters,
  say: Say,
): DeliveryRun {
  const complain = failureTeller(say);
  let worker: Worker | undefined;
  let isEnding = false;
  let movedAt = 0;
  let ended = (): void => {};

  const hear = (message: DeliveryMessage): void => {
    switch (message.kind) {
      case 'sending':
        spool.sending(message.name);
        break;
      case 'delivered':
        movedAt = performance.now();
        spool.gone(message.file.name);
        count(counters, COUNTER_DELIVERED_BATCHES, 1);
        count(counters, COUNTER_DELIVERED_RECORDS, message.file.records);
        complain.mended();
        break;
      case 'failed':
        count(counters, COUNTER_DELIVERIES_FAILED, 1);
        complain.failed(message.reason);
        break;
      case 'idle':
        spool.want();
    }
  };
  const start = (): void => {
    const data: DeliveryThreadData = { build: BUILD, directory, clickHouse };
    const thread = new Worker(new URL('./delivery-thread.js', import.meta.url), { workerData: data });
    worker = thread;
    thread.unref();
    thread.on('message', hear);
    thread.on('error', (error) => complain.failed(`the delivery thread died: ${error.message}`));
    thread.on('exit', () => {
      worker = undefined;
      spool.sending(undefined);
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
      movedAt = performance.now();
      if (worker === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setInterval(() => {
          if (performance.now() - movedAt > LAST_PATIENCE) ended();
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

/** Tells when delivery fails and goes on again: once, and another reason once a minute. */
function failureTeller(say: Say): { failed(reason: string): void; mended(): void } {
  let told: string | undefined;
  let toldAt = 0;
  return {
    failed(reason) {
      const now = performance.now();
      if (told !== undefined && (reason === told || now - toldAt < TELL_AGAIN)) return;
      told = reason;
      toldAt = now;
      say(`not delivered: ${reason}; records wait in the spool`, 'warning');
    },
    mended() {
      if (told !== undefined) say('records are delivered again');
      told = undefined;
    },
  };
}
