import { expect, test } from 'vitest';
import { openInternals } from '../../test/support/packet-internals.ts';

const { code, putLast } = openInternals();

test('the first byte is the most significant, at any alignment', () => {
  for (let offset = 0; offset < 4; offset++) {
    const { at } = putLast(Uint8Array.of(0xfe, 0xdc, 0xba, 0x98, ...new Array<number>(offset).fill(0)));
    expect(code.be_u16At(at)).toBe(0xfedc);
    expect(code.be_u32At(at) >>> 0).toBe(0xfedcba98);
  }
});
