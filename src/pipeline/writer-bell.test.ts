import { beforeEach, expect, test } from 'vitest';
import { PLACE_AREA_SEQUENCE } from '../../layout/directory.ts';
import { makeControl, WRITER_TOLD } from './control.ts';
import { makeMemory } from './memory.ts';
import { openWriterBell } from './writer-bell.ts';

const AREAS = 16;
const memory = makeMemory({ ring: 0, input: 0, areas: AREAS, filters: 0 });
const control = makeControl();
const words = new Int32Array(memory.buffer);
let rings = 0;
const open = (): (() => void) => openWriterBell(memory, control, () => rings++);
/** The packet code hands areas over. */
const handOver = (areas: number): number => Atomics.add(words, PLACE_AREA_SEQUENCE / 4, areas);
/** The writer waits to be told, or looks by its clock. */
const writerWaits = (): void => void Atomics.store(control, WRITER_TOLD, 0);
const writerLooks = (): void => void Atomics.store(control, WRITER_TOLD, 1);

beforeEach(() => {
  rings = 0;
  writerWaits();
  Atomics.store(words, PLACE_AREA_SEQUENCE / 4, 0);
});

test('a writer that waits is told once, and not before areas are handed over', () => {
  const tellIfDue = open();
  tellIfDue();
  writerWaits();
  rings = 0;
  tellIfDue();
  expect([rings, Atomics.load(control, WRITER_TOLD)]).toEqual([0, 0]);
  handOver(1);
  tellIfDue();
  tellIfDue();
  expect([rings, Atomics.load(control, WRITER_TOLD)]).toEqual([1, 1]);
});

test('a writer that looks by its clock is told only of half of all areas, each time anew', () => {
  const tellIfDue = open();
  writerLooks();
  const heard: number[] = [];
  for (let area = 1; area <= 3 * AREAS; area++) {
    handOver(1);
    const before = rings;
    tellIfDue();
    if (rings > before) heard.push(area);
  }
  expect(heard).toEqual([8, 16, 24, 32, 40, 48]);
});

test('that holds where the sequence wraps, at the sign and at the end', () => {
  for (const begin of [0x7ffffffc, -4]) {
    rings = 0;
    Atomics.store(words, PLACE_AREA_SEQUENCE / 4, begin);
    const tellIfDue = open();
    writerLooks();
    for (let area = 1; area <= AREAS; area++) {
      handOver(1);
      tellIfDue();
      expect(rings).toBe(Math.floor(area / 8));
    }
  }
});

test('a thread that takes the place of another counts from there, and tells a waiting writer of what that one left', () => {
  handOver(1000);
  writerLooks();
  const busy = open();
  busy();
  expect(rings).toBe(0);
  writerWaits();
  open()();
  expect(rings).toBe(1);
});
