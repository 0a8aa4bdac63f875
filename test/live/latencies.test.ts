import http from 'node:http';
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import { bound } from '../support/live/busy.ts';
import { capture, HOST, type Host, makeNetwork, whyNotLive } from '../support/live/network.ts';
import { type Running, stop } from '../support/live/program.ts';
import { makeRoughNetwork, whyNotRough } from '../support/live/rough-network.ts';
import { median, type Row, rowsOf, targetOf } from '../support/live/rows.ts';
import { pause } from '../support/live/wait.ts';
import { connections, serve } from '../support/live/web.ts';

// Times of transactions are those that the client measured by its own clock. The machine may be busy: the median has a bound, and
// each single value only a loose one.

/** Milliseconds. */
const NEAR = 1;
/** The same where client, server and kernel wait for a core that others have. */
const BUSY = 4;
const LOOSELY = 500;
/** Requests of a measurement: three in a round. */
const REQUESTS = 60;
const ROUNDS = REQUESTS / 3;

/** What a client measured, in milliseconds. */
interface Measured {
  /** From the request to the answer's first byte that the client saw, and to its end. */
  readonly head: number;
  readonly whole: number;
}

/** One request; the body of the answer is read. */
function measure(path: string, agent: http.Agent): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const begin = process.hrtime.bigint();
    const since = (): number => Number(process.hrtime.bigint() - begin) / 1e6;
    const request = http.get(`http://${HOST}${path}`, { agent, timeout: 10_000 }, (response) => {
      const head = since();
      response.resume();
      response.on('end', () => resolve({ head, whole: since() }));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

/** Answers `/WAIT/REST/N`: the head after WAIT milliseconds, the rest of the body REST later. */
async function serveSlowly(host: Host): Promise<void> {
  await serve(host, 80, (request, response) => {
    const [, wait, rest] = (request.url ?? '').split('/').map(Number);
    setTimeout(() => {
      response.writeHead(200, { 'Content-Length': 8 });
      response.write('half');
      setTimeout(() => response.end('half'), rest);
    }, wait);
  });
}

const milliseconds = (row: Row | undefined, key: string): number => Number(row?.[key]) / 1000;

/** Expects these differences to be small: their median is, and each one is no mistake. */
function expectNear(what: string, differences: readonly number[]): void {
  expect(Math.abs(median(differences)), `${what}: ${differences.join(' ')}`).toBeLessThan(bound(NEAR, BUSY));
  for (const one of differences) expect(Math.abs(one), what).toBeLessThan(LOOSELY);
}

async function rowsAfter(running: Running): Promise<Map<string, Row>> {
  expect(await stop(running)).toEqual({ status: 0, signal: null });
  return new Map(rowsOf(running.stdout()).map((row) => [targetOf(row), row]));
}

const FLAGS = ['-d', '-', '-pair', '-format', 'json'];

describe.skipIf(whyNotLive('latencies') !== undefined)('latencies', () => {
  test('of a server that takes its time: within 1 ms of what the client measured', async () => {
    const { host } = makeNetwork();
    await serveSlowly(host);
    const heads = await capture(host, FLAGS);
    const whole = await capture(host, [...FLAGS, '-assemble'], { sockets: 2 });
    const agent = connections(1);
    const measured = new Map<string, Measured>();
    for (let n = 0; n < ROUNDS; n++) {
      for (const wait of [5, 20, 50]) {
        const path = `/${wait}/${wait === 20 ? 10 : 0}/${n}`;
        measured.set(path, await measure(path, agent));
      }
    }
    const [ofHeads, ofWhole] = [await rowsAfter(heads), await rowsAfter(whole)];
    expect(ofHeads.size).toBe(REQUESTS);
    expect(ofWhole.size).toBe(REQUESTS);
    for (const wait of [5, 20, 50]) {
      const all = [...measured].filter(([path]) => path.startsWith(`/${wait}/`));
      const differences = (rows: Map<string, Row>, key: string, of: (one: Measured) => number): number[] =>
        all.map(([path, one]) => of(one) - milliseconds(rows.get(path), key));
      expectNear(
        '-pair: duration',
        differences(ofHeads, 'httplog.duration', ({ head }) => head),
      );
      expectNear(
        '-pair: ttfb',
        differences(ofHeads, 'httplog.ttfb', ({ head }) => head),
      );
      expectNear(
        'duration',
        differences(ofWhole, 'httplog.duration', ({ whole: end }) => end),
      );
      expectNear(
        'ttfb',
        differences(ofWhole, 'httplog.ttfb', ({ head }) => head),
      );
      expectNear(
        'response',
        differences(ofWhole, 'httplog.response', ({ head, whole: end }) => end - head),
      );
    }
    for (const row of ofWhole.values()) {
      expect(row['httplog.request']).toBe(0);
      expect(row['httplog.connect'] !== undefined).toBe(row['httplog.transaction'] === 1);
      expect(row['httplog.idle'] !== undefined).toBe(row['httplog.transaction'] !== 1);
      const parts = milliseconds(row, 'httplog.ttfb') + milliseconds(row, 'httplog.response');
      expect(Math.abs(parts - milliseconds(row, 'httplog.duration'))).toBeLessThan(0.01);
    }
  });

  test('request and idle: of a client that sends its body late, and waits between two requests', async () => {
    const { host } = makeNetwork();
    await serve(host, 80, (request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(200, { 'Content-Length': 2 }).end('ok'));
    });
    const running = await capture(host, [...FLAGS, '-assemble']);
    const agent = connections(1);
    const bodies: number[] = [];
    const pauses: number[] = [];
    let ended = 0;
    for (let n = 0; n < REQUESTS; n++) {
      const begin = performance.now();
      if (n > 0) pauses.push(begin - ended);
      await new Promise<void>((resolve, reject) => {
        const headers = { 'Content-Length': 8 };
        const sent = http.request(`http://${HOST}/${n}`, { agent, method: 'PUT', headers }, (response) => {
          response.resume();
          response.on('end', resolve);
        });
        sent.on('error', reject);
        sent.write('half');
        setTimeout(() => {
          bodies.push(performance.now() - begin);
          sent.end('half');
        }, 10);
      });
      ended = performance.now();
      await pause(5);
    }
    const rows = [...(await rowsAfter(running)).values()];
    expect(rows).toHaveLength(REQUESTS);
    const differences = (key: string, values: readonly number[], of: readonly Row[]): number[] =>
      of.map((row, place) => milliseconds(row, key) - (values[place] ?? Number.NaN));
    expectNear('request', differences('httplog.request', bodies, rows));
    expectNear('idle', differences('httplog.idle', pauses, rows.slice(1)));
    expect(new Set(rows.map((row) => row['http.request.body.size']))).toEqual(new Set([8]));
  });

  test.skipIf(whyNotRough() !== undefined)('connect: over a long way, what the client waited for', async () => {
    const { host, outside } = makeRoughNetwork(() => [5]);
    await serve(host, 80);
    const running = await capture(outside, [...FLAGS, '-assemble']);
    const waited: number[] = [];
    for (let n = 0; n < REQUESTS; n++) {
      const agent = new http.Agent({ keepAlive: false });
      const begin = performance.now();
      agent.createConnection = (settings) => {
        const socket = net.connect(settings as net.TcpNetConnectOpts);
        return socket.once('connect', () => waited.push(performance.now() - begin));
      };
      await measure(`/${n}`, agent);
    }
    const rows = [...(await rowsAfter(running)).values()];
    expect(rows.map(({ 'httplog.type': type }) => type)).toEqual(Array(REQUESTS).fill('SQ'));
    expectNear(
      'connect',
      rows.map((row, place) => (waited[place] ?? Number.NaN) - milliseconds(row, 'httplog.connect')),
    );
    expect(median(waited)).toBeGreaterThan(10);
  });
});
