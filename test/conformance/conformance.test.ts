import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFile } from '../support/packet-code.ts';
import { absent, compare, isSameAsSuricata, isSameAsTshark, isSameAsZeek, NOTHING } from './compare.ts';
import { captureBytes, captures, MISSING } from './corpora.ts';
import { describeDifferences, knownDifferences, UPDATE, writeDifferences } from './differences.ts';
import { linesIn, messagesOf, SETTINGS } from './ours.ts';
import { packetsOf } from './packets.ts';
import { suricataList, tsharkList, zeekList } from './peers.ts';
import { REASONS } from './reasons.ts';

const zone = process.env.TZ;
if (MISSING) console.warn(`published captures${MISSING}`);

describe.skipIf(MISSING)(`published captures, compared with what tshark, Zeek and Suricata find${MISSING}`, () => {
  beforeAll(() => {
    process.env.TZ = 'UTC';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  test('every difference is known, and every known one is there', () => {
    const found = captures().flatMap(({ path }) => differencesOf(path));
    if (UPDATE) writeDifferences(found);
    expect(found.filter((line) => line.endsWith('?'))).toEqual([]);
    expect(found).toEqual(knownDifferences());
  });

  test('every reason is one that is explained, and none is left over', () => {
    const used = new Set(knownDifferences().map((line) => line.split('\t').at(-1)));
    expect([...used].sort()).toEqual(Object.keys(REASONS).sort());
  });
});

function differencesOf(capture: string): string[] {
  const file = captureBytes(capture);
  const packets = packetsOf(file);
  const { lines, listed } = messagesOf(packets);
  expect(linesIn(runFile(file, SETTINGS)).sort(), capture).toEqual(lines.sort());
  const tshark = tsharkList(capture);
  const zeek = zeekList(capture);
  const suricata = suricataList(capture);
  return [
    ...describeDifferences(
      { capture, peer: 'tshark', peers: tshark, packets },
      compare(tshark ?? [], listed, isSameAsTshark),
    ),
    ...describeDifferences(
      { capture, peer: 'zeek', peers: zeek, packets },
      zeek ? compare(zeek, listed, isSameAsZeek) : NOTHING,
    ),
    ...describeDifferences(
      { capture, peer: 'suricata', peers: suricata, packets },
      { missing: absent(suricata ?? [], listed, isSameAsSuricata), extra: [] },
    ),
  ];
}
