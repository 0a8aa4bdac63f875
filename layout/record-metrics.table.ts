import * as counters from './counters.ts';
import { counter, each, gauge, type Metric, type Series } from './metric.table.ts';
import { RECEIVERS } from './receivers.table.ts';

function deliveries(word: number): readonly Series[] {
  return RECEIVERS.map((receiver, i) => ({
    word: counters.COUNTER_DELIVERY + i * counters.DELIVERY_WORDS + word,
    labels: { receiver },
  }));
}

/** What is counted of records that leave this host. */
export const RECORD_METRICS: readonly Metric[] = [
  counter(
    'httplog_records_spooled_total',
    'records',
    'records written into the spool',
    counters.COUNTER_RECORDS_SPOOLED,
  ),
  counter(
    'httplog_records_lost_total',
    'records',
    'records that did not get into the spool, by cause: writer_behind (no area was free) or write_failed; or that the disk lost from it: damaged',
    each('cause', [
      [counters.COUNTER_RECORDS_NO_AREA, 'writer_behind'],
      [counters.COUNTER_RECORDS_NOT_SPOOLED, 'write_failed'],
      [counters.COUNTER_RECORDS_DAMAGED, 'damaged'],
    ]),
  ),
  gauge('httplog_spool_files', 'records', 'files in the spool', counters.COUNTER_SPOOL_FILES),
  gauge('httplog_spool_bytes', 'records', 'bytes in the spool', counters.COUNTER_SPOOL_BYTES),
  counter(
    'httplog_spool_dropped_files_total',
    'records',
    'files that were dropped because the spool was full',
    counters.COUNTER_SPOOL_DROPPED_FILES,
  ),
  counter(
    'httplog_spool_dropped_records_total',
    'records',
    'records in those files',
    counters.COUNTER_SPOOL_DROPPED_RECORDS,
  ),
  counter(
    'httplog_delivered_batches_total',
    'delivery',
    'files of the spool that were delivered',
    deliveries(counters.DELIVERED_BATCHES),
  ),
  counter(
    'httplog_delivered_records_total',
    'delivery',
    'records in those files',
    deliveries(counters.DELIVERED_RECORDS),
  ),
  counter(
    'httplog_refused_records_total',
    'delivery',
    'of those the records that the receiver refused for ever',
    deliveries(counters.REFUSED_RECORDS),
  ),
  counter(
    'httplog_undelivered_records_total',
    'delivery',
    'records that were dropped, as the spool was full, before the receiver had them',
    deliveries(counters.UNDELIVERED_RECORDS),
  ),
  counter(
    'httplog_deliveries_failed_total',
    'delivery',
    'attempts to deliver that failed; each is made again',
    deliveries(counters.DELIVERIES_FAILED),
  ),
];
