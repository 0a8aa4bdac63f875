import fc from 'fast-check';

import type { Network } from './addresses.ts';

/** Mostly `usual`; else what breaks the header. */
export function mostly<T>(usual: T, ...broken: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...broken) });
}

const localNetwork: fc.Arbitrary<Network> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(0x0a000000n, 0x0a000100n, 0xc0000200n, 0xffffff00n, 0n),
      fc.nat({ max: 255 }),
      fc.nat({ max: 32 }),
    )
    .map(([base, host, prefix]): Network => ({ family: 4, address: base | BigInt(host), prefix })),
  fc
    .tuple(fc.constantFrom(0n, 1n, 0x2001_0db8n << 96n, 0xffff_0102n, 0xfe80n << 112n), fc.nat({ max: 128 }))
    .map(([address, prefix]): Network => ({ family: 6, address, prefix })),
);

export interface RandomSettings {
  ports: { first: number; last: number }[] | 'any';
  local: Network[];
  addVlan: boolean;
  split: boolean;
  snaplen?: number;
  limit?: number;
}

/** Settings that matter to the text format. */
export const settings: fc.Arbitrary<RandomSettings> = fc
  .record({
    ports: fc.constantFrom<RandomSettings['ports']>(
      'any',
      'any',
      [{ first: 80, last: 80 }],
      [
        { first: 80, last: 80 },
        { first: 8000, last: 9000 },
      ],
      [{ first: 1, last: 65_535 }],
    ),
    local: fc.array(localNetwork, { maxLength: 3 }),
    addVlan: fc.boolean(),
    split: fc.boolean(),
    snaplen: mostly<number | undefined>(undefined, 1, 54, 60, 96, 128, 262_144),
    limit: mostly<number | undefined>(undefined, 1, 7),
  })
  .map(({ snaplen, limit, ...plain }) => ({
    ...plain,
    ...(snaplen === undefined ? {} : { snaplen }),
    ...(limit === undefined ? {} : { limit }),
  }));
