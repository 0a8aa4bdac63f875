import { expect, test, vi } from 'vitest';
import { REGION_FILTERS, REGION_METHODS, REGION_NAMES, REGION_SETTINGS } from '../../layout/directory.ts';
import { FIELDS } from '../../layout/fields.table.ts';
import {
  FIELD_HOST,
  NAME_ENTRY_BYTES,
  NAME_ENTRY_TEXT,
  NAME_MAXIMUM,
  NAMES_COUNT,
  NAMES_ENTRIES,
  NAMES_LENGTHS,
} from '../../layout/fields.ts';
import { METHODS } from '../../layout/methods.table.ts';
import { METHOD_ENTRY_BYTES, METHOD_LENGTH } from '../../layout/methods.ts';
import {
  INTERFACES_MAXIMUM,
  SETTING_INTERFACE_COUNT,
  SETTING_INTERFACES,
  SETTINGS_BYTES,
} from '../../layout/settings.ts';
import { openInternals } from '../../test/support/packet-internals.ts';
import { bytesOf, dataOf, makeMemory, regionOf } from './memory.ts';
import { filterBytes, type PacketSettings, writeInterfaces, writeSettings } from './packet-settings.ts';

// That each setting stands where the packet code looks for it is tested beside assembly/memory/settings.

const SETTINGS: PacketSettings = {
  live: true,
  ports: 'any',
  snaplen: 0,
  limit: -1,
  split: false,
  addVlan: false,
  copies: false,
  filters: undefined,
};

test('names: their lengths, their number, and their bytes in lower case', () => {
  const memory = makeMemory({ ring: 0, input: 0, areas: 0, filters: 0 });
  writeSettings(memory, SETTINGS);
  const region = dataOf(memory, REGION_NAMES);
  const lengths = FIELDS.reduce((bits, { name }) => bits | (1n << BigInt(name.length)), 0n);
  expect(region.getBigUint64(NAMES_LENGTHS, true)).toBe(lengths);
  expect(region.getUint32(NAMES_COUNT, true)).toBe(FIELDS.length);
  const host = NAMES_ENTRIES + FIELD_HOST * NAME_ENTRY_BYTES;
  expect(region.getUint32(host, true)).toBe(4);
  const text = host + NAME_ENTRY_TEXT;
  expect(Buffer.from(bytesOf(memory, REGION_NAMES).slice(text, text + 4)).toString()).toBe('host');
});

test('every field stands in the slot of its place in the table, and has a name that fits', () => {
  expect(FIELDS.map(({ slot }) => slot)).toEqual(FIELDS.map((_, i) => i));
  for (const { name } of FIELDS) expect(name.length).toBeLessThanOrEqual(NAME_MAXIMUM);
});

test('methods fit in their entries', () => {
  const memory = makeMemory({ ring: 0, input: 0, areas: 0, filters: 0 });
  writeSettings(memory, SETTINGS);
  const region = bytesOf(memory, REGION_METHODS);
  const read = METHODS.map((_, i) => {
    const entry = region.slice(i * METHOD_ENTRY_BYTES, (i + 1) * METHOD_ENTRY_BYTES);
    return Buffer.from(entry.subarray(0, entry[METHOD_LENGTH])).toString();
  });
  expect(read).toEqual([...METHODS]);
  for (const method of METHODS) expect(method.length).toBeLessThan(METHOD_LENGTH);
});

test('filter programs, each at its address', () => {
  const filters = [
    { linkType: 1, program: new Uint8Array(16).fill(1) },
    { linkType: 276, program: new Uint8Array(8).fill(2) },
  ];
  expect(filterBytes(undefined)).toBe(0);
  expect(filterBytes(filters)).toBe(16 + 2 * 16 + 24);
  const memory = makeMemory({ ring: 0, input: 0, areas: 0, filters: filterBytes(filters) });
  writeSettings(memory, { ...SETTINGS, filters });
  const region = dataOf(memory, REGION_FILTERS);
  const { address, size } = regionOf(memory, REGION_FILTERS);
  expect(region.getUint32(0, true)).toBe(2);
  filters.forEach(({ linkType, program }, i) => {
    const entry = 16 + 16 * i;
    const at = region.getUint32(entry + 4, true);
    expect(region.getUint32(entry, true)).toBe(linkType);
    expect(region.getUint32(entry + 8, true)).toBe(program.length / 8);
    expect(new Uint8Array(memory.buffer).slice(at, at + program.length)).toEqual(program);
    expect(at + program.length).toBeLessThanOrEqual(address + size);
  });
});

test('as many interfaces as there is room for, and no more', () => {
  const memory = makeMemory({ ring: 0, input: 0, areas: 0, filters: 0 });
  expect(SETTING_INTERFACES + 4 * INTERFACES_MAXIMUM).toBeLessThanOrEqual(SETTINGS_BYTES);
  const indices = Array.from({ length: INTERFACES_MAXIMUM + 1 }, (_, i) => i + 1);
  writeInterfaces(memory, indices.slice(1));
  const region = dataOf(memory, REGION_SETTINGS);
  expect(region.getUint32(SETTING_INTERFACES + 4 * (INTERFACES_MAXIMUM - 1), true)).toBe(241);
  expect(() => writeInterfaces(memory, indices)).toThrow('-i takes at most 240 interfaces');
});

test('while the list of interfaces changes, those in both lists count at every moment; an equal list is left alone', () => {
  const { memory, code } = openInternals();
  const region = dataOf(memory, REGION_SETTINGS);
  const count = (): number => region.getUint32(SETTING_INTERFACE_COUNT, true);
  writeInterfaces(memory, [5, 6]);
  const store = vi.spyOn(Atomics, 'store').mockImplementation((words, index, value) => {
    words[index] = value;
    // The packet code may look between any two writes.
    expect(code.settings_interfaceWanted(6)).toBe(1);
    return value;
  });
  try {
    writeInterfaces(memory, [6, 7, 8]);
    expect(store.mock.calls.length).toBeGreaterThan(0);
    store.mockClear();
    writeInterfaces(memory, [6, 7, 8]);
    expect(store).not.toHaveBeenCalled();
  } finally {
    store.mockRestore();
  }
  expect(count()).toBe(3);
  expect([5, 6, 7, 8].map((index) => code.settings_interfaceWanted(index))).toEqual([0, 1, 1, 1]);
});
