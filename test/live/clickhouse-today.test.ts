import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaOf } from '../../src/deliver/clickhouse-schema.ts';
import { type Piece, piecesOf } from '../../src/deliver/pieces.ts';
import { closedFiles } from '../../src/sink/spool-file.ts';
import { type Chdb, openChdb, whyNoChdb } from '../support/chdb.ts';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { endOf, httplog, startProcess, whyNoProgram } from '../support/live/program.ts';
import { countLines, makeDirectory } from '../support/live/workspace.ts';

// The schema, its view and the deduplication in the ClickHouse of today.

const missing = whyNoProgram() ?? whyNoChdb();
if (missing !== undefined) console.warn(`skipped: ClickHouse of today: ${missing}`);

/** Inserts a piece as delivery does. */
function insert(chdb: Chdb, directory: string, { name, body }: Piece): void {
  const file = join(directory, 'body');
  writeFileSync(file, body);
  const settings = [
    'input_format_skip_unknown_fields = 1',
    "date_time_input_format = 'best_effort'",
    `insert_deduplication_token = '${name}'`,
    'deduplicate_blocks_in_dependent_materialized_views = 1',
  ];
  chdb.query(`INSERT INTO web.http FROM INFILE '${file}' SETTINGS ${settings.join(', ')} FORMAT JSONEachRow`);
}

test.skipIf(missing !== undefined)(
  'records of every kind, each once however often it is sent, and counted by the view',
  async () => {
    const directory = makeDirectory();
    // Older than it keeps a record, the table would drop it.
    const at = new Date(Date.now() - 3_600_000).toISOString();
    const ask = `GET /a?b=%C3%A4"\\\xff HTTP/1.1\r\nHost: h:81\r\nX-Unknown: 1\r\n\r\n`;
    const capture = fileIn(
      directory,
      'capture',
      captureOf([
        { at, text: ask },
        { at, back: true },
        { at, port: 50001 },
        { at, port: 50002, back: true },
      ]),
    );
    const spool = join(directory, 'spool');
    for (const flags of [['-pair', '-assemble'], ['-header', 'X-Unknown'], ['-pair']]) {
      const all = ['-r', capture, '-d', join(directory, 'log'), '-spool', spool, '-host', 'web1', ...flags];
      expect(await endOf(startProcess(httplog(all)))).toEqual({ status: 0, signal: null });
    }
    const files = closedFiles(spool);
    const pieces = files.flatMap(({ name, batch }) => piecesOf(batch, readFileSync(join(spool, name))));
    const count = files.reduce((sum, { records }) => sum + records, 0);
    expect(count).toBe(countLines(join(directory, 'log')));
    const chdb = openChdb(join(directory, 'data'));
    const rows = (sql: string): string[] => chdb.query(sql, 'TabSeparated').trim().split('\n');
    for (const statement of schemaOf({ database: 'web', table: 'http' }, 'node')) chdb.query(statement);
    for (let times = 0; times < 2; times++) for (const piece of pieces) insert(chdb, directory, piece);
    expect(rows('SELECT count() FROM web.http')).toEqual([String(count)]);
    expect(rows('SELECT sum(n) FROM (SELECT countMerge(messages) AS n FROM web.http_minutes)')).toEqual([
      String(count),
    ]);
    expect(rows("SELECT count() FROM web.http WHERE `host.name` = 'web1' AND timestamp > now() - 7200")).toEqual([
      String(count),
    ]);
    expect(rows('SELECT DISTINCT `url.domain`, `url.port` FROM web.http WHERE `url.port` > 0')).toEqual(['h\t81']);
    expect(rows('SELECT count() FROM web.http WHERE isNull(`httplog.duration`)')).not.toEqual(['0']);
    // The cluster's cannot be carried out here: it is read.
    for (const statement of schemaOf({ database: 'web', table: 'http' }, 'cluster')) {
      expect(chdb.query(`EXPLAIN AST ${statement}`, 'TabSeparated')).not.toBe('');
    }
  },
  60_000,
);
