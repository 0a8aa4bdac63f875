import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FormatName } from '../../layout/formats.table.ts';
import { asLatin1 } from '../support/bytes.ts';
import { LINES } from '../support/format-lines.ts';
import { runFile } from '../support/packet-code.ts';
import { captureFile, damagedFile } from '../support/random-captures.ts';

const MODES = [
  { pair: false, assemble: false },
  { pair: true, assemble: false },
  { pair: false, assemble: true },
  { pair: true, assemble: true },
] as const;
const DRIVES_A_TERMINAL = /[\p{Cc}]/u;

test.each(Object.keys(LINES) as FormatName[])('%s: any capture gives whole lines that drive no terminal', (format) => {
  fc.assert(
    fc.property(fc.oneof(captureFile, damagedFile), fc.constantFrom(...MODES), (file, mode) => {
      const { areas } = runFile(file, {
        ...mode,
        pair: mode.pair || !['text', 'json', 'tsv'].includes(format),
        ports: 'any',
        local: [],
        addVlan: true,
        split: false,
        format,
        headers: ['referer', 'accept', 'cookie'],
        redact: ['Cookie', 'q', 'a'],
        clientHeader: 'x-forwarded-for',
      });
      for (const area of areas) {
        const text = Buffer.from(area.bytes).toString('utf8');
        expect(asLatin1(area.bytes).endsWith('\n')).toBe(true);
        const lines = text.slice(0, -1).split('\n');
        expect(lines).toHaveLength(area.lines);
        for (const line of lines) {
          expect(line).toMatch(LINES[format]);
          expect(line.replaceAll('\t', '')).not.toMatch(DRIVES_A_TERMINAL);
          if (format === 'json') JSON.parse(line);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('lines of text are the same where they are written from halves', () => {
  const plain = { ports: 'any', local: [], addVlan: true, split: false } as const;
  // Areas of several days may be handed over in another order.
  const text = (areas: { day: number; bytes: Uint8Array }[]): string =>
    areas
      .toSorted((one, other) => one.day - other.day)
      .map(({ bytes }) => asLatin1(bytes))
      .join('');
  fc.assert(
    fc.property(captureFile, (file) => {
      const fromHalves = runFile(file, { ...plain, redact: ['never-there'] });
      const whole = runFile(file, plain);
      expect(text(fromHalves.areas)).toBe(text(whole.areas));
      expect(fromHalves.counters).toEqual(whole.counters);
    }),
    { numRuns: 300 },
  );
});
