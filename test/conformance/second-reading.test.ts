import { describe, expect, test } from 'vitest';
import { packetCodeOutcome, secondReadingOutcome } from '../support/comparison.ts';
import type { RunSettings } from '../support/packet-code.ts';
import { captureBytes, captures, MISSING } from './corpora.ts';

const SETTINGS: RunSettings = { ports: 'any', local: [], addVlan: true, split: true };
/** How many bytes of a file lie between two that are damaged, on the average. */
const DISTANCE = 150;

describe.skipIf(MISSING)(`published captures, the packet code and the second reading${MISSING}`, () => {
  test('as they are', () => {
    for (const { path } of captures()) {
      const file = captureBytes(path);
      expect(packetCodeOutcome(file, SETTINGS), path).toEqual(secondReadingOutcome(file, SETTINGS));
    }
  });

  test('with the head of each frame only', () => {
    for (const { path } of captures()) {
      const file = captureBytes(path);
      for (const snaplen of [60, 96, 200]) {
        const settings = { ...SETTINGS, snaplen };
        expect(packetCodeOutcome(file, settings), path).toEqual(secondReadingOutcome(file, settings));
      }
    }
  });

  test('damaged', () => {
    for (const { path } of captures()) {
      const file = damaged(captureBytes(path));
      expect(packetCodeOutcome(file, SETTINGS), path).toEqual(secondReadingOutcome(file, SETTINGS));
    }
  });
});

/** A copy in which bytes here and there are others, always the same ones. The file's header stays, or little of it would be read. */
function damaged(file: Uint8Array): Uint8Array {
  const copy = file.slice();
  let state = file.length;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let at = 100 + next(DISTANCE); at < copy.length; at += 1 + next(2 * DISTANCE)) copy[at] = next(256);
  return copy;
}
