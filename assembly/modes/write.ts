// Writes the record at hand, of whole transactions or of messages, and what leaves the flow table.
import { SPLIT_RECORDS } from '../../layout/areas';
import {
  COUNTER_LINES_NO_AREA,
  COUNTER_RECORDS_NO_AREA,
  COUNTER_TRANSACTIONS,
  COUNTER_WITHOUT_ANSWER,
  COUNTER_WITHOUT_REQUEST,
} from '../../layout/counters';
import * as leaving from '../flow/leaving';
import * as line from '../format/line';
import * as time from '../format/time';
import * as areas from '../memory/areas';
import * as counters from '../memory/counters';
import * as settings from '../memory/settings';
import * as slabs from '../memory/slabs';
import * as connection from '../record/connection';
import * as measures from '../record/measures';
import * as packing from '../record/packing';
import * as record from '../record/record';
import * as count from './count';

/**
 * Writes a line of the record at hand, and the record for delivery where that is wanted. Each is lost and counted where no area is
 * free: from a file `isReady` was asked before.
 */
export function write(): void {
  const split = settings.split ? connection.type(record.present()) : 0;
  const day = time.localDay(measures.stamp());
  line.settle();
  const place = areas.place(split, day);
  if (place === 0) counters.increment(COUNTER_LINES_NO_AREA);
  else areas.commit(split, line.line(place));
  if (settings.records) writeRecord(day);
}

function writeRecord(day: u32): void {
  const place = areas.place(SPLIT_RECORDS, day);
  if (place === 0) counters.increment(COUNTER_RECORDS_NO_AREA);
  else areas.commit(SPLIT_RECORDS, line.record(place));
}

/** Writes the record at hand as a transaction. */
export function writeTransaction(): void {
  count.transaction();
  write();
  if (record.request === 0) counters.increment(COUNTER_WITHOUT_REQUEST);
  else counters.increment(record.response === 0 ? COUNTER_WITHOUT_ANSWER : COUNTER_TRANSACTIONS);
}

/**
 * Writes what has left the flow table. Returns whether the next line will find a place; if not, which is only from a file,
 * ask again when the writer has freed an area.
 */
export function isReady(): bool {
  for (let chain = leaving.first(); chain !== 0; chain = leaving.first()) {
    if (!hasRoom()) return false;
    leaving.shift();
    writePacked(chain);
  }
  return hasRoom();
}

/** Whether what is written of a record will find a place, or is lost and counted as live. Where no area is free the writer gets those that are not full. */
function hasRoom(): bool {
  if (settings.live || areas.hasRoom(settings.records ? 2 : 1)) return true;
  areas.handOverAll();
  return false;
}

/** Writes a packed request that has no answer. */
function writePacked(chain: usize): void {
  record.empty();
  packing.unpackRequest(chain);
  writeTransaction();
  slabs.give(chain);
}
