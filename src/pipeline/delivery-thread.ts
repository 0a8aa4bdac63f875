// The delivery thread: sends what the spool holds to those who receive it. It shares no memory with them but the words by
// which it says what is on its way.
import { parentPort, workerData } from 'node:worker_threads';
import { type Delivery, type DeliveryWatch, startDelivery } from '../deliver/delivery.ts';
import { openPlaces, type Places } from '../deliver/places.ts';
import type { ReceiverName, Refusal } from '../deliver/receiver.ts';
import { type DeliverySettings, openReceivers } from '../deliver/receivers.ts';
import { type ClaimWords, openClaims } from '../sink/spool-claims.ts';
import type { SpoolFile } from '../sink/spool-file.ts';
import { requireBuild } from './build.ts';
import { startProfile } from './profile.ts';

/** What the thread is given. */
export interface DeliveryThreadData {
  readonly build: string;
  readonly directory: string;
  readonly claims: ClaimWords;
  readonly settings: DeliverySettings;
  /** The descriptor of its CPU profile, if that is wanted. */
  readonly profile: number | undefined;
}

/** What it tells of a receiver. */
export type DeliveryMessage = { readonly receiver: ReceiverName } & (
  | { readonly kind: 'delivered'; readonly file: SpoolFile; readonly refusal: Refusal | undefined }
  | { readonly kind: 'gone'; readonly file: SpoolFile; readonly damaged: number }
  | { readonly kind: 'moved' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'idle' }
);

/** What it is told: this file was closed, or to end. */
export type DeliveryOrder = SpoolFile | 'finish';

const { build, directory, claims, settings, profile } = workerData as DeliveryThreadData;
requireBuild(build);
const stopProfile = startProfile(profile, 'delivery');
const tell = (message: DeliveryMessage): void => parentPort?.postMessage(message);
const watchOf = (receiver: ReceiverName): DeliveryWatch => ({
  delivered: (file, refusal) => tell({ receiver, kind: 'delivered', file, refusal }),
  gone: (file, damaged) => tell({ receiver, kind: 'gone', file, damaged }),
  failed: (reason) => tell({ receiver, kind: 'failed', reason }),
  idle: () => tell({ receiver, kind: 'idle' }),
});
const open = async (): Promise<{ places: Places; deliveries: readonly Delivery[] }> => {
  const receivers = await openReceivers(settings, (receiver) => tell({ receiver, kind: 'moved' }));
  const names = receivers.map(({ name }) => name);
  const opened = openClaims(claims);
  const places = openPlaces(directory, names, opened, (file) => {
    for (const receiver of names.slice(0, 1)) tell({ receiver, kind: 'gone', file, damaged: 0 });
  });
  const deliveries = receivers.map((receiver) =>
    startDelivery(directory, places, opened, receiver, watchOf(receiver.name)),
  );
  return { places, deliveries };
};
const opening = open();
parentPort?.on('message', async (order: DeliveryOrder) => {
  const { places, deliveries } = await opening;
  if (order !== 'finish') places.add(order);
  for (const delivery of deliveries) order === 'finish' ? delivery.finish() : delivery.wake();
});
opening
  .then(({ deliveries }) => Promise.all(deliveries.map(({ ended }) => ended)))
  .finally(() => {
    stopProfile();
    parentPort?.close();
  });
