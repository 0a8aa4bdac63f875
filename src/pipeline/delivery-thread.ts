// The delivery thread: sends what the spool holds to those who receive it. It shares no memory with the others.
import { parentPort, workerData } from 'node:worker_threads';
import { type DeliveryWatch, startDelivery } from '../deliver/delivery.ts';
import { openPlaces } from '../deliver/places.ts';
import type { ReceiverName, Refusal } from '../deliver/receiver.ts';
import { type DeliverySettings, openReceivers } from '../deliver/receivers.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import { requireBuild } from './build.ts';

/** What the thread is given. */
export interface DeliveryThreadData {
  readonly build: string;
  readonly directory: string;
  readonly settings: DeliverySettings;
}

/** What it tells of a receiver. */
export type DeliveryMessage = { readonly receiver: ReceiverName } & (
  | { readonly kind: 'sending'; readonly name: string | undefined }
  | {
      readonly kind: 'delivered';
      readonly file: SpoolFile;
      readonly isGone: boolean;
      readonly refusal: Refusal | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'idle' }
);

/** What it is told: a file was closed, or to end. */
export type DeliveryOrder = 'closed' | 'finish';

const { build, directory, settings } = workerData as DeliveryThreadData;
requireBuild(build);
const tell = (message: DeliveryMessage): void => parentPort?.postMessage(message);
const watchOf = (receiver: ReceiverName): DeliveryWatch => ({
  sending: (name) => tell({ receiver, kind: 'sending', name }),
  delivered: (file, isGone, refusal) => tell({ receiver, kind: 'delivered', file, isGone, refusal }),
  failed: (reason) => tell({ receiver, kind: 'failed', reason }),
  idle: () => tell({ receiver, kind: 'idle' }),
});
const starting = openReceivers(settings).then((receivers) => {
  const places = openPlaces(
    directory,
    receivers.map(({ name }) => name),
  );
  return receivers.map((receiver) => startDelivery(directory, places, receiver, watchOf(receiver.name)));
});
parentPort?.on('message', async (order: DeliveryOrder) => {
  for (const delivery of await starting) order === 'finish' ? delivery.finish() : delivery.wake();
});
starting.then((deliveries) => Promise.all(deliveries.map(({ ended }) => ended))).finally(() => parentPort?.close());
