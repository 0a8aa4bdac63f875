import * as counters from './counters.ts';
import { HISTOGRAM_TRANSACTIONS, HISTOGRAM_WORDS, HISTOGRAM_WRITES, STATUS_CLASSES } from './counters.ts';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from './types.ts';
import { VERDICTS } from './verdicts.table.ts';

/** A metric's words that stand for one set of labels: the first of them, of a histogram, else the only one. */
export interface Series {
  readonly word: number;
  /** Names and values. */
  readonly labels: Readonly<Record<string, string>>;
}

/** The runs that have a metric. */
export type MetricRuns = 'all' | 'live' | 'pair' | 'flows' | 'assemble';

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

const one = (word: number): readonly Series[] => [{ word, labels: {} }];
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
  {
    name: 'httplog_start_time_seconds',
    kind: 'gauge',
    runs: 'all',
    help: 'when the run began, in seconds since 1970',
    series: one(counters.COUNTER_STARTED),
  },
  {
    name: 'httplog_packets_total',
    kind: 'counter',
    runs: 'all',
    help: 'packets read (live: those that the kernel filter passed)',
    series: one(counters.COUNTER_PACKETS),
  },
  {
    name: 'httplog_packet_bytes_total',
    kind: 'counter',
    runs: 'all',
    help: 'bytes of those packets, as they were on the wire',
    series: one(counters.COUNTER_BYTES),
  },
  {
    name: 'httplog_packets_refused_total',
    kind: 'counter',
    runs: 'all',
    help: 'packets that gave no line, by reason',
    series: each(
      'reason',
      VERDICTS.map(({ number, name }) => [counters.COUNTER_VERDICTS + number, name]),
    ),
  },
  {
    name: 'httplog_packet_copies_total',
    kind: 'counter',
    runs: 'all',
    help: 'packets already seen on another interface',
    series: one(counters.COUNTER_COPIES),
  },
  {
    name: 'httplog_packets_failed_total',
    kind: 'counter',
    runs: 'all',
    help: 'packets on which the packet code failed (a bug), which were passed over',
    series: one(counters.COUNTER_TRAPS),
  },
  {
    name: 'httplog_messages_total',
    kind: 'counter',
    runs: 'all',
    help: 'HTTP messages, by type and status class: empty for requests, other for answers without a status code of 1xx to 5xx',
    series: messages(),
  },
  {
    name: 'httplog_heads_cut_total',
    kind: 'counter',
    runs: 'all',
    help: 'messages whose head was not seen to its end',
    series: one(counters.COUNTER_HEADS_CUT),
  },
  {
    name: 'httplog_transactions_total',
    kind: 'counter',
    runs: 'pair',
    help: 'lines of transactions: requests with their answers (answered), requests without_answer, answers without_request',
    series: each('outcome', [
      [counters.COUNTER_TRANSACTIONS, 'answered'],
      [counters.COUNTER_WITHOUT_ANSWER, 'without_answer'],
      [counters.COUNTER_WITHOUT_REQUEST, 'without_request'],
    ]),
  },
  {
    name: 'httplog_transaction_duration_seconds',
    kind: 'histogram',
    runs: 'pair',
    help: "from the request's first packet to the first packet of its answer (with -assemble: to its last packet), by type and status class",
    series: transactionTimes(),
    sparse: true,
  },
  {
    name: 'httplog_requests_unkept_total',
    kind: 'counter',
    runs: 'flows',
    help: 'requests for which there was no room to wait for their answer',
    series: one(counters.COUNTER_REQUESTS_UNKEPT),
  },
  {
    name: 'httplog_retransmissions_total',
    kind: 'counter',
    runs: 'flows',
    help: 'heads, or with -assemble segments, that came again',
    series: one(counters.COUNTER_RETRANSMISSIONS),
  },
  {
    name: 'httplog_flows',
    kind: 'gauge',
    runs: 'flows',
    help: 'flows in the tables of all capture threads',
    series: one(counters.COUNTER_FLOWS),
  },
  {
    name: 'httplog_flows_maximum',
    kind: 'gauge',
    runs: 'flows',
    help: 'flows for which those tables have room',
    series: one(counters.COUNTER_FLOWS_MAXIMUM),
  },
  {
    name: 'httplog_flows_evicted_total',
    kind: 'counter',
    runs: 'flows',
    help: 'flows forgotten because a table was full',
    series: one(counters.COUNTER_FLOWS_EVICTED),
  },
  {
    name: 'httplog_stream_gaps_total',
    kind: 'counter',
    runs: 'assemble',
    help: 'gaps in streams: bytes that never came',
    series: one(counters.COUNTER_GAPS),
  },
  {
    name: 'httplog_stream_resynchronisations_total',
    kind: 'counter',
    runs: 'assemble',
    help: 'times that a stream had to look for the next head',
    series: one(counters.COUNTER_RESYNCHRONISATIONS),
  },
  {
    name: 'httplog_segments_out_of_order_total',
    kind: 'counter',
    runs: 'assemble',
    help: 'segments that came out of order',
    series: one(counters.COUNTER_OUT_OF_ORDER),
  },
  {
    name: 'httplog_tunnel_bytes_total',
    kind: 'counter',
    runs: 'assemble',
    help: 'bytes behind an Upgrade or CONNECT',
    series: one(counters.COUNTER_TUNNEL_BYTES),
  },
  {
    name: 'httplog_lines_written_total',
    kind: 'counter',
    runs: 'all',
    help: 'lines written',
    series: one(counters.COUNTER_LINES_WRITTEN),
  },
  {
    name: 'httplog_written_bytes_total',
    kind: 'counter',
    runs: 'all',
    help: 'bytes written',
    series: one(counters.COUNTER_BYTES_WRITTEN),
  },
  {
    name: 'httplog_lines_lost_total',
    kind: 'counter',
    runs: 'all',
    help: 'lines lost, by cause: writer_behind (no area was free) or write_failed',
    series: each('cause', [
      [counters.COUNTER_LINES_NO_AREA, 'writer_behind'],
      [counters.COUNTER_LINES_NOT_WRITTEN, 'write_failed'],
    ]),
  },
  {
    name: 'httplog_writes_failed_total',
    kind: 'counter',
    runs: 'all',
    help: 'writes that failed',
    series: one(counters.COUNTER_WRITES_FAILED),
  },
  {
    name: 'httplog_write_duration_seconds',
    kind: 'histogram',
    runs: 'all',
    help: 'how long writes took, each of at most eight areas of 128 KB',
    series: one(HISTOGRAM_WRITES),
  },
  {
    name: 'httplog_files_opened_total',
    kind: 'counter',
    runs: 'all',
    help: 'log files opened',
    series: one(counters.COUNTER_FILES_OPENED),
  },
  {
    name: 'httplog_areas',
    kind: 'gauge',
    runs: 'all',
    help: 'areas for lines, 128 KB each, in all memories',
    series: one(counters.COUNTER_AREAS),
  },
  {
    name: 'httplog_areas_used',
    kind: 'gauge',
    runs: 'all',
    help: 'areas that are being filled or wait to be written',
    series: one(counters.COUNTER_AREAS_USED),
  },
  {
    name: 'httplog_kernel_packets_total',
    kind: 'counter',
    runs: 'live',
    help: 'packets that the kernel filter passed, those dropped included',
    series: one(counters.COUNTER_KERNEL_PACKETS),
  },
  {
    name: 'httplog_kernel_drops_total',
    kind: 'counter',
    runs: 'live',
    help: 'packets for which the ring had no room',
    series: one(counters.COUNTER_KERNEL_DROPS),
  },
  {
    name: 'httplog_kernel_freezes_total',
    kind: 'counter',
    runs: 'live',
    help: 'times that a ring was full (queue freezes)',
    series: one(counters.COUNTER_KERNEL_FREEZES),
  },
  {
    name: 'httplog_ring_blocks',
    kind: 'gauge',
    runs: 'live',
    help: 'blocks of the rings of all capture threads',
    series: one(counters.COUNTER_RING_BLOCKS),
  },
  {
    name: 'httplog_ring_blocks_used',
    kind: 'gauge',
    runs: 'live',
    help: 'blocks that the kernel has filled and a capture thread has not yet read',
    series: one(counters.COUNTER_RING_BLOCKS_USED),
  },
  {
    name: 'httplog_capture_threads',
    kind: 'gauge',
    runs: 'live',
    help: 'capture threads that there should be',
    series: one(counters.COUNTER_THREADS),
  },
  {
    name: 'httplog_capture_threads_alive',
    kind: 'gauge',
    runs: 'live',
    help: 'capture threads that are alive',
    series: one(counters.COUNTER_THREADS_ALIVE),
  },
  {
    name: 'httplog_capture_threads_restarted_total',
    kind: 'counter',
    runs: 'live',
    help: 'capture threads started again after their death',
    series: one(counters.COUNTER_THREADS_RESTARTED),
  },
];
