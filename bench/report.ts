// Results as text for the terminal, and as the page in the docs.
import { FIGURES, judge } from './figures.ts';
import { machineLine } from './machine.ts';
import type { CaseResult, Machine, Metric, Ratio, Results, Table } from './results.ts';
import { shown } from './rounds.ts';

const READING = '## How to read it';
const METRICS: Readonly<Record<Metric, string>> = {
  wall: 'wall time',
  cpu: 'CPU, whole process',
  during: 'CPU in traffic',
  perMessage: 'CPU a message',
};

/** One case for the terminal. */
export function caseText(of: CaseResult): string {
  if (of.skipped !== undefined) return `\n${of.title} (${of.name})\n  skipped: ${of.skipped}`;
  return [
    `\n${of.title} (${of.name})`,
    of.note,
    aligned(of.table),
    ...(of.ratios.length > 0 ? [aligned(ratioTable(of.ratios))] : []),
    ...of.wrong.map((one) => `  WRONG: ${one}`),
  ].join('\n');
}

/** The figures to reach, with what was measured. */
export function figureTable(results: Results): Table {
  const values = Object.assign({}, ...results.cases.map((one) => one.values)) as Record<string, number>;
  const rows = FIGURES.map((figure) => {
    const { what, toReach, measured, holds } = judge(figure, values);
    return [what, toReach, measured, holds === undefined ? '-' : holds ? 'yes' : 'NO'];
  });
  return { head: ['figure', 'to reach', 'measured', 'holds'], rows };
}

function ratioTable(ratios: readonly Ratio[]): Table {
  const rows = ratios.map(({ ours, theirs, of, spread }) => [
    `${ours} / ${theirs}, ${METRICS[of]}`,
    shown(spread, 1, spread.median < 0.1 ? 4 : 3),
    spread.median < 1 ? `1/${(1 / spread.median).toFixed(1)}` : '',
  ]);
  return { head: ['ratio in one round', 'median (least-most)', ''], rows };
}

/** A table in columns, the first to the left and the others to the right. */
export function aligned({ head, rows }: Table): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd();
  return [head, ...rows].map(line).join('\n');
}

/** The page docs/performance.md, with a section that was measured another time. */
export function page(results: Results, soak: string): string {
  const { machine, peers, cases, seconds } = results;
  return [
    '# Performance',
    '<!-- Written by `npm run bench`, from its own results: do not edit. -->',
    'What httplog costs, beside other programs that look at the same traffic. `npm run bench`, as root on Debian, measures it ' +
      'anew and writes this page: it makes the traffic itself, installs the programs that it compares with, runs each in a ' +
      'fresh process and in turn, the order reversed each round, and checks every output before it believes a time. ' +
      'Medians, with least and most. Ratios are formed round by round: they are what can be compared between machines.',
    `${machineLine(machine)}. ${peers.join(', ')}. The whole run took ${Math.round(seconds / 60)} minutes.`,
    '![What httplog takes for one of what others take](performance.svg)',
    '## Figures to reach',
    markdown(figureTable(results)),
    ...cases.map(casePage),
    ...(soak === '' ? [] : [soak]),
    READING,
    notes(),
    '',
  ].join('\n\n');
}

/** The section with this title, as it stands in a page; '' where there is none. */
export function sectionOf(text: string, title: string): string {
  const begin = text.indexOf(`\n## ${title}\n`);
  if (begin < 0) return '';
  const end = text.indexOf('\n## ', begin + 1);
  return text.slice(begin, end < 0 ? undefined : end).trim();
}

/** A page with this case in the place of its section, or as its last one. */
export function replaceSection(text: string, of: CaseResult, machine: Machine): string {
  const section = casePage({ ...of, note: `${of.note} ${machineLine(machine)}.` });
  const before = sectionOf(text, of.title);
  return before === '' ? text.replace(READING, () => `${section}\n\n${READING}`) : text.replace(before, () => section);
}

function casePage(of: CaseResult): string {
  if (of.skipped !== undefined) return `## ${of.title}\n\nNot measured: ${of.skipped}.`;
  const parts = [`## ${of.title}`, of.note, markdown(of.table)];
  if (of.ratios.length > 0) parts.push(markdown(ratioTable(of.ratios)));
  if (of.wrong.length > 0) parts.push(of.wrong.map((one) => `- Wrong output, not counted: ${one}`).join('\n'));
  return parts.join('\n\n');
}

function notes(): string {
  return [
    '- CPU time is user and system time of the process with all its threads. What the kernel does for a packet before a',
    '  program has it, the filter included, runs on the sender’s account here, for every program alike.',
    '- *Whole process* counts the start of Node.js in, about a tenth of a second once; *in traffic* is from just before the',
    '  first packet to just after the last.',
    '- The reading programs do different work: tcpdump captures and writes nothing, httpry writes a line a message as httplog',
    '  does, ngrep prints whole packets, tcpflow writes streams into files, tshark dissects everything (each segment alone).',
    '- httpry and ngrep find nothing under VLAN tags, and are held to what they can find. tshark can’t keep up',
    '  live: it gets few packets, and its time to its end is counted.',
    '- Transactions: from files and live, each request must have been joined with its answer. Live, the second time that the',
    '  capture is sent has addresses of its own. tcpflow -b 0 finds the place of every segment in its stream and saves no',
    '  byte (with -FX it would write still less, but find no place either); tshark -2 puts streams together and knows each',
    '  message’s partner.',
    '- Delivery: CPU time of httplog with its thread of delivery, not that of the server, which works on the same cores. What a',
    '  server that is down costs is judged beside the same run with the server up; what delivery costs at all stands in the',
    '  ratios to httplog alone. After the traffic httplog sends what is left, and ends: that counts in the whole process.',
  ].join('\n');
}

function markdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = line(head.map((_, i) => (i === 0 ? '---' : '--:')));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
