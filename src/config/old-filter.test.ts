import { describe, expect, test } from 'vitest';
import { readOldFilter } from './old-filter.ts';

describe('readOldFilter', () => {
  test.each([
    ['port 80 and tcp', 80],
    ['tcp and port 80', 80],
    ['tcp port 80', 80],
    ['port 80', 80],
    ['tcp', undefined],
    ['  TCP  And\tPORT   8080 ', 8080],
    ['port 65535', 65535],
  ])('%j says no more than -p', (text, port) => expect(readOldFilter(text)).toEqual({ port }));

  test.each([
    '',
    'tcp and tcp',
    'port 80 tcp',
    'port 80 or tcp',
    'port 80 and port 81',
    'port http',
    'port 0',
    'port 65536',
    'port 800000',
    'dst port 80',
    'tcp and port 80 and host 10.0.0.1',
    'not port 80',
    'udp port 80',
    '(port 80 and tcp)',
    'port80',
    'portrange 80-90',
  ])('%j is a filter', (text) => expect(readOldFilter(text)).toBeUndefined());
});
