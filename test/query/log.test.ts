import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { whyNoTool } from '../support/live/network.ts';
import { endOf, PROGRAM, startProcess } from '../support/live/program.ts';
import { until } from '../support/live/wait.ts';
import { makeDirectory } from '../support/live/workspace.ts';
import { ENVIRONMENT, rowsOf, run, whyNoAnswers } from '../support/query.ts';

// Log directories as they are found: packed, mixed, torn, hostile, of many days, of others.

const missing = whyNoAnswers();
const noZstd = whyNoTool('zstd');

const asks = (second: string, path: string, more = ''): string =>
  `2026-11-23 10:00:${second}.000 192.0.2.1#40000 192.0.2.80#80 CQ GET ${path} HTTP/1.1 a.example curl/8.5.0${more}`;
const json = (second: string, more: string): string =>
  `{"timestamp":"2026-11-23T10:00:${second}.000000001Z","httplog.type":"CQ","client.address":"192.0.2.1",${more}}`;

function directoryOf(files: Readonly<Record<string, readonly string[] | Uint8Array>>): string {
  const directory = makeDirectory();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(
      join(directory, name),
      Array.isArray(content) ? content.map((line) => `${line}\n`).join('') : (content as Uint8Array),
    );
  }
  return directory;
}

const pathsOf = (directory: string, ...flags: readonly string[]): unknown[] =>
  rowsOf(directory, 'SELECT path FROM http ORDER BY time, path', ...flags).map(({ path }) => path);

describe.skipIf(missing !== undefined)('files', () => {
  test('packed ones, of several members, and renamed ones are read as the others', () => {
    const gz = Buffer.concat([gzipSync(`${asks('01', '/1')}\n`), gzipSync(`${asks('02', '/2')}\n`)]);
    const directory = directoryOf({
      'http-20261121.log.gz': gz,
      'http-20261122.log.1': [asks('03', '/3')],
      'http-CQ-20261123.log.2.gz': gzipSync(`${asks('04', '/4')}\n`),
      'http-20261123.log': [asks('05', '/5')],
      'http-20261123.log.part': [asks('06', '/6')],
      'other.log': [asks('07', '/7')],
    });
    expect(pathsOf(directory)).toEqual(['/1', '/2', '/3', '/4', '/5']);
  });

  test.skipIf(noZstd !== undefined)('zstd, of several frames', () => {
    const frame = (line: string): Buffer => execFileSync('zstd', ['-qc'], { input: `${line}\n` });
    const packed = Buffer.concat([frame(asks('01', '/1')), frame(asks('02', '/2'))]);
    expect(pathsOf(directoryOf({ 'http-20261121.log.zst': packed }))).toEqual(['/1', '/2']);
  });

  test('only those of the days that are asked for are read: a broken one of another day is no matter', () => {
    const directory = directoryOf({
      'http-20261121.log.gz': Buffer.from('this is no gzip'),
      'http-20261122.log': [asks('01', '/1')],
      'http-20261123.log': [asks('02', '/2')],
    });
    expect(pathsOf(directory, '-day', '20261122..20261123')).toEqual(['/1', '/2']);
    expect(rowsOf(directory, "SELECT date, path FROM http WHERE date > '2026-11-22'")).toEqual([
      { date: '2026-11-23', path: '/2' },
    ]);
    expect(rowsOf(directory, "SELECT path FROM http WHERE date BETWEEN '2026-11-22' AND '2026-11-22'")).toHaveLength(1);
    const whole = run(['query', '-d', directory, 'SELECT count(*) FROM http']);
    expect(whole.status).toBe(1);
    expect(whole.stderr).toContain('http-20261121.log.gz');
    expect(whole.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('-since leaves out what is older, also of the same day', () => {
    const line = (ago: number, path: string): string =>
      asks('00', path).replace(/^.{23}/, new Date(Date.now() - ago).toISOString().replace('T', ' ').slice(0, 23));
    const name = (ago: number): string =>
      `http-${new Date(Date.now() - ago).toISOString().slice(0, 10).replaceAll('-', '')}.log`;
    const minute = 60_000;
    const lines = new Map<string, string[]>();
    for (const [ago, path] of [
      [180 * minute, '/old'],
      [30 * minute, '/new'],
    ] as const) {
      lines.set(name(ago), [...(lines.get(name(ago)) ?? []), line(ago, path)]);
    }
    const directory = directoryOf(Object.fromEntries(lines));
    expect(pathsOf(directory, '-since', '1h')).toEqual(['/new']);
    expect(pathsOf(directory, '-since', '4h')).toEqual(['/old', '/new']);
  });
});

describe.skipIf(missing !== undefined)('lines', () => {
  test('messages, transactions and json in one file are each what they are', () => {
    const directory = directoryOf({
      'http-20261123.log': [
        asks('01', '/single'),
        '2026-11-23 10:00:01.500 192.0.2.80#80 192.0.2.1#40000 CR HTTP/1.1 404 Not Found 10 text/html; a=b',
        asks('02', '/pair', ' 200 5 10 1.234'),
        asks('03', '/unanswered', '    '),
        '2026-11-23 10:00:04.000 192.0.2.1#40000 192.0.2.80#80 CR    503  7 ',
        asks('05', '/tagged').replace(' CQ ', ' CQ vlan=100.200 '),
        json('06', '"url.path":"/json","http.response.status_code":201,"httplog.duration":77,"httplog.complete":true'),
      ],
    });
    const columns =
      'path, agent, status, request_length, length, duration, content_type, reason, vlan, client, complete';
    const rows = rowsOf(directory, `SELECT ${columns} FROM http ORDER BY time`).map((row) => Object.values(row));
    const curl = 'curl/8.5.0';
    const c = '192.0.2.1';
    expect(rows).toEqual([
      ['/single', curl, null, null, null, null, null, null, null, c, null],
      [null, null, 404, null, 10, null, 'text/html; a=b', 'Not Found', null, c, null],
      ['/pair', curl, 200, 5, 10, 1234, null, null, null, c, null],
      ['/unanswered', curl, null, null, null, null, null, null, null, c, null],
      [null, null, 503, null, 7, null, null, null, null, c, null],
      ['/tagged', curl, null, null, null, null, null, null, '100.200', c, null],
      ['/json', null, 201, null, null, 77, null, null, null, c, true],
    ]);
  });

  test('what is none of them is passed over and counted: torn, foreign, binary', () => {
    const foreign = '192.0.2.1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"';
    const lines = [
      asks('01', '/1'),
      foreign,
      asks('02', '/2').slice(0, 70),
      '{"timestamp":"2026-11-23T10:00:00',
      'a,"b',
      '',
    ];
    const bytes = Buffer.concat([
      Buffer.from(`${lines.join('\n')}\n`),
      Buffer.from('2026-11-23 10:00:00.000 1.2.3.4#5 1.2.3.5#80 CQ GET /caf\xc3\n', 'latin1'),
      Buffer.alloc(5000),
      Buffer.from(`\n${asks('03', '/3')}\n${asks('04', '/4').slice(0, 80)}`),
    ]);
    const { status, stdout, stderr } = run([
      'top',
      'paths',
      '-json',
      '-d',
      directoryOf({ 'http-20261123.log': bytes }),
    ]);
    expect(status).toBe(0);
    expect(
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).path),
    ).toEqual(['/1', '/3']);
    expect(stderr).toBe('httplog: 7 lines were passed over: not whole, or of another format than text and json\n');
  });

  test('text and json undo the same escapes, and a table shows none of what they hide', () => {
    const directory = directoryOf({
      'http-20261123.log': [
        asks('01', '/\\x1b]0;owned\\x07%41\\xc2\\x9b\\xff\\x5cx41'),
        json('02', '"url.path":"/\\u001b]0;owned\\u0007%41\\u009b\\\\xff\\\\x41"'),
      ],
    });
    const value = '/\x1b]0;owned\x07%41\x9b\\xff\\x41';
    expect(pathsOf(directory)).toEqual([value, value]);
    const { stdout } = run(['top', 'paths', '-d', directory]);
    expect(stdout).toContain('/\\x1b]0;owned\\x07%41\\x9b\\xff\\x41');
    expect(stdout).not.toMatch(/[^\n\P{Cc}]/u);
  });

  test('a hostile line is a value and nothing else', () => {
    const nasty = `/'"; DROP VIEW http; COPY (SELECT 1) TO '/tmp/x' --\\x01\\x0a`;
    const directory = directoryOf({
      'http-20261123.log': [
        asks('01', nasty.replaceAll(' ', '%20')),
        json('02', `"url.path":"/a","http.request.header.x\\"; DROP VIEW http":["1"],"http.request.header.x-y":["z"]`),
      ],
    });
    expect(rowsOf(directory, 'SELECT request_x_y FROM http ORDER BY time')).toEqual([
      { request_x_y: null },
      { request_x_y: 'z' },
    ]);
    expect(pathsOf(directory)[0]).toBe(nasty.replaceAll(' ', '%20').replace('\\x01\\x0a', '\x01\n'));
  });

  test('times are local: those of text as they stand, those of json from UTC; so is a day in Parquet elsewhere', () => {
    const directory = directoryOf({ 'http-20261123.log': [asks('01', '/1'), json('02', '"url.path":"/2"')] });
    const environment = { TZ: 'Asia/Seoul' };
    const times = (of: string, zone: Record<string, string>): string =>
      run(['query', '-d', of, '-csv', 'SELECT path, time FROM http ORDER BY path'], zone).stdout;
    expect(times(directory, environment)).toBe('path,time\n/1,2026-11-23 10:00:01\n/2,2026-11-23 19:00:02\n');
    const parquet = makeDirectory();
    expect(run(['export', '-d', directory, '-parquet', parquet], environment).status).toBe(0);
    expect(times(parquet, environment)).toBe('path,time\n/1,2026-11-23 10:00:01\n/2,2026-11-23 19:00:02\n');
    expect(times(parquet, { TZ: 'UTC' })).toBe('path,time\n/1,2026-11-23 01:00:01\n/2,2026-11-23 10:00:02\n');
  });
});

describe.skipIf(missing !== undefined)('export', () => {
  test('a day stays as it is until its log has changed; nothing half-made is left', () => {
    const directory = directoryOf({ 'http-20261122.log': [asks('01', '/1')], 'http-20261123.log': [asks('02', '/2')] });
    const parquet = join(makeDirectory(), 'made', 'here');
    const words = ['export', '-d', directory, '-parquet', parquet];
    expect(run(words).stdout.split('\n').slice(0, -1)).toEqual([
      `${parquet}/date=2026-11-22/http.parquet: 1 line`,
      `${parquet}/date=2026-11-23/http.parquet: 1 line`,
    ]);
    const later = statSync(join(parquet, 'date=2026-11-22/http.parquet')).mtimeMs / 1000 + 60;
    execFileSync('touch', ['-d', `@${later}`, join(directory, 'http-20261123.log')]);
    expect(run(words).stdout).toBe(`1 day is there already\n${parquet}/date=2026-11-23/http.parquet: 1 line\n`);
    expect(readdirSync(join(parquet, 'date=2026-11-23'))).toEqual(['http.parquet']);
    expect(statSync(join(parquet, 'date=2026-11-23/http.parquet')).mode & 0o777).toBe(0o640);
  });

  test('a log that was written to while it was exported is exported again', () => {
    const directory = directoryOf({ 'http-20261123.log': [asks('01', '/1')] });
    const log = join(directory, 'http-20261123.log');
    const parquet = makeDirectory();
    execFileSync('touch', ['-d', '2026-11-23 12:00:00', log]);
    expect(run(['export', '-d', directory, '-parquet', parquet]).status).toBe(0);
    // Behind what was read of it, before the file was in its place.
    appendFileSync(log, `${asks('02', '/2')}\n`);
    execFileSync('touch', ['-d', '2026-11-23 12:00:01', log]);
    expect(run(['export', '-d', directory, '-parquet', parquet]).stdout).toContain('http.parquet: 2 lines');
    expect(run(['export', '-d', directory, '-parquet', parquet]).stdout).toBe('1 day is there already\n');
  });

  test('what is half-made has a name that readers of a partition leave alone, and goes when its export was killed', async () => {
    const lines = Array.from({ length: 200_000 }, (_, i) => asks('01', `/${i}`));
    const directory = directoryOf({ 'http-20261123.log': lines });
    const parquet = makeDirectory();
    const partition = join(parquet, 'date=2026-11-23');
    const words = ['export', '-d', directory, '-parquet', parquet];
    const names = (): string[] => (existsSync(partition) ? readdirSync(partition) : []);
    expect(run(words).status).toBe(0);
    // Over the file of an older log, where DuckDB would make one more name.
    execFileSync('touch', [join(directory, 'http-20261123.log')]);
    const killed = startProcess([process.execPath, PROGRAM, ...words]);
    await until('the export to write', () => names().length > 1);
    killed.child.kill('SIGKILL');
    await endOf(killed);
    const left = names().filter((name) => name !== 'http.parquet');
    expect(left).toEqual([expect.stringMatching(/^\.http\.parquet\.\d+\.part$/)]);
    execFileSync('touch', ['-d', '2 hours ago', join(partition, left[0] ?? '')]);
    expect(run(words).stdout).toContain('200000 lines');
    expect(names()).toEqual(['http.parquet']);
  });

  test('times of json are the same instants, also in the hour that comes twice', () => {
    const at = (utc: string, path: string): string =>
      `{"timestamp":"2026-10-25T${utc}.000000000Z","httplog.type":"CQ","client.address":"192.0.2.1","url.path":"${path}"}`;
    const directory = directoryOf({ 'http-20261025.log': [at('00:30:00', '/summer'), at('01:30:00', '/winter')] });
    const parquet = makeDirectory();
    expect(run(['export', '-d', directory, '-parquet', parquet], { TZ: 'Europe/Berlin' }).status).toBe(0);
    expect(rowsOf(parquet, 'SELECT time, path FROM http ORDER BY path')).toEqual([
      { time: '2026-10-25 00:30:00', path: '/summer' },
      { time: '2026-10-25 01:30:00', path: '/winter' },
    ]);
  });

  test('header fields are exported that one line has, far from both ends of its file', () => {
    const plain = Array.from({ length: 2000 }, (_, i) => json('01', `"url.path":"/${i}"`));
    const rare = json('02', '"url.path":"/rare","http.request.header.x-rare":["here"]');
    const directory = directoryOf({ 'http-20261123.log': [...plain, rare, ...plain] });
    const parquet = makeDirectory();
    expect(run(['export', '-d', directory, '-parquet', parquet]).stdout).toContain('4001 lines');
    expect(rowsOf(parquet, 'SELECT path, request_x_rare FROM http WHERE request_x_rare IS NOT NULL')).toEqual([
      { path: '/rare', request_x_rare: 'here' },
    ]);
  });

  test('a day that cannot be read is told, the others are written; so are lines that are passed over', () => {
    const directory = directoryOf({
      'http-20261122.log.gz': Buffer.from('this is no gzip'),
      'http-20261123.log': [asks('01', '/1'), 'foreign'],
    });
    const parquet = makeDirectory();
    expect(run(['export', '-d', directory, '-parquet', parquet])).toEqual({
      status: 1,
      stdout: `${parquet}/date=2026-11-23/http.parquet: 1 line\n`,
      stderr: `httplog: 2026-11-22: IO Error: Input is not a GZIP stream: http-20261122.log.gz
httplog: 1 line was passed over: not whole, or of another format than text and json
httplog: 1 day could not be exported
`,
    });
  });

  test('not into the log directory itself', () => {
    const directory = directoryOf({ 'http-20261123.log': [asks('01', '/1')] });
    const asked = run(['export', '-d', directory, '-parquet', directory]);
    expect(asked).toMatchObject({ status: 1, stdout: '' });
    expect(asked.stderr).toContain('is the log directory');
    expect(readdirSync(directory)).toEqual(['http-20261123.log']);
  });
});

describe.skipIf(missing !== undefined)('what is refused', () => {
  const directory = (): string => directoryOf({ 'http-20261123.log': [asks('01', '/1')] });

  test.each([
    ['COPY http TO %s', 2, 'only questions are answered'],
    ["COPY http TO '/tmp/httplog-never.csv'", 2, 'disabled by configuration'],
    ["SELECT * FROM read_csv('/etc/passwd')", 2, 'disabled by configuration'],
    ["SELECT * FROM read_text('/etc/hostname')", 2, 'disabled by configuration'],
    ["ATTACH '/tmp/x.db'", 2, ''],
    ['INSTALL httpfs', 2, 'only questions are answered'],
    ['SET enable_external_access = true', 2, 'only questions are answered'],
    ['DROP VIEW http', 2, 'only questions are answered'],
    ['SELECT 1; SELECT 2', 2, 'one statement, not 2'],
    [' -- nothing', 2, 'one statement, not 0'],
    // It fails when rows have been fetched already.
    [
      'SELECT (CASE WHEN n = 2999999 THEN $$x$$ ELSE $$1$$ END)::INTEGER FROM range(3000000) t(n) OFFSET 2999000',
      2,
      'Conversion Error',
    ],
    ['SELECT nothing FROM http', 2, 'Referenced column "nothing" not found'],
    ['SELEC', 2, 'syntax error'],
  ])('%s', (sql, status, message) => {
    const own = directory();
    const asked = run(['query', '-d', own, sql.replace('%s', `'${own}/http-20261123.log'`)]);
    expect(asked).toMatchObject({ status, stdout: '' });
    expect(asked.stderr).toContain(message);
    expect(asked.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(readFileSync(join(own, 'http-20261123.log'), 'utf8')).toBe(`${asks('01', '/1')}\n`);
  });

  test.each([
    [['query'], 2, 'query takes one argument, the SQL in quotes, not 0'],
    [['top', 'nothing'], 2, 'top takes one of paths, clients, hosts, agents, status, slow, errors, not "nothing"'],
    [['top', '-csv', '-json'], 2, '-csv and -json: choose one of them'],
    [['export'], 2, 'export needs -parquet DIRECTORY'],
    [['top', '-d', '/nowhere/at/all'], 1, 'there is no directory /nowhere/at/all'],
    [['top', '-config', '/nowhere/at/all'], 2, 'there is no such file'],
  ])('%j', (words, status, message) => {
    const asked = run(words, { HTTPLOG_DIR: directory() });
    expect(asked).toMatchObject({ status, stdout: '' });
    expect(asked.stderr).toContain(`httplog: `);
    expect(asked.stderr).toContain(message);
  });

  test('the log is where the service writes it: by the environment, and by the configuration file', () => {
    const own = directory();
    const configuration = join(makeDirectory(), 'httplog.conf');
    writeFileSync(configuration, `HTTPLOG_DIR=${own}\nHTTPLOG_DEVICE=eth7\n`);
    expect(run(['top', 'paths', '-csv'], { HTTPLOG_DIR: own }).stdout).toBe('path,requests,percent\n/1,1,100.0\n');
    expect(run(['top', '-csv', '-config', configuration]).stdout).toBe('path,requests,percent\n/1,1,100.0\n');
    chmodSync(configuration, 0o600);
  });

  test('top errors goes by the order of lines where their times are the same, whoever reads which part of the file', () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => [
      asks('01', `/${i}`),
      `2026-11-23 10:00:01.000 192.0.2.80#80 192.0.2.1#40000 CR HTTP/1.1 ${i % 1000 === 0 ? 503 : 200} x 0 `,
    ]);
    const asked = run(['top', 'errors', '-csv', '-n', '200', '-d', directoryOf({ 'http-20261123.log': lines.flat() })]);
    const expected = Array.from({ length: 100 }, (_, i) => `503,GET,a.example,/${i * 1000},1`);
    expect(asked.stdout.split('\n').slice(1, -1).sort()).toEqual(expected.sort());
  });

  test('top slow without a time in any line says why', () => {
    expect(run(['top', 'slow', '-d', directory()]).stderr).toContain('httplog writes that with -pair');
  });

  test('a time between two is told as people read it', () => {
    const sql = "SELECT INTERVAL '26 hours' AS apart, [INTERVAL '1 day'] AS several";
    expect(rowsOf(directory(), sql)).toEqual([{ apart: '26:00:00', several: ['1 day'] }]);
  });

  test('a file that is no Parquet is named in one line', () => {
    const own = directoryOf({ 'date=2026-11-23/http.parquet': Buffer.from('this is no Parquet at all') });
    const { status, stderr } = run(['top', '-d', own]);
    expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 1, lines: 2 });
    expect(stderr).toContain('date=2026-11-23/http.parquet');
    expect(stderr).not.toMatch(/LINE|read_parquet/);
  });

  test('nobody reads: it ends quietly', () => {
    const command = `"${process.execPath}" "${PROGRAM}" query -csv -d "${directory()}" 'SELECT * FROM range(3000000)' | head -1`;
    const options = { env: ENVIRONMENT, encoding: 'utf8', timeout: 50_000 } as const;
    expect(execFileSync('bash', ['-c', `set -o pipefail; ${command}; echo "\${PIPESTATUS[0]}"`], options)).toBe(
      'range\n0\n',
    );
  });
});
