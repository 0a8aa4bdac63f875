import { expect, test } from 'vitest';
import { readSources } from './sources.ts';

// Folders are floors: imports go down only, or stay in their folder. The halves meet in layout/ alone.
const FLOORS: Readonly<Record<string, number>> = {
  'assembly/memory': 0,
  'assembly/bytes': 0,
  'assembly/wire': 1,
  'assembly/frames': 1,
  'assembly/filter': 1,
  'assembly/http': 1,
  'assembly/record': 2,
  'assembly/flow': 3,
  'assembly/follow': 3,
  'assembly/format': 3,
  'assembly/modes': 4,
  'assembly/modules/every-mode': 4,
  'assembly/modules/main-mode': 4,
  assembly: 5,
  'src/linux': 1,
  'src/capture': 2,
  'src/sink': 2,
  'src/deliver': 3,
  'src/pipeline': 4,
  'src/health': 5,
  'src/config': 5,
  'src/query': 5,
  'src/cli': 6,
};
/** On its floor the filter reads numbers in network order as the wire does. */
const BESIDE: readonly string[] = ['assembly/filter assembly/wire'];

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
const all = readSources('assembly', 'layout', 'src');
const sources = all.filter(({ isTest, path }) => !isTest && !path.endsWith('.d.ts'));

/** What is wrong, one line each, to be compared with none. */
const faults = (of: (source: (typeof sources)[number]) => readonly string[]): string[] =>
  sources.flatMap((one) => of(one));

test('there are sources, in folders whose floor is known', () => {
  expect(sources.length).toBeGreaterThan(80);
  const folders = new Set(sources.map(({ path }) => folderOf(path)));
  expect([...folders].filter((folder) => !(folder in FLOORS) && folder !== 'layout')).toEqual([]);
  expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(200);
});

test('imports go down the floors only', () => {
  const goesDown = (from: string, to: string): boolean =>
    from === to || BESIDE.includes(`${from} ${to}`) || (FLOORS[to] ?? 99) < (FLOORS[from] ?? -1);
  const upward = faults(({ path, imports }) =>
    imports
      .filter(
        (to) => !to.startsWith('layout/') && !path.startsWith('layout/') && !goesDown(folderOf(path), folderOf(to)),
      )
      .map((to) => `${path} imports ${to}`),
  );
  expect(upward).toEqual([]);
});

test('the halves meet in layout only, and its tables belong to src', () => {
  const half = (path: string): string => path.split('/')[0] ?? '';
  const across = faults(({ path, imports }) =>
    imports.filter((to) => half(to) !== half(path) && half(to) !== 'layout').map((to) => `${path} imports ${to}`),
  );
  const tables = faults(({ path, imports }) =>
    imports
      .filter((to) => to.endsWith('.table.ts') && !path.startsWith('src/') && !path.endsWith('.table.ts'))
      .map((to) => `${path} imports ${to}`),
  );
  expect([...across, ...tables]).toEqual([]);
});

test('every import names a source that is there', () => {
  const paths = new Set([...all.map(({ path }) => path)]);
  expect(faults(({ imports }) => imports.filter((to) => !paths.has(to)))).toEqual([]);
});

test('foreign functions stay in one room', () => {
  const rooms = sources.filter(({ packages }) => packages.includes('koffi')).map(({ path }) => folderOf(path));
  expect([...new Set(rooms)]).toEqual(['src/linux']);
});

test('DuckDB stays in one room, which the subcommands alone load', () => {
  const rooms = sources.filter(({ text }) => text.includes("'@duckdb/node-api'")).map(({ path }) => folderOf(path));
  expect([...new Set(rooms)]).toEqual(['src/query']);
  const loaders = sources.filter(({ path, imports }) => {
    return folderOf(path) !== 'src/query' && imports.some((to) => folderOf(to) === 'src/query');
  });
  expect(loaders.map(({ path }) => path)).toEqual([
    'src/cli/ask.ts',
    'src/cli/subcommand-flags.ts',
    'src/cli/subcommand-usage.ts',
  ]);
  const main = sources.find(({ path }) => path === 'src/cli/main.ts');
  expect(main?.text).toContain("await import('./ask.ts')");
  expect(main?.text).not.toMatch(/from '\.\/(ask|subcommand-)/);
});

test('the packet code imports no package but its own constants', () => {
  const packagesOf = faults(({ path, packages }) => (path.startsWith('assembly/') ? packages : []));
  expect(packagesOf).toEqual(['modes']);
});

test('layout holds numbers and comments', () => {
  const line = /^(\/\/.*|\/\*\*.*\*\/|\/\*\*| \*.*|export const [A-Z][A-Z0-9_]* = -?(0x[0-9a-f]+|[0-9]+);|)$/;
  const other = faults(({ path, text }) =>
    path.startsWith('layout/') && !path.endsWith('.table.ts')
      ? text
          .split('\n')
          .filter((one) => !line.test(one))
          .map((one) => `${path}: ${one}`)
      : [],
  );
  expect(other).toEqual([]);
});

test('no duration is measured by the clock of the wall, which may be set: it tells what day or time it is, and no more', () => {
  const DATES: Readonly<Record<string, string>> = {
    'src/cli/ask.ts': 'how long ago -since is',
    'src/cli/check-run.ts': 'the name of today’s file, as an example',
    'src/cli/prove-output.ts': 'the files that are there today',
    'src/pipeline/clock-trust.ts': 'whether the clock was set, beside one that nobody sets',
    'src/pipeline/columns.ts': 'when a Zeek log was opened',
    'src/pipeline/old-days.ts': 'which day it is',
    'src/pipeline/packet-code.ts': 'the local time of a minute that is given',
    'src/pipeline/run.ts': 'when the run began, as a metric',
    'src/query/export.ts': 'how long ago a file was written, by the time that it has',
    'src/query/session.ts': 'by how many hours the local time differs, where its zone has no name',
    'src/query/since.ts': 'the local time of a moment that is given',
    'src/sink/calendar.ts': 'whether there is such a day in the calendar',
    'src/sink/daily-file.ts': 'whether the day of a file that was taken away is over',
    'src/sink/log-file.ts': 'the name of tomorrow’s file',
    'src/sink/old-files.ts': 'when the day of a file’s name ended',
  };
  const found = faults(({ path, text }) => (/\bDate\.now\(|\bnew Date\(|process\.uptime\(/.test(text) ? [path] : []));
  expect(found).toEqual(Object.keys(DATES));
});

test('no default exports, no enums, no base classes, no barrels', () => {
  const words = /^export default |^(export )?(const )?enum |\bextends (?!Error\b|Record\b)[A-Z]\w* \{|^export \* /m;
  const found = faults(({ path, text }) => {
    const fault = words.exec(text.replaceAll(/interface \w+(<[^>]*>)? extends [^{]*\{/g, ''));
    return fault === null ? [] : [`${path}: ${fault[0]}`];
  });
  expect(found).toEqual([]);
});

test('no file of more than 300 lines', () => {
  const long = faults(({ path, text }) => (text.split('\n').length > 301 ? [path] : []));
  expect(long).toEqual([]);
});
