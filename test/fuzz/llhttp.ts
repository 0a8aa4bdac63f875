// What the parser in Node itself, llhttp, makes of the head of a message, strict or lenient. Its streams are no sockets.
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { Duplex } from 'node:stream';

/** A head, in text of which each character is a byte. */
export interface Parsed {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly reason: string;
  readonly version: string;
  /** The first value of a field; undefined where there is none. */
  field(name: string): string | undefined;
}

/** A stream that gives these bytes, and takes whatever is written. */
function streamOf(bytes: Uint8Array): Duplex {
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  stream.on('error', () => {});
  stream.push(bytes);
  return stream;
}

function parsedOf(message: IncomingMessage): Parsed {
  const { rawHeaders, method = '', url = '', statusCode = 0, statusMessage = '', httpVersion } = message;
  return {
    method,
    target: url,
    status: statusCode,
    reason: statusMessage,
    version: httpVersion,
    field: (name) => {
      const at = rawHeaders.findIndex((one, i) => i % 2 === 0 && one.toLowerCase() === name);
      return at < 0 ? undefined : rawHeaders[at + 1];
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A parser of requests. */
export function requestParser(lenient: boolean): (bytes: Uint8Array) => Promise<Parsed | undefined> {
  let found: Parsed | undefined;
  const take = (message: IncomingMessage): void => {
    found ??= parsedOf(message);
  };
  const settings = {
    insecureHTTPParser: lenient,
    requireHostHeader: false,
    maxHeaderSize: 65_536,
    keepAliveTimeout: 0,
  };
  const server: Server = createServer(settings, take);
  for (const event of ['checkContinue', 'checkExpectation', 'upgrade', 'connect']) server.on(event, take);
  server.on('clientError', () => {});
  return async (bytes) => {
    found = undefined;
    const stream = streamOf(bytes);
    server.emit('connection', stream);
    await turn();
    const first = found;
    stream.destroy();
    return first;
  };
}

/** A parser of answers. */
export function responseParser(lenient: boolean): (bytes: Uint8Array) => Promise<Parsed | undefined> {
  return async (bytes) => {
    let found: Parsed | undefined;
    const take = (message: IncomingMessage): void => {
      found ??= parsedOf(message);
    };
    const stream = streamOf(bytes);
    const settings = { insecureHTTPParser: lenient, maxHeaderSize: 65_536, createConnection: () => stream };
    const client = request(settings, take);
    client.on('error', () => {});
    for (const event of ['upgrade', 'connect']) client.on(event, take);
    // An interim answer has no fields of this kind here.
    client.on('information', ({ statusCode, statusMessage, httpVersion, rawHeaders }) =>
      take({ statusCode, statusMessage, httpVersion, rawHeaders } as IncomingMessage),
    );
    client.end();
    await turn();
    await turn();
    stream.destroy();
    return found;
  };
}
