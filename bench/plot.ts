// The plot of the docs: one bar for each ratio, on a logarithmic scale, readable on light and on dark pages.
import type { CaseResult, Metric, Ratio } from './results.ts';

const WIDTH = 820;
const LEFT = 330;
const RIGHT = 90;
const TOP = 64;
const ROW = 24;
/** The scale's beginning and end. */
const LEAST = 0.001;
const MOST = 1;
const TICKS = [0.001, 0.01, 0.1, 1] as const;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 15px }
  .small { font-size: 11px; fill: #57606a }
  .bar { fill: #0969da }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  .grid { stroke: #d0d7de }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #9198a1 }
    .bar { fill: #4493f8 }
    .spread { stroke: #e6edf3 }
    .grid { stroke: #3d444d }
  }`;

/** Which ratios are shown, of which case. */
const SHOWN: Readonly<Record<string, Metric>> = {
  'file-mix': 'wall',
  'file-heads': 'wall',
  'file-tiny': 'wall',
  'file-assemble': 'wall',
  'live-mix': 'during',
  'live-pair': 'during',
  'live-assemble': 'during',
  'live-top': 'during',
  'live-none': 'during',
  'live-web': 'perMessage',
};

/** The plot as SVG. */
export function plot(cases: readonly CaseResult[]): string {
  const bars = cases.flatMap(({ name, ratios }) =>
    ratios
      .filter(({ of, theirs }) => SHOWN[name] === of && !theirs.startsWith('httplog'))
      .map((ratio) => ({ name, ratio })),
  );
  const height = TOP + bars.length * ROW + 28;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<style>${STYLE}\n</style>`,
    '<title id="title">What httplog takes for one of what others take, shorter is better</title>',
    '<text class="title" x="12" y="24">What httplog takes for one of what others take (shorter is better)</text>',
    '<text class="small" x="12" y="42">wall time from files, CPU time live; logarithmic; medians, lines from least to most</text>',
    ...TICKS.map((tick) => grid(tick, height)),
    ...bars.map(({ name, ratio }, i) => bar(name, ratio, TOP + i * ROW)),
    '</svg>\n',
  ].join('\n');
}

function x(value: number): number {
  const share = Math.log(Math.min(MOST, Math.max(LEAST, value)) / LEAST) / Math.log(MOST / LEAST);
  return Math.round((LEFT + share * (WIDTH - LEFT - RIGHT)) * 10) / 10;
}

function grid(value: number, height: number): string {
  const at = x(value);
  const label = value === 1 ? '1' : `1/${Math.round(1 / value)}`;
  return (
    `<line class="grid" x1="${at}" x2="${at}" y1="${TOP - 6}" y2="${height - 22}"/>` +
    `<text class="small" x="${at}" y="${height - 8}" text-anchor="middle">${label}</text>`
  );
}

function bar(name: string, { theirs, of, spread }: Ratio, y: number): string {
  const what = { wall: 'wall time', cpu: 'CPU', during: 'CPU', perMessage: 'CPU a message' }[of];
  const end = x(spread.median);
  const shown = spread.median < 0.01 ? `1/${Math.round(1 / spread.median)}` : spread.median.toFixed(2);
  const middle = y + ROW / 2 - 2;
  return [
    `<text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${name}, ${what}, to ${theirs}</text>`,
    `<rect class="bar" x="${LEFT}" y="${y}" width="${Math.max(1, end - LEFT)}" height="${ROW - 7}" rx="2"/>`,
    `<line class="spread" x1="${x(spread.minimum)}" x2="${x(spread.maximum)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${Math.max(end, x(spread.maximum)) + 8}" y="${middle + 4}">${shown}</text>`,
  ].join('');
}
