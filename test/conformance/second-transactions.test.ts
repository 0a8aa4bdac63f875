import { describe, expect, test } from 'vitest';
import { readCapture } from '../support/second-reading/capture.ts';
import { readConnections } from '../support/second-reading/connections.ts';
import { EXCHANGE_COLUMNS, exchangeLine } from '../support/second-reading/exchange-line.ts';
import { readFrame } from '../support/second-reading/frame.ts';
import { readTransactions, type Transactions } from '../support/second-reading/transactions.ts';
import { transactionLines } from '../support/transaction-lines.ts';
import { captureBytes, captures, MISSING } from './corpora.ts';

/** How many bytes of what TCP carries lie between two that are damaged, on the average. */
const DISTANCES: readonly number[] = [40, 250];
/** Bytes that change what HTTP makes of the rest. */
const DAMAGES: readonly number[] = [...Buffer.from('\r\n\0 :,;0aF'), 0xff];

describe.skipIf(MISSING)(`published captures, streams put together and read a second time${MISSING}`, () => {
  test('as they are', () => {
    let compared = 0;
    for (const { path } of captures()) compared += compare(captureBytes(path), path, ({ exact }) => exact);
    // So many transactions of connections of which nothing is missing; the others have no one right reading.
    expect(compared).toBe(689);
  });

  test.each(DISTANCES)('with another byte in every %i of what TCP carries', (distance) => {
    let compared = 0;
    // Behind what is no message TCP's numbers tell what belongs together, not the order.
    const isSure = ({ exact, whole }: Transactions): boolean => exact && whole;
    for (const { path } of captures()) compared += compare(damaged(captureBytes(path), distance), path, isSure);
    expect(compared).toBeGreaterThan(100);
  });
});

/** Compares the transactions of all connections that are sure, and returns how many there were. */
function compare(file: Uint8Array, path: string, isSure: (read: Transactions) => boolean): number {
  const ours = transactionLines(file, EXCHANGE_COLUMNS, true);
  const read = readConnections(readCapture(file).frames).map(readTransactions);
  const unsure = new Set(read.filter((one) => !isSure(one)).flatMap(({ ends }) => ends));
  const isCompared = (line: string): boolean => !unsure.has(line.split('\t').slice(0, 4).join(' '));
  const lines = read.flatMap(({ exchanges }) => exchanges.map(exchangeLine)).filter(isCompared);
  expect(ours.filter(isCompared).sort(), path).toEqual(lines.sort());
  return lines.length;
}

/** A copy in which bytes of payloads here and there are others, always the same ones. Headers stay: no byte is missing. */
function damaged(file: Uint8Array, distance: number): Uint8Array {
  const copy = file.slice();
  let state = file.length;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (const { linkType, bytes } of readCapture(copy).frames) {
    const payload = readFrame(linkType, bytes)?.payload ?? new Uint8Array();
    for (let at = next(2 * distance); at < payload.length; at += 1 + next(2 * distance)) {
      payload[at] = DAMAGES[next(DAMAGES.length)] ?? 0;
    }
  }
  return copy;
}
