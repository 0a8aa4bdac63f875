// The line of the record at hand, in the format of this run, and as a record for delivery.
import { FORMAT_JSON, FORMAT_TEXT, FORMAT_TSV, FORMAT_ZEEK } from '../../layout/formats';
import * as settings from '../memory/settings';
import * as client from '../record/client';
import { request } from '../record/record';
import * as redaction from '../record/redaction';
import * as columns from './columns';
import * as combined from './combined';
import * as textHalves from './text-halves';

/** Makes what the formats need of the settings. */
export function start(): void {
  redaction.start();
  columns.start();
}

/** Settles what no line of the record at hand may show, and who its client is: once, before any is written. */
export function settle(): void {
  redaction.settle();
  client.settle(request);
}

/** Writes the record at hand for delivery, from its halves; returns the address behind its LF. */
export function record(at: usize): usize {
  return columns.record(at);
}

/** Writes the line of the record at hand from its halves; returns the address behind its LF. */
export function line(at: usize): usize {
  switch (settings.format) {
    case FORMAT_TEXT:
      return settings.pair ? textHalves.transaction(at) : textHalves.message(at);
    case FORMAT_JSON:
    case FORMAT_TSV:
    case FORMAT_ZEEK:
      return columns.line(at);
    default:
      return combined.line(at);
  }
}
