import * as counters from './counters.ts';
import { HISTOGRAM_TRANSACTIONS, HISTOGRAM_WORDS, HISTOGRAM_WRITES, STATUS_CLASSES } from './counters.ts';
import { RECEIVERS } from './receivers.table.ts';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from './types.ts';
import { VERDICTS } from './verdicts.table.ts';

/** A metric's words that stand for one set of labels: the first of them, of a histogram, else the only one. */
export interface Series {
  readonly word: number;
  /** Names and values. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The runs that have a metric. */
export type MetricRuns = 'all' | 'live' | 'pair' | 'flows' | 'assemble' | 'records' | 'delivery';

/** A family of counters as it is shown: by `-metrics`, by SIGUSR1, in docs/metrics.md. */
export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly runs: MetricRuns;
  readonly series: readonly Series[];
  /** Series that count nothing yet are left out: there are many, of which most never do. */
  readonly sparse?: boolean;
}

/** A row for metrics of this kind: a single word, or its series. */
const rowOf =
  (kind: Metric['kind']) =>
  (name: string, runs: MetricRuns, help: string, words: number | readonly Series[]): Metric => ({
    name,
    kind,
    runs,
    help,
    series: typeof words === 'number' ? [{ word: words, labels: {} }] : words,
  });
const counter = rowOf('counter');
const gauge = rowOf('gauge');
const histogram = rowOf('histogram');
const each = (label: string, words: readonly (readonly [word: number, value: string])[]): readonly Series[] =>
  words.map(([word, value]) => ({ word, labels: { [label]: value } }));

/** Name of a status class; 0 is that of answers without a status code of the usual five classes. */
const CLASSES: readonly string[] = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];

function messages(): readonly Series[] {
  const begin = (type: number): number => counters.COUNTER_MESSAGES + (type - TYPE_CQ) * STATUS_CLASSES;
  const requests = (type: string, number: number) => [{ word: begin(number), labels: { type, class: '' } }];
  const answers = (type: string, number: number) =>
    CLASSES.map((name, i) => ({ word: begin(number) + i, labels: { type, class: name } }));
  return [...requests('CQ', TYPE_CQ), ...answers('CR', TYPE_CR), ...requests('SQ', TYPE_SQ), ...answers('SR', TYPE_SR)];
}

function transactionTimes(): readonly Series[] {
  return ['CQ', 'SQ'].flatMap((type, i) =>
    CLASSES.map((name, j) => ({
      word: HISTOGRAM_TRANSACTIONS + (i * STATUS_CLASSES + j) * HISTOGRAM_WORDS,
      labels: { type, class: name },
    })),
  );
}

function deliveries(word: number): readonly Series[] {
  return RECEIVERS.map((receiver, i) => ({
    word: counters.COUNTER_DELIVERY + i * counters.DELIVERY_WORDS + word,
    labels: { receiver },
  }));
}

/** The metric whose sample is 1, and whose labels say what runs. */
export const BUILD_INFO = 'httplog_build_info';

/** The one list of what is counted. */
export const METRICS: readonly Metric[] = [
  {
    name: BUILD_INFO,
    kind: 'gauge',
    runs: 'all',
    help: '1; its labels are the versions of httplog and of node',
    series: [],
  },
  gauge('httplog_start_time_seconds', 'all', 'when the run began, in seconds since 1970', counters.COUNTER_STARTED),
  counter(
    'httplog_packets_total',
    'all',
    'packets read (live: those that the kernel filter passed)',
    counters.COUNTER_PACKETS,
  ),
  counter(
    'httplog_packet_bytes_total',
    'all',
    'bytes of those packets, as they were on the wire',
    counters.COUNTER_BYTES,
  ),
  counter(
    'httplog_packets_refused_total',
    'all',
    'packets that gave no line, by reason',
    each(
      'reason',
      VERDICTS.map(({ number, name }) => [counters.COUNTER_VERDICTS + number, name]),
    ),
  ),
  counter('httplog_packet_copies_total', 'all', 'packets already seen on another interface', counters.COUNTER_COPIES),
  counter(
    'httplog_packets_failed_total',
    'all',
    'packets on which the packet code failed (a bug), which were passed over',
    counters.COUNTER_TRAPS,
  ),
  counter(
    'httplog_messages_total',
    'all',
    'HTTP messages, by type and status class: empty for requests, other for answers without a status code of 1xx to 5xx',
    messages(),
  ),
  counter('httplog_heads_cut_total', 'all', 'messages whose head was not seen to its end', counters.COUNTER_HEADS_CUT),
  counter(
    'httplog_transactions_total',
    'pair',
    'lines of transactions: requests with their answers (answered), requests without_answer, answers without_request',
    each('outcome', [
      [counters.COUNTER_TRANSACTIONS, 'answered'],
      [counters.COUNTER_WITHOUT_ANSWER, 'without_answer'],
      [counters.COUNTER_WITHOUT_REQUEST, 'without_request'],
    ]),
  ),
  {
    ...histogram(
      'httplog_transaction_duration_seconds',
      'pair',
      "from the request's first packet to the first packet of its answer (with -assemble: to its last packet), by type and status class",
      transactionTimes(),
    ),
    sparse: true,
  },
  counter(
    'httplog_requests_unkept_total',
    'flows',
    'requests for which there was no room to wait for their answer',
    counters.COUNTER_REQUESTS_UNKEPT,
  ),
  counter(
    'httplog_retransmissions_total',
    'flows',
    'heads, or with -assemble segments, that came again',
    counters.COUNTER_RETRANSMISSIONS,
  ),
  gauge('httplog_flows', 'flows', 'flows in the tables of all capture threads', counters.COUNTER_FLOWS),
  gauge('httplog_flows_maximum', 'flows', 'flows for which those tables have room', counters.COUNTER_FLOWS_MAXIMUM),
  counter(
    'httplog_flows_evicted_total',
    'flows',
    'flows forgotten because a table was full',
    counters.COUNTER_FLOWS_EVICTED,
  ),
  counter('httplog_stream_gaps_total', 'assemble', 'gaps in streams: bytes that never came', counters.COUNTER_GAPS),
  counter(
    'httplog_stream_resynchronisations_total',
    'assemble',
    'times that a stream had to look for the next head',
    counters.COUNTER_RESYNCHRONISATIONS,
  ),
  counter(
    'httplog_segments_out_of_order_total',
    'assemble',
    'segments that came out of order',
    counters.COUNTER_OUT_OF_ORDER,
  ),
  counter(
    'httplog_tunnel_bytes_total',
    'assemble',
    'bytes behind an Upgrade or CONNECT',
    counters.COUNTER_TUNNEL_BYTES,
  ),
  counter('httplog_lines_written_total', 'all', 'lines written', counters.COUNTER_LINES_WRITTEN),
  counter('httplog_written_bytes_total', 'all', 'bytes written', counters.COUNTER_BYTES_WRITTEN),
  counter(
    'httplog_lines_lost_total',
    'all',
    'lines lost, by cause: writer_behind (no area was free) or write_failed',
    each('cause', [
      [counters.COUNTER_LINES_NO_AREA, 'writer_behind'],
      [counters.COUNTER_LINES_NOT_WRITTEN, 'write_failed'],
    ]),
  ),
  counter('httplog_writes_failed_total', 'all', 'writes that failed', counters.COUNTER_WRITES_FAILED),
  histogram(
    'httplog_write_duration_seconds',
    'all',
    'how long writes took, each of at most eight areas of 128 KB',
    HISTOGRAM_WRITES,
  ),
  counter('httplog_files_opened_total', 'all', 'log files opened', counters.COUNTER_FILES_OPENED),
  counter(
    'httplog_old_files_total',
    'live',
    'log files of days that are over, by what was done with them (failed: nothing)',
    each('outcome', [
      [counters.COUNTER_FILES_PACKED, 'packed'],
      [counters.COUNTER_FILES_REMOVED, 'removed'],
      [counters.COUNTER_FILES_FAILED, 'failed'],
    ]),
  ),
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
  gauge('httplog_areas', 'all', 'areas for lines, 128 KB each, in all memories', counters.COUNTER_AREAS),
  gauge('httplog_areas_used', 'all', 'areas that are being filled or wait to be written', counters.COUNTER_AREAS_USED),
  counter(
    'httplog_kernel_packets_total',
    'live',
    'packets that the kernel filter passed, those dropped included',
    counters.COUNTER_KERNEL_PACKETS,
  ),
  counter(
    'httplog_kernel_drops_total',
    'live',
    'packets for which the ring had no room',
    counters.COUNTER_KERNEL_DROPS,
  ),
  counter(
    'httplog_kernel_freezes_total',
    'live',
    'times that a ring was full (queue freezes)',
    counters.COUNTER_KERNEL_FREEZES,
  ),
  gauge('httplog_ring_blocks', 'live', 'blocks of the rings of all capture threads', counters.COUNTER_RING_BLOCKS),
  gauge(
    'httplog_ring_blocks_used',
    'live',
    'blocks that the kernel has filled and a capture thread has not yet read',
    counters.COUNTER_RING_BLOCKS_USED,
  ),
  gauge('httplog_capture_threads', 'live', 'capture threads that there should be', counters.COUNTER_THREADS),
  gauge('httplog_capture_threads_alive', 'live', 'capture threads that are alive', counters.COUNTER_THREADS_ALIVE),
  counter(
    'httplog_capture_threads_restarted_total',
    'live',
    'capture threads started again after their death',
    counters.COUNTER_THREADS_RESTARTED,
  ),
];
