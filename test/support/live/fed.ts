import { join } from 'node:path';
import { captureOf, type Said } from './capture-files.ts';
import { httplog, type Running, startProcess } from './program.ts';
import { pause, until } from './wait.ts';
import { countLines } from './workspace.ts';

// httplog that delivers what a test feeds to it.

/** The second hundred of packets is of two days, so that a batch is of two parts of the table. */
const BEGIN = Date.parse('2026-03-04T23:59:45.000Z');
const HEADER = 24;

/** What makes packets: so many requests, each of a path of its own, a tenth of a second apart, with a file's header or without. */
export type Requests = (count: number, withHeader: boolean) => Uint8Array;

/** Requests that go on where the ones before ended. */
export function makeRequests(): Requests {
  let made = 0;
  return (count, withHeader) => {
    const packets = Array.from({ length: count }, (): Said => {
      const text = `GET /n/${made} HTTP/1.1\r\nHost: h\r\n\r\n`;
      return { at: new Date(BEGIN + 100 * made++).toISOString(), text };
    });
    return captureOf(packets).subarray(withHeader ? 0 : HEADER);
  };
}

/** httplog that reads packets as they come. */
export interface Fed {
  readonly running: Running;
  /** Feeds so many requests and waits until they are logged. */
  feed(count: number): Promise<void>;
}

/** Starts httplog on packets that come on standard input; it logs into `log`, and spools into `spool`, of a directory. */
export function startFed(directory: string, flags: readonly string[], requests: Requests, environment = {}): Fed {
  const log = join(directory, 'log');
  const running = startProcess(
    httplog(['-r', '-', '-d', log, '-host', 'web1', '-spool', join(directory, 'spool'), ...flags]),
    { environment },
  );
  let isBegun = false;
  return {
    running,
    async feed(count) {
      const before = countLines(log);
      running.child.stdin.write(requests(count, !isBegun));
      isBegun = true;
      await until(`${count} lines; it said: ${running.stderr()}`, () => countLines(log) >= before + count);
      // What a kill may lose: the spool has records 200 ms later at the latest.
      await pause(300);
    },
  };
}
