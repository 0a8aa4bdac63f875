// The delivery thread: sends what the spool holds to ClickHouse. It shares no memory with the others.
import { parentPort, workerData } from 'node:worker_threads';
import { type ClickHouseSettings, openClickHouse } from '../deliver/clickhouse.ts';
import { startDelivery } from '../deliver/delivery.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import { requireBuild } from './build.ts';

/** What the thread is given. */
export interface DeliveryThreadData {
  readonly build: string;
  readonly directory: string;
  readonly clickHouse: ClickHouseSettings;
}

/** What it tells. */
export type DeliveryMessage =
  | { readonly kind: 'sending'; readonly name: string | undefined }
  | { readonly kind: 'delivered'; readonly file: SpoolFile }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'idle' };

/** What it is told: a file was closed, or to end. */
export type DeliveryOrder = 'closed' | 'finish';

const { build, directory, clickHouse } = workerData as DeliveryThreadData;
requireBuild(build);
const tell = (message: DeliveryMessage): void => parentPort?.postMessage(message);
const delivery = startDelivery(directory, openClickHouse(clickHouse), {
  sending: (name) => tell({ kind: 'sending', name }),
  delivered: (file) => tell({ kind: 'delivered', file }),
  failed: (reason) => tell({ kind: 'failed', reason }),
  idle: () => tell({ kind: 'idle' }),
});
parentPort?.on('message', (order: DeliveryOrder) => (order === 'finish' ? delivery.finish() : delivery.wake()));
delivery.ended.finally(() => parentPort?.close());
