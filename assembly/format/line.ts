// The line of the record at hand, in the format of this run.
import { FORMAT_JSON, FORMAT_TEXT, FORMAT_TSV, FORMAT_ZEEK } from '../../layout/formats';
import * as settings from '../memory/settings';
import * as client from '../record/client';
import { request, response } from '../record/record';
import * as redaction from '../record/redaction';
import * as columns from './columns';
import * as combined from './combined';
import * as text from './text';
import * as textTransaction from './text-transaction';

/** Makes what the formats need of the settings. */
export function start(): void {
  redaction.start();
  columns.start();
}

/**
 * Writes the line of the record at hand; returns the address behind its LF. A single message's line of text is written from
 * what http/fields and the record hold of it, every other from the record's halves.
 */
export function line(at: usize): usize {
  if (settings.format === FORMAT_TEXT && !settings.pair) {
    redaction.ofMessage();
    return text.line(at);
  }
  settle();
  switch (settings.format) {
    case FORMAT_TEXT:
      return textTransaction.line(at);
    case FORMAT_JSON:
    case FORMAT_TSV:
    case FORMAT_ZEEK:
      return columns.line(at);
    default:
      return combined.line(at);
  }
}

/** Settles what must not be written, and who the client is. */
function settle(): void {
  redaction.empty();
  if (request !== 0) redaction.ofHalf(request);
  if (response !== 0) redaction.ofHalf(response);
  client.settle(request);
}
