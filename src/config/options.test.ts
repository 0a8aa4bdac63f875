import { describe, expect, test } from 'vitest';
import { GROUPS } from './option.ts';
import { defaultThreads, FLAGS, OPTIONS, SETTING_NAMES, VARIABLES } from './options.ts';

test('the flags and variables of the contract, no more and no fewer', () => {
  const rows = SETTING_NAMES.map((name) => [OPTIONS[name].flag, OPTIONS[name].variable, OPTIONS[name].default]);
  expect(rows.filter(([flag]) => flag !== 'cpu')).toEqual([
    ['i', 'HTTPLOG_DEVICE', 'eth0'],
    ['r', undefined, undefined],
    ['p', 'HTTPLOG_PORT', '80'],
    ['f', 'HTTPLOG_FILTER', undefined],
    ['local', 'HTTPLOG_LOCAL', undefined],
    ['s', 'HTTPLOG_SNAPLEN', '1560'],
    ['c', undefined, '-1'],
    ['d', 'HTTPLOG_DIR', '/log/httplog'],
    ['log_split', 'HTTPLOG_SPLIT', 'false'],
    ['add_vlan', 'HTTPLOG_ADD_VLAN', 'false'],
    ['pair', 'HTTPLOG_PAIR', 'false'],
    ['assemble', 'HTTPLOG_ASSEMBLE', 'false'],
    ['format', 'HTTPLOG_FORMAT', 'text'],
    ['fields', 'HTTPLOG_FIELDS', undefined],
    ['header', 'HTTPLOG_HEADER', undefined],
    ['host', 'HTTPLOG_HOST', undefined],
    ['client_header', 'HTTPLOG_CLIENT_HEADER', undefined],
    ['redact', 'HTTPLOG_REDACT', 'Authorization,Cookie,Set-Cookie,Proxy-Authorization'],
    ['keep', 'HTTPLOG_KEEP', undefined],
    ['compress', 'HTTPLOG_COMPRESS', undefined],
    ['clickhouse', 'HTTPLOG_CLICKHOUSE', undefined],
    ['clickhouse_password_file', 'HTTPLOG_CLICKHOUSE_PASSWORD_FILE', undefined],
    ['clickhouse_ca', 'HTTPLOG_CLICKHOUSE_CA', undefined],
    ['clickhouse_create', 'HTTPLOG_CLICKHOUSE_CREATE', 'false'],
    ['otlp', 'HTTPLOG_OTLP', undefined],
    ['otlp_headers_file', 'HTTPLOG_OTLP_HEADERS_FILE', undefined],
    ['otlp_ca', 'HTTPLOG_OTLP_CA', undefined],
    ['spool', 'HTTPLOG_SPOOL', undefined],
    ['spool_mb', 'HTTPLOG_SPOOL_MB', '1024'],
    ['spool_seconds', 'HTTPLOG_SPOOL_SECONDS', '1'],
    ['b', 'HTTPLOG_BUFSIZE', '8'],
    ['flows', 'HTTPLOG_FLOWS', '65536'],
    ['timeout', 'HTTPLOG_TIMEOUT', '60'],
    ['assemble_mb', 'HTTPLOG_ASSEMBLE_MB', '64'],
    ['log_every', 'HTTPLOG_LOG_EVERY', '10000'],
    ['metrics', 'HTTPLOG_METRICS', undefined],
    ['syslog', 'HTTPLOG_SYSLOG', 'false'],
    ['user', 'HTTPLOG_USER', undefined],
    ['check', undefined, undefined],
    ['cpuprofile', undefined, undefined],
    ['config', undefined, undefined],
    ['v', undefined, undefined],
    ['h', undefined, undefined],
  ]);
  expect(OPTIONS.threads).toMatchObject({ flag: 'cpu', variable: 'HTTPLOG_CPUNO' });
  expect(VARIABLES.size).toBe(37);
  expect(FLAGS.size).toBe(SETTING_NAMES.length + 2);
});

describe('every row', () => {
  test.each(SETTING_NAMES)('%s', (name) => {
    const option = OPTIONS[name];
    expect(GROUPS).toContain(option.group);
    if (option.default !== undefined) expect(option.read(option.default)).toHaveProperty('value');
    for (const text of [option.help, option.allowed]) expect(text).toMatch(/^[\x20-\x7e]+$/);
  });
});

test.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 2],
  [7, 3],
  [8, 4],
  [256, 4],
])('%i cores: %i capture threads', (cores, threads) => expect(defaultThreads(cores)).toBe(threads));
