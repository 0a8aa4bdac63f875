// Counts messages, and how long transactions took.
import {
  COUNTER_HEADS_CUT,
  COUNTER_MESSAGES,
  HISTOGRAM_TRANSACTIONS,
  HISTOGRAM_WORDS,
  STATUS_CLASSES,
} from '../../layout/counters';
import { TYPE_CQ } from '../../layout/types';
import * as head from '../http/head';
import * as counters from '../memory/counters';
import { ABSENT } from '../record/absent';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as measures from '../record/measures';
import * as record from '../record/record';

/** Counts the message of this type whose head was read last. */
export function message(type: u32): void {
  counters.increment(COUNTER_MESSAGES + (type - TYPE_CQ) * STATUS_CLASSES + classOf(head.status));
  if (!head.whole) counters.increment(COUNTER_HEADS_CUT);
}

/** Counts how long the transaction of the record at hand took, where both halves tell. */
export function transaction(): void {
  const duration = measures.duration();
  if (duration === ABSENT) return;
  // Of the types of requests, CQ and SQ, each has its answer's behind it.
  const type = (connection.type(record.request) - TYPE_CQ) >> 1;
  const histogram = type * STATUS_CLASSES + classOf(half.status(record.response));
  counters.observe(HISTOGRAM_TRANSACTIONS + histogram * HISTOGRAM_WORDS, duration);
}

/** First digit of a status code of the usual five classes, else 0. */
function classOf(status: u32): u32 {
  const digit = status / 100;
  return digit < <u32>STATUS_CLASSES ? digit : 0;
}
