import * as counters from './counters.ts';
import { HISTOGRAM_TRANSACTIONS, HISTOGRAM_WORDS, HISTOGRAM_WRITES, STATUS_CLASSES } from './counters.ts';
import { counter, each, gauge, histogram, type Metric, type Series } from './metric.table.ts';
import { RECORD_METRICS } from './record-metrics.table.ts';
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from './types.ts';
import { VERDICTS } from './verdicts.table.ts';

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
  ...RECORD_METRICS,
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
