// What delivery has to say of a receiver.
import type { ReceiverName, Refusal } from '../deliver/receiver.ts';
import type { Say } from './say.ts';

/** Milliseconds after which another reason for failing is told. */
const TELL_AGAIN = 60_000;

/** Hears how delivery to a receiver fares. */
export interface DeliveryTeller {
  failed(reason: string): void;
  delivered(refusal: Refusal | undefined): void;
}

/** Tells when delivery to a receiver fails and goes on again: once, and another reason once a minute; so too when it refuses records. */
export function deliveryTeller(receiver: ReceiverName, say: Say): DeliveryTeller {
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
