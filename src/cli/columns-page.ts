import { fileURLToPath } from 'node:url';
import { COLUMNS, type Column } from '../../layout/columns.table.ts';

const USES: Readonly<Record<Column['json'], string>> = {
  always: 'yes',
  pair: 'with `-pair`',
  assemble: 'with `-pair -assemble`',
  vlan: 'with `-add_vlan`',
  host: 'with `-host`',
  tsv: 'no',
};

function row({ key, short, json, help }: Column): string {
  return `| ${[`\`${key}\``, `\`${short}\``, USES[json], help].join(' | ')} |`;
}

/** The table of columns in docs/line-format.md, made from layout/columns.table. */
export function columnsTable(): string {
  return ['| key | short name | in json | meaning |', '|---|---|---|---|', ...COLUMNS.map(row)].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${columnsTable()}\n`);
