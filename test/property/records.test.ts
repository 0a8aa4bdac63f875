// Records for delivery: json beside the lines of any other format, in areas of their own.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SPLIT_RECORDS } from '../../layout/areas.ts';
import { FORMATS } from '../../layout/formats.table.ts';
import { asLatin1 } from '../support/bytes.ts';
import { type RunResult, runFile } from '../support/packet-code.ts';
import { captureFile } from '../support/random-captures.ts';

const OTHERS = FORMATS.filter(({ name }) => name !== 'json');

/** The lines of areas, day by day: areas of several days may be handed over in another order. */
const textOf = (areas: RunResult['areas']): string =>
  areas
    .toSorted((one, other) => one.day - other.day)
    .map(({ bytes }) => asLatin1(bytes))
    .join('');

test('they are the lines that json has, and the lines are those without them, with many areas and with few', () => {
  fc.assert(
    fc.property(
      captureFile,
      fc.constantFrom(...OTHERS),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom(2, 3, 16),
      (file, { name: format, transactions }, wantsPair, assemble, areas) => {
        const settings = {
          pair: wantsPair || transactions,
          assemble,
          ports: 'any',
          local: [],
          addVlan: false,
          split: false,
          headers: ['referer'],
          redact: ['q', 'cookie'],
          clientHeader: 'x-forwarded-for',
          host: 'web-1',
        } as const;
        const both = runFile(file, { ...settings, format, records: true }, areas);
        const isRecord = ({ split }: { split: number }): boolean => split === SPLIT_RECORDS;
        const lines = both.areas.filter((area) => !isRecord(area));
        expect(textOf(lines)).toBe(textOf(runFile(file, { ...settings, format }).areas));
        const json = runFile(file, { ...settings, format: 'json', records: true });
        expect(textOf(both.areas.filter(isRecord))).toBe(textOf(json.areas));
        expect(json.areas.some(isRecord)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});
