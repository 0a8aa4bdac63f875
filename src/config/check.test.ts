import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { checkGiven } from './check.ts';
import type { Given, Origin } from './given.ts';
import type { SettingName } from './option.ts';
import { OPTIONS } from './options.ts';

const PLACES = { flag: 'flag', environment: 'environment', file: '/x/httplog.conf:1:' };
const give = (origin: Origin, name: SettingName, text: string): Given => {
  const { flag, variable = '' } = OPTIONS[name];
  return { name, text, origin, place: `${PLACES[origin]} ${origin === 'flag' ? `-${flag}` : variable}` };
};
const flag = (name: SettingName, text: string) => give('flag', name, text);
const environment = (name: SettingName, text: string) => give('environment', name, text);
const file = (name: SettingName, text: string) => give('file', name, text);

test('nothing given: the defaults', () => {
  expect(checkGiven([])).toEqual({
    options: {
      interfaces: ['eth0'],
      interfaceIsDefault: true,
      file: undefined,
      ports: [{ first: 80, last: 80 }],
      filter: '',
      local: [],
      snaplen: 1560,
      snaplenGiven: false,
      bufferMegabytes: 8,
      threads: Number(OPTIONS.threads.default),
      limit: -1,
      directory: '/log/httplog',
      split: false,
      logEvery: 10000,
      addVlan: false,
      cpuProfile: undefined,
      syslog: false,
      user: undefined,
      userIsFlag: false,
      check: false,
      pair: false,
      assemble: false,
      flows: 65536,
      timeoutSeconds: 60,
      assembleMegabytes: 64,
      format: 'text',
      fields: [],
      headers: [],
      host: '',
      records: false,
      clickHouse: [],
      clickHousePasswordFile: undefined,
      clickHouseAuthority: undefined,
      clickHouseCreate: false,
      otlp: [],
      otlpHeadersFile: undefined,
      otlpAuthority: undefined,
      spool: undefined,
      spoolMegabytes: 1024,
      spoolSeconds: 1,
      clientHeader: '',
      redact: ['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization'],
    },
    notices: [],
    mistakes: [],
  });
});

describe('one value', () => {
  test.each([
    ['interfaces', 'any', { interfaces: ['any'], interfaceIsDefault: false }],
    ['interfaces', 'eth0', { interfaces: ['eth0'], interfaceIsDefault: false }],
    ['file', '-', { file: '-' }],
    ['ports', 'any', { ports: 'any' }],
    ['filter', ' net 10/8 ', { filter: 'net 10/8' }],
    ['filter', 'tcp', { filter: 'tcp' }],
    ['local', '127.0.0.2', { local: [{ family: 4, address: 0x7f000002n, prefix: 32 }] }],
    ['snaplen', '96', { snaplen: 96, snaplenGiven: true }],
    ['snaplen', '1560', { snaplen: 1560, snaplenGiven: true }],
    ['snaplen', '0', { snaplen: 65535, snaplenGiven: true }],
    ['snaplen', '-1', { snaplen: 65535, snaplenGiven: true }],
    ['snaplen', '65535', { snaplen: 65535 }],
    ['snaplen', '262144', { snaplen: 65535 }],
    ['bufferMegabytes', '1', { bufferMegabytes: 1 }],
    ['bufferMegabytes', '2048', { bufferMegabytes: 2048 }],
    ['threads', '1', { threads: 1 }],
    ['threads', '64', { threads: 64 }],
    ['limit', '0', { limit: 0 }],
    ['limit', '-1', { limit: -1 }],
    ['limit', '-77', { limit: -1 }],
    ['limit', '9007199254740991', { limit: 9007199254740991 }],
    ['directory', '-', { directory: '-' }],
    ['split', 'T', { split: true }],
    ['split', '0', { split: false }],
    ['addVlan', 'true', { addVlan: true }],
    ['logEvery', '0', { logEvery: 0 }],
    ['syslog', '1', { syslog: true }],
    ['cpuProfile', 'x', { cpuProfile: 'x' }],
    ['pair', 'true', { pair: true, assemble: false, snaplen: 1560 }],
    ['assemble', 'true', { pair: false, assemble: true, snaplen: 65535, snaplenGiven: false, bufferMegabytes: 32 }],
    ['format', 'json', { format: 'json', pair: false }],
    ['format', 'tsv', { format: 'tsv', pair: false, fields: [] }],
    ['format', 'combined', { format: 'combined', pair: true }],
    ['format', 'common', { format: 'common', pair: true }],
    ['format', 'vcombined', { format: 'vcombined', pair: true }],
    ['format', 'zeek', { format: 'zeek', pair: true, assemble: false }],
    ['fields', '', { fields: [] }],
    ['headers', '', { headers: [] }],
    ['redact', 'none', { redact: [] }],
    ['redact', 'token', { redact: ['Authorization', 'Cookie', 'Set-Cookie', 'Proxy-Authorization', 'token'] }],
  ] as [SettingName, string, object][])('%s %j', (name, text, options) => {
    const checked = checkGiven([flag(name, text)]);
    expect(checked).toMatchObject({ options, mistakes: [], notices: [] });
  });
});

describe('a wrong value', () => {
  test.each([
    ['interfaces', 'any,eth0', 'flag -i: "any,eth0" names "any" beside other interfaces; allowed: '],
    ['file', '', 'flag -r: "" names nothing; allowed: '],
    ['ports', '99999', 'flag -p: "99999" holds a port that does not exist; allowed: '],
    ['local', 'x', 'flag -local: "x" holds what is neither an address nor a network; allowed: '],
    ['snaplen', '262145', 'flag -s: "262145" is too large; allowed: '],
    ['bufferMegabytes', '0', 'flag -b: "0" is too small; allowed: '],
    ['bufferMegabytes', '2049', 'flag -b: "2049" is too large; allowed: '],
    ['threads', '0', 'flag -cpu: "0" is too small; allowed: '],
    ['threads', '65', 'flag -cpu: "65" is too large; allowed: '],
    ['limit', '9007199254740992', 'flag -c: "9007199254740992" is too large; allowed: '],
    ['directory', '', 'flag -d: "" names nothing; allowed: '],
    ['split', 'yes', 'flag -log_split: "yes" is neither true nor false; allowed: '],
    ['logEvery', '-1', 'flag -log_every: "-1" is too small; allowed: '],
    ['cpuProfile', '', 'flag -cpuprofile: "" names nothing; allowed: '],
    ['pair', 'yes', 'flag -pair: "yes" is neither true nor false; allowed: '],
    ['format', 'xml', 'flag -format: "xml" is none of them; allowed: '],
    ['fields', 'a b', 'flag -fields: "a b" holds "a b", which is no field; allowed: '],
    ['headers', 'a:', 'flag -header: "a:" holds what cannot be the name of a header field; allowed: '],
    ['clientHeader', 'a,b', 'flag -client_header: "a,b" holds what cannot be the name of a header field; allowed: '],
    ['redact', 'none,x', 'flag -redact: "none,x" names "none" beside others; allowed: '],
    ['flows', '63', 'flag -flows: "63" is too small; allowed: '],
    ['flows', '4194305', 'flag -flows: "4194305" is too large; allowed: '],
    ['timeoutSeconds', '0', 'flag -timeout: "0" is too small; allowed: '],
    ['timeoutSeconds', '86401', 'flag -timeout: "86401" is too large; allowed: '],
    ['assembleMegabytes', '0', 'flag -assemble_mb: "0" is too small; allowed: '],
    ['assembleMegabytes', '2049', 'flag -assemble_mb: "2049" is too large; allowed: '],
    ['config', '', 'flag -config: "" names nothing; allowed: '],
    ['version', 'x', 'flag -v: "x" is neither true nor false; allowed: '],
    ['threads', '2\u001b[31m\n', 'flag -cpu: "2\\x1b[31m\\x0a" is not a whole number; allowed: '],
  ] as [SettingName, string, string][])('%s %j', (name, text, line) => {
    expect(checkGiven([flag(name, text)]).mistakes).toEqual([line + OPTIONS[name].allowed]);
  });
});

describe('precedence', () => {
  const all = [flag('ports', '1'), environment('ports', '2'), file('ports', '3')];
  test.each([
    [all, 1],
    [all.slice(1), 2],
    [all.slice(2), 3],
    [[...all].reverse(), 1],
    [[flag('ports', '1'), flag('ports', '7')], 7],
    [[file('ports', '3'), file('ports', '7')], 7],
  ])('%#', (given, port) => {
    expect(checkGiven(given).options.ports).toEqual([{ first: port, last: port }]);
  });
  test('a wrong value is a mistake even where another one beats it', () => {
    expect(checkGiven([flag('ports', '1'), environment('ports', 'x'), file('threads', '0')]).mistakes).toHaveLength(2);
  });
  test('false beats true', () => {
    expect(checkGiven([flag('split', 'false'), environment('split', 'true')]).options.split).toBe(false);
  });
});

describe('-r', () => {
  test('beside -i on the command line: a mistake', () => {
    expect(checkGiven([flag('interfaces', 'eth0'), flag('file', 'x')]).mistakes).toEqual([
      'flag -i: not together with -r, which reads a capture file instead of an interface; leave one of them out',
    ]);
  });
  test.each([environment('interfaces', 'eth0'), file('interfaces', 'eth0')])('beats %o', (given) => {
    expect(checkGiven([flag('file', 'x'), given])).toMatchObject({ options: { file: 'x' }, mistakes: [] });
  });
});

test('-s beats what -assemble wants', () => {
  const snaplens = [flag('snaplen', '96'), environment('snaplen', '96'), file('snaplen', '96')].map(
    (given) => checkGiven([flag('assemble', 'true'), given]).options.snaplen,
  );
  expect(snaplens).toEqual([96, 96, 96]);
});

describe('the filter of the old start script', () => {
  test.each([environment, file])('is ignored, silently if its port is wanted: %o', (give) => {
    expect(checkGiven([give('filter', 'port 80 and tcp')])).toMatchObject({ options: { filter: '' }, notices: [] });
    expect(checkGiven([give('filter', 'tcp')])).toMatchObject({ options: { filter: '' }, notices: [] });
    expect(checkGiven([give('filter', 'port 443'), flag('ports', 'any')]).notices).toEqual([]);
    expect(checkGiven([give('filter', 'port 85'), flag('ports', '80-90')]).notices).toEqual([]);
  });
  test('has a line if its port is not wanted', () => {
    expect(checkGiven([environment('filter', 'port 8080 and tcp')])).toMatchObject({
      options: { filter: '' },
      notices: [
        'environment HTTPLOG_FILTER: "port 8080 and tcp" is ignored, as it always was; to log port 8080 add it to -p, which is 80',
      ],
      mistakes: [],
    });
    expect(checkGiven([file('filter', 'port 8080'), file('ports', '80,81')]).notices).toEqual([
      '/x/httplog.conf:1: HTTPLOG_FILTER: "port 8080" is ignored, as it always was; to log port 8080 add it to -p, which is 80,81',
    ]);
  });
  test('from the flag it is a filter', () => {
    const checked = checkGiven([flag('filter', 'port 8080 and tcp'), environment('filter', 'port 81')]);
    expect(checked).toMatchObject({ options: { filter: 'port 8080 and tcp' }, notices: [] });
  });
  test('what is ignored counts as absent', () => {
    const checked = checkGiven([environment('filter', 'tcp'), file('filter', 'net 10/8')]);
    expect(checked.options.filter).toBe('net 10/8');
  });
  test('the empty flag takes a filter away', () => {
    expect(checkGiven([flag('filter', ''), file('filter', 'net 10/8')]).options.filter).toBe('');
  });
});

describe('a spool', () => {
  const given = (...all: [SettingName, string, Origin][]): Given[] =>
    all.map(([name, text, origin]) => ({ name, text, origin, place: '' }));

  test('has records with the name of the host', () => {
    const spooled = checkGiven(given(['spool', '/s', 'file'])).options;
    expect(spooled).toMatchObject({ records: true, spool: '/s', host: hostname(), format: 'text' });
    expect(checkGiven(given(['spool', '/s', 'file'], ['host', 'web1', 'file'])).options.host).toBe('web1');
    const headers = checkGiven(given(['spool', '/s', 'flag'], ['headers', 'X', 'flag']));
    expect(headers).toMatchObject({ options: { headers: ['X'] }, mistakes: [] });
  });

  test.each([
    ['file', false],
    ['environment', true],
    ['flag', true],
  ] as const)('of a capture file that the %s names is used: %s', (origin, records) => {
    expect(checkGiven(given(['file', 'x.pcap', 'flag'], ['spool', '/s', origin])).options.records).toBe(records);
  });
});
