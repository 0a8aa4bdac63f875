// Unpacks gzip from a source of bytes that is read when it is asked for. (Node's own stream, read as one, forgets what it
// has unpacked where the file breaks off; here that comes first, and then the error.)
import { createGunzip } from 'node:zlib';

/** Packed bytes taken at a time: a thousandfold is what they unpack to at the worst, and is held. */
export const PACKED_BYTES = 65536;
const UNPACKED_BYTES = 1048576;

/** Reads into these bytes; 0 at the end. Rejects with what is wrong. */
export type Read = (into: Uint8Array) => Promise<number>;

/**
 * Unpacks what `begin` and then `read` give. Rejects with what is wrong with the file: where it breaks off, once all before
 * was given; where its bytes are wrong, what was taken together with them is lost.
 */
export function gunzip(begin: Uint8Array, read: Read): Read {
  const stream = createGunzip({ chunkSize: UNPACKED_BYTES });
  const unpacked: Uint8Array[] = [];
  let state: 'open' | 'ended' | Error = 'open';
  stream.on('data', (bytes: Uint8Array) => unpacked.push(bytes));
  stream.on('end', () => {
    state = 'ended';
  });
  stream.on('error', (error) => {
    state = error;
  });

  /** Gives the stream more, or its end; done when what that unpacks to is there. A stream that fails only closes. */
  const feed = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      stream.once('close', resolve);
      if (bytes.length === 0) stream.end();
      else
        stream.write(bytes, () => {
          stream.off('close', resolve);
          resolve();
        });
    });
  let next: Uint8Array | undefined = begin;
  return async (into) => {
    while (unpacked.length === 0) {
      if (state === 'ended') return 0;
      if (state !== 'open') throw state;
      await feed(next ?? (await readPacked(read)));
      next = undefined;
    }
    const [first = new Uint8Array(0)] = unpacked;
    const count = Math.min(first.length, into.length);
    into.set(first.subarray(0, count));
    if (count === first.length) unpacked.shift();
    else unpacked[0] = first.subarray(count);
    return count;
  };
}

async function readPacked(read: Read): Promise<Uint8Array> {
  const bytes = new Uint8Array(PACKED_BYTES);
  return bytes.subarray(0, await read(bytes));
}
