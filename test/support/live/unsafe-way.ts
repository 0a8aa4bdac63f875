import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

// A way to a server on which things go wrong.

/**
 * What becomes of a connection: all goes through, none is let in, the answer to an insert never comes though it was done, or an insert
 * ends for the server at the end of a line in its middle.
 */
export type Way = 'open' | 'shut' | 'one-way' | 'cut-off';

/** Bytes of an insert behind which it is cut off. */
const CUT_AT = 15_000;

/** A port of the loopback interface that leads to another one. */
export interface UnsafeWay {
  readonly port: number;
  set(way: Way): void;
  /** Answers that were swallowed, and inserts that were cut off. */
  swallowed(): number;
}

/** Opens a way to a port. */
export async function openWay(to: number): Promise<UnsafeWay> {
  let way: Way = 'open';
  let swallowed = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (way === 'shut') {
      client.destroy();
      return;
    }
    const upstream = connect(to, '127.0.0.1');
    let isInsert = false;
    let isCut = false;
    let asked = Buffer.alloc(0);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    client.on('data', (bytes: Buffer) => {
      isInsert ||= bytes.includes('INSERT');
      if (way !== 'cut-off' || !isInsert) upstream.write(bytes);
      else {
        asked = Buffer.concat([asked, bytes]);
        const end = asked.indexOf('}\n', CUT_AT);
        if (isCut || end < 0) return;
        isCut = true;
        swallowed++;
        upstream.end(asked.subarray(0, end + 2));
      }
    });
    upstream.on('data', (bytes: Buffer) => {
      if (way === 'one-way' && isInsert) {
        swallowed++;
        client.destroy();
      } else if (isCut) client.destroy();
      else client.write(bytes);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    set(next) {
      way = next;
      if (next === 'shut') for (const socket of sockets) socket.destroy();
    },
    swallowed: () => swallowed,
  };
}
