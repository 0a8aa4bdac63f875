import { describe, expect, test } from 'vitest';
import { addressText } from '../support/second-reading/address-text.ts';
import { readCapture } from '../support/second-reading/capture.ts';
import { readConnections } from '../support/second-reading/connections.ts';
import { type Exchange, readTransactions } from '../support/second-reading/transactions.ts';
import { captureBytes, captures, MISSING } from './corpora.ts';
import { DifferenceList } from './differences.ts';
import { packetsOf } from './packets.ts';
import { ourLog, type Paired, pairRows, zeekLogs } from './zeek-logs.ts';
import { ZEEK_REASONS } from './zeek-reasons.ts';

/** A line for each column that differs, without anything of the captures' contents. */
const LIST = new DifferenceList('zeek-differences.tsv', 'capture\tlog\tport\tdepth\tcolumn\treason');

describe.skipIf(MISSING)(`published captures, transactions compared with Zeek's own http.log${MISSING}`, () => {
  test('every difference is known, and every known one is there', () => {
    let rows = 0;
    const found = captures().flatMap(({ path }) => {
      const logs = zeekLogs(path);
      rows += logs.reduce((sum, log) => sum + log.rows.length, 0);
      return logs.length === 0 ? [] : differencesOf(path);
    });
    LIST.settle(found);
    expect(rows).toBe(104);
  });

  test('every reason is one that is explained, and none is left over', () => {
    expect(LIST.reasons()).toEqual(Object.keys(ZEEK_REASONS).sort());
  });
});

function differencesOf(capture: string): string[] {
  const file = captureBytes(capture);
  const packets = packetsOf(file);
  const exchanges = readConnections(readCapture(file).frames).flatMap((one) => readTransactions(one).exchanges);
  const ours = ourLog(file);
  const line = (log: string, paired: Paired, column: string): string => {
    const context = { ...paired, column, packets, exchanges: exchanges.filter((one) => isOf(paired, one)) };
    const reason = Object.entries(ZEEK_REASONS).find(([, { holds }]) => holds(context))?.[0] ?? '?';
    const row = paired.zeek ?? paired.ours;
    return [capture, log, row?.['id.orig_p'] ?? '~', row?.trans_depth, column, reason].join('\t');
  };
  return zeekLogs(capture).flatMap(({ name, rows }) => {
    const log = name.slice(name.indexOf('.zeek-') + '.zeek-'.length);
    return pairRows(rows, ours).flatMap((paired) => paired.columns.map((column) => line(log, paired, column)));
  });
}

/** Whether a transaction is one of the connection that a row is of; a log may not tell the connection. */
function isOf({ zeek, ours }: Paired, { client }: Exchange): boolean {
  const row = { ...ours, ...zeek };
  const ends = [addressText(client.source), client.sourcePort, addressText(client.destination), client.destinationPort];
  const names = ['id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p'];
  return names.every((name, i) => row[name] === undefined || row[name] === String(ends[i]));
}
