import { describe, expect, test } from 'vitest';
import { checkGiven } from './check.ts';
import type { Given, Origin } from './given.ts';
import type { SettingName } from './option.ts';
import { OPTIONS } from './options.ts';

/** Settings of one origin, `format=tsv` and the like. */
const give = (origin: Origin, ...settings: string[]): Given[] =>
  settings.map((setting) => {
    const [name = '', text = ''] = setting.split('=') as [SettingName, string];
    return { name: name as SettingName, text, origin, place: `${origin} ${name}` };
  });

const OTHERS = {
  tsv: ['fields=time,status'],
  json: ['headers=Referer'],
  flows: ['flows=100', 'timeoutSeconds=5'],
  streams: ['assembleMegabytes=5'],
};

describe('what means nothing is a mistake of the command line', () => {
  test.each([
    ['fields=time', 'flag -fields: only together with -format tsv; leave it out, or add that'],
    [
      'headers=Referer',
      'flag -header: only together with -format json, -clickhouse, -otlp or -spool; leave it out, or add one of them',
    ],
    [
      'host=web1',
      'flag -host: only together with -format json, tsv, -clickhouse, -otlp or -spool; leave it out, or add one of them',
    ],
    ['flows=100', 'flag -flows: only together with -pair or -assemble; leave it out, or add one of them'],
    ['timeoutSeconds=5', 'flag -timeout: only together with -pair or -assemble; leave it out, or add one of them'],
    [
      'clientHeader=Forwarded',
      'flag -client_header: not together with -format text or zeek, which tell where packets came from; leave it out, or choose another -format',
    ],
    [
      'spoolMegabytes=8',
      'flag -spool_mb: only together with -clickhouse, -otlp or -spool; leave it out, or add one of them',
    ],
    ['assembleMegabytes=5', 'flag -assemble_mb: only together with -assemble; leave it out, or add that'],
  ])('%s', (setting, line) => {
    expect(checkGiven(give('flag', setting)).mistakes).toEqual([line]);
    expect(checkGiven(give('environment', setting)).mistakes).toEqual([]);
    expect(checkGiven(give('file', setting)).mistakes).toEqual([]);
  });

  test('each has its line', () => {
    const all = Object.values(OTHERS).flat();
    expect(checkGiven(give('flag', ...all)).mistakes).toHaveLength(all.length);
    expect(checkGiven(give('flag', 'pair=true', 'format=text', ...all)).mistakes).toHaveLength(3);
  });

  test('a format of transactions without them', () => {
    const line = 'flag -pair: not false together with -format zeek, whose lines are requests with their answers';
    expect(checkGiven(give('flag', 'format=zeek', 'pair=false')).mistakes).toEqual([line]);
    expect(checkGiven([...give('environment', 'format=zeek'), ...give('flag', 'pair=0')]).mistakes).toEqual([line]);
    expect(checkGiven(give('flag', 'format=json', 'pair=false')).mistakes).toEqual([]);
    const implied = checkGiven([...give('flag', 'format=zeek'), ...give('environment', 'pair=false')]);
    expect(implied).toMatchObject({ options: { pair: true }, mistakes: [] });
  });

  test.each(['tsv', 'combined', 'common', 'vcombined', 'zeek'])('-add_vlan with -format %s', (format) => {
    expect(checkGiven(give('flag', `format=${format}`, 'addVlan=true')).mistakes).toEqual([
      'flag -add_vlan: only together with -format text or json; leave it out (tsv has the tags if -fields names httplog.vlan)',
    ]);
    expect(checkGiven([...give('flag', `format=${format}`), ...give('file', 'addVlan=true')]).mistakes).toEqual([]);
  });

  test('a wrong value is the only mistake: what it should have been is not known', () => {
    expect(checkGiven(give('flag', 'format=jsn', 'headers=Referer')).mistakes).toEqual([
      `flag format: "jsn" is none of them; allowed: ${OPTIONS.format.allowed}`,
    ]);
  });
});

describe('what goes together', () => {
  test.each([
    [['format=tsv', ...OTHERS.tsv], { fields: ['time', 'status'] }],
    [['format=json', ...OTHERS.json], { headers: ['Referer'], pair: false }],
    [['pair=true', ...OTHERS.flows], { pair: true, flows: 100, timeoutSeconds: 5 }],
    [['assemble=true', ...OTHERS.flows], { assemble: true, flows: 100 }],
    [['format=common', ...OTHERS.flows], { pair: true, flows: 100 }],
    [['assemble=true', ...OTHERS.streams], { assembleMegabytes: 5, pair: false }],
    [['format=json', 'addVlan=true', 'clientHeader=Forwarded'], { addVlan: true, clientHeader: 'Forwarded' }],
    [['format=tsv', 'clientHeader=Forwarded'], { clientHeader: 'Forwarded' }],
    [['format=zeek', 'addVlan=false'], { addVlan: false }],
    [['clientHeader='], { clientHeader: '' }],
    [['fields=', 'headers='], { fields: [], headers: [] }],
  ])('%j', (settings, options) => {
    expect(checkGiven(give('flag', ...settings))).toMatchObject({ options, mistakes: [] });
  });

  test('a flag beside what the environment or the file asks for', () => {
    const given = [...give('environment', 'format=tsv'), ...give('file', 'pair=true')];
    expect(checkGiven([...given, ...give('flag', 'fields=time', 'flows=100')]).mistakes).toEqual([]);
  });
});

test('a setting of the environment or the file that does not apply is not used', () => {
  const { options } = checkGiven(give('environment', 'fields=time', 'headers=Referer'));
  expect(options).toMatchObject({ fields: [], headers: [] });
  const json = checkGiven([...give('file', 'fields=time', 'headers=Referer'), ...give('flag', 'format=json')]);
  expect(json.options).toMatchObject({ fields: [], headers: ['Referer'] });
});

test('a table is made on one server only, wherever that is said', () => {
  const urls = 'clickHouse=http://a/d/t,http://b/d/t';
  const line =
    'only where -clickhouse has one URL: several servers would each get a table of their own; leave it out, and give them one by what httplog clickhouse-schema cluster prints';
  for (const origin of ['flag', 'environment', 'file'] as const) {
    const asked = give(origin, 'clickHouseCreate=true');
    expect(checkGiven([...give('environment', urls), ...asked]).mistakes).toEqual([`${asked[0]?.place}: ${line}`]);
    expect(checkGiven([...give('environment', 'clickHouse=http://a/d/t'), ...asked]).mistakes).toEqual([]);
  }
  expect(checkGiven(give('environment', urls, 'clickHouseCreate=false')).mistakes).toEqual([]);
});
