import { describe, expect, test } from 'vitest';
import { COLUMNS } from '../../layout/columns.table.ts';
import { COLUMNS_BYTES, COLUMNS_COUNT } from '../../layout/columns.ts';
import { FIELDS } from '../../layout/fields.table.ts';
import { FIELD_MAXIMUM, FIELD_REFERER } from '../../layout/fields.ts';
import { COLUMN_NAMES, columnsRegion, isColumn, type LineSettings, preambleOf, wantedFields } from './columns.ts';

const FIXED = FIELDS.map(({ name }) => name.toLowerCase());
const PLAIN: LineSettings = {
  format: 'text',
  fields: [],
  headers: [],
  clientHeader: '',
  redact: [],
  pair: false,
  assemble: false,
  addVlan: false,
};
const many = (prefix: string): string[] => Array.from({ length: 40 }, (_, i) => `${prefix}${'x'.repeat(30)}${i}`);

describe('wanted header fields', () => {
  test.each<[string, Partial<LineSettings>, string[]]>([
    ['none', {}, []],
    ['-header, each once', { format: 'json', headers: ['Referer', 'HOST', 'referer', 'X'] }, ['referer', 'x']],
    ['-fields', { format: 'tsv', fields: ['time', 'host', 'request.A', 'http.response.header.b'] }, ['a', 'b']],
    ['-client_header', { format: 'common', clientHeader: 'X-Forwarded-For' }, ['x-forwarded-for']],
    ['-client_header, which text does not show', { clientHeader: 'X-Forwarded-For' }, []],
    ['combined', { format: 'combined', clientHeader: 'Referer' }, ['referer']],
    ['common', { format: 'common' }, []],
  ])('%s', (_, settings, names) => {
    expect(wantedFields({ ...PLAIN, ...settings })).toEqual([...FIXED, ...names]);
  });

  test.each(['combined', 'vcombined', 'zeek'] as const)(
    '%s has the Referer where the packet code looks for it',
    (format) => {
      expect(wantedFields({ ...PLAIN, format })[FIELD_REFERER]).toBe('referer');
    },
  );

  test('the most that can be asked for have slots, and their columns room', () => {
    const settings: LineSettings = {
      ...PLAIN,
      pair: true,
      assemble: true,
      addVlan: true,
      clientHeader: 'client',
      host: 'h'.repeat(253),
    };
    for (const one of [
      { ...settings, format: 'json', headers: many('h') } as const,
      { ...settings, format: 'tsv', fields: many('http.response.header.') } as const,
      { ...settings, format: 'zeek' } as const,
    ]) {
      expect(wantedFields(one).length).toBeLessThanOrEqual(FIELD_MAXIMUM);
      const region = columnsRegion(one);
      expect(region).toHaveLength(COLUMNS_BYTES);
      expect(region.subarray(-16).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('columns', () => {
  test('every value has a key, and a name stands for one value only', () => {
    expect(new Set(COLUMN_NAMES).size).toBe(COLUMN_NAMES.length);
    for (const { key, help } of COLUMNS) {
      expect(key).toMatch(/^[a-z_]+(\.[a-z_]+)*$/);
      expect(help).toMatch(/^[^|\n]+$/);
    }
  });

  test.each([
    'time',
    'timestamp',
    'status',
    'httplog.ttfb',
    'request.Referer',
    'response.x_y',
    'http.request.header.a',
  ])('there is %s', (name) => expect(isColumn(name)).toBe(true));

  test.each(['Time', 'tim', 'request.', 'response.a b', 'http.request.a', 'header.a', ''])('there is no %j', (name) => {
    expect(isColumn(name)).toBe(false);
    expect(() => columnsRegion({ ...PLAIN, format: 'tsv', fields: [name] })).toThrow(RangeError);
  });

  test('lines of text have none', () => {
    expect(new DataView(Uint8Array.from(columnsRegion(PLAIN)).buffer).getUint32(COLUMNS_COUNT, true)).toBe(0);
  });
});

describe('the beginning of a file', () => {
  const begins = (settings: Partial<LineSettings>): string =>
    Buffer.from(preambleOf({ ...PLAIN, ...settings })).toString('latin1');

  test('most formats have none', () => {
    for (const format of ['text', 'json', 'combined', 'common', 'vcombined'] as const)
      expect(begins({ format })).toBe('');
  });

  test('tsv tells its columns', () => {
    expect(begins({ format: 'tsv', fields: ['time', 'request.Referer'] })).toBe('time\trequest.Referer\n');
    expect(begins({ format: 'tsv' })).toBe('time\ttype\tclient\tserver\tmethod\ttarget\thost\tstatus\tlength\n');
    expect(begins({ format: 'tsv', pair: true })).toMatch(/\tlength\tduration\n$/);
  });

  test('zeek has what Zeek’s own writer begins with', () => {
    expect(
      begins({ format: 'zeek', pair: true })
        .replace(/\d{4}(-\d\d){5}/, 'OPENED')
        .split('\n'),
    ).toEqual([
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\thttp',
      '#open\tOPENED',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\treferrer\tversion\tuser_agent\torigin\trequest_body_len\tresponse_body_len\tstatus_code\tstatus_msg\tinfo_code\tinfo_msg\ttags\tusername\tpassword\tproxied\torig_fuids\torig_filenames\torig_mime_types\tresp_fuids\tresp_filenames\tresp_mime_types',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tcount\tstring\tstring\tstring\tstring\tstring\tstring\tstring\tcount\tcount\tcount\tstring\tcount\tstring\tset[enum]\tstring\tstring\tset[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]\tvector[string]',
      '',
    ]);
  });
});
