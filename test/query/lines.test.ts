import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOLDEN } from '../golden/captures.ts';
import { captureOf, fileIn } from '../support/live/capture-files.ts';
import { makeDirectory } from '../support/live/workspace.ts';
import { logCapture, rowsOf, whyNoAnswers } from '../support/query.ts';

// A capture gives the same rows, whether it was logged as text or as json.

const missing = whyNoAnswers();

/**
 * What both kinds have. Text has milliseconds; json lacks the phrase, target and Host as they were sent, and of a status code that
 * breaks off it has what is there.
 */
const SHARED =
  "type, time_bucket(INTERVAL '1 millisecond', time) AS time, client, client_port, server, server_port, network, vlan, method, scheme, domain, url_port, path, query, agent, CASE WHEN status >= 100 THEN status END AS status";
const OF_PAIRS = 'duration, CASE WHEN method IS NOT NULL THEN version END AS version';
const OF_MESSAGES = "version, CASE WHEN type IN ('CR', 'SR') THEN content_type END AS content_type";

describe.skipIf(missing !== undefined)('text and json', () => {
  test.each(GOLDEN.map(({ name, file }) => ({ name, file })))('$name', ({ name, file }) => {
    const place = makeDirectory();
    const capture = join(place, 'capture');
    writeFileSync(capture, file);
    for (const [kind, more] of [
      ['messages', OF_MESSAGES],
      ['pairs', OF_PAIRS],
    ] as const) {
      const [text, json] = ['text', 'json'].map((format) => {
        const directory = join(place, kind, format);
        mkdirSync(directory, { recursive: true });
        const pair = kind === 'pairs' ? ['-pair'] : [];
        logCapture(capture, directory, '-p', 'any', '-add_vlan', '-format', format, ...pair);
        return rowsOf(directory, `SELECT ${SHARED}, ${more} FROM http ORDER BY ALL`);
      });
      expect(json?.length, name).toBeGreaterThan(0);
      expect(text, kind).toEqual(json);
    }
  });

  test('json with a host and header fields: -host, -header', () => {
    const place = makeDirectory();
    const capture = fileIn(place, 'capture', captureOf([{ at: '2026-03-04T05:06:07.089Z' }]));
    logCapture(capture, join(place, 'log'), '-format', 'json', '-host', 'web-1.example', '-header', 'Host');
    expect(rowsOf(join(place, 'log'), 'SELECT host_name, type, time, path, request_host FROM http')).toEqual([
      { host_name: 'web-1.example', type: 'CQ', time: '2026-03-04 05:06:07.089', path: '/t', request_host: 'h' },
    ]);
  });
});
