import { expect, test } from 'vitest';
import { PLACE_FILE_KIND, PLACE_INPUT_AT, PLACE_INPUT_END } from '../../layout/directory.ts';
import { join, latin1, u32 } from '../../test/support/bytes.ts';
import { readFrames } from '../../test/support/frame-reader.ts';
import { openInternals } from '../../test/support/packet-internals.ts';

const internals = openInternals();

test('fewer than four bytes tell nothing', () => {
  for (let length = 0; length < 4; length++) {
    expect(readFrames(internals, new Uint8Array(length))).toMatchObject({ end: 'more', position: 0, needed: 4 });
  }
});

test.each(['text', 'GET / HTTP/1.1\r\n', '\x1f\x8b\x08\x00', '\x0a\x0d\x0d\x0b............'])(
  '%j is no capture',
  (text) => {
    expect(readFrames(internals, latin1(text))).toMatchObject({ frames: [], end: 'no capture', position: 0 });
  },
);

test.each([0xa1b2c3d5, 0xa1b2cd33, 0xa1b23c4c, 0x0a0d0d0b, 0])('%i is the magic of nothing', (magic) => {
  for (const order of ['little', 'big'] as const) {
    expect(readFrames(internals, u32(magic, order))).toMatchObject({ end: 'no capture' });
  }
});

test('a section header without its byte order is no capture', () => {
  const block = [u32(0x0a0d0d0a), u32(28), u32(0x1a2b3c4e)].flatMap((bytes) => [...bytes]);
  expect(readFrames(internals, Uint8Array.from(block))).toMatchObject({ end: 'no capture', position: 0 });
});

test('a file whose first block cannot stand is no capture, in how many parts it may be read', () => {
  const wrong = join(u32(0x0a0d0d0a), u32(16), u32(0x1a2b3c4d), u32(20));
  for (let first = 4; first <= wrong.length; first++) {
    const { at } = internals.put(wrong.subarray(0, first));
    internals.data.setUint32(PLACE_FILE_KIND, 0, true);
    internals.data.setUint32(PLACE_INPUT_AT, at, true);
    internals.data.setUint32(PLACE_INPUT_END, at + first, true);
    internals.code.captureFile_next();
    internals.put(wrong);
    internals.data.setUint32(PLACE_INPUT_END, at + wrong.length, true);
    expect(internals.code.captureFile_next(), `${first} bytes first`).toBe(4);
  }
});
