// Packed capture files: whatever the bytes are, what comes out is what zlib says, up to where it breaks off, and no more of it
// is held than was asked for.
import { gunzipSync, gzipSync } from 'node:zlib';
import { gunzip } from '../../../src/capture/gunzip.ts';
import { join, latin1, zeros } from '../../support/bytes.ts';
import { makeShapes } from '../shapes.ts';
import { must, type Target } from '../target.ts';

const LONGEST = 4096;
/** Bytes that are taken of what comes out. */
const MOST = 16_777_216;

export function gunzipTarget(): Target {
  const shapes = makeShapes();
  const into = new Uint8Array(65_536);
  return {
    name: 'gunzip',
    longest: LONGEST,
    words: [latin1('\x1f\x8b'), latin1('\x1f\x8b\x08\x00'), gzipSync(''), gzipSync('a'), latin1('\x00\x00\xff\xff')],
    seeds: () => [
      gzipSync('GET / HTTP/1.1\r\n'),
      gzipSync(zeros(100_000)),
      gzipSync(''),
      join(gzipSync('one'), gzipSync('two')),
      gzipSync('x'.repeat(300), { level: 0 }),
      gzipSync('broken off').subarray(0, 20),
      join(gzipSync('and more'), latin1('behind it')),
    ],
    counters: () => shapes.counters,
    async run(input) {
      const expected = unpacked(input);
      if (input.length < 2) return;
      let given = Math.min(input.length, 2 + (input.at(-1) ?? 0));
      const read = gunzip(input.slice(0, given), async (packed) => {
        const part = input.subarray(given, given + 1 + ((given * 7) % 500));
        packed.set(part);
        given += part.length;
        return part.length;
      });
      let length = 0;
      let error = '';
      try {
        for (let count = await read(into); count > 0 && length < MOST; count = await read(into)) {
          must(count <= into.length, 'more than was asked for', count);
          // Behind padding zlib goes on in the next piece only: there may be more than it gives at once.
          const common = Math.min(count, Math.max(0, (expected?.length ?? 0) - length));
          const same =
            Buffer.compare((expected ?? into).subarray(length, length + common), into.subarray(0, common)) === 0;
          must(expected === undefined || same, 'other bytes than zlib gives', length);
          length += count;
        }
      } catch (reason) {
        error = reason instanceof Error ? reason.message : String(reason);
        if (error.startsWith('other bytes') || error.startsWith('more than')) throw reason;
      }
      must(expected === undefined || length >= Math.min(expected.length, MOST), 'not all bytes', length, error);
      must(expected !== undefined || error !== '' || length >= MOST, 'zlib does not read it');
      shapes.note(error, String(Math.ceil(Math.log2(length + 1))), String(Math.ceil(Math.log2(input.length + 1))));
    },
  };
}

/** What zlib makes of it; undefined where it finds an error. */
function unpacked(input: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(input, { maxOutputLength: 4 * MOST });
  } catch {
    return undefined;
  }
}
