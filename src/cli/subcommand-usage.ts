import { QUESTIONS } from '../query/questions.ts';
import { FLAGS_OF, type Flag, SUBCOMMAND_FLAGS } from './subcommand-flags.ts';
import { SUBCOMMANDS } from './subcommands.ts';
import { WIDTH, wrap } from './usage.ts';

const INDENT = 23;

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  query: [
    `httplog query "SELECT domain, count(*) FROM http WHERE status >= 500 GROUP BY domain"`,
    `httplog query -day 20261123 -csv "SELECT time, client, path FROM http WHERE method = 'POST'"`,
    'httplog query "DESCRIBE http"',
  ],
  top: ['httplog top paths -since 1h', 'httplog top slow -n 5 -d /var/log/httplog'],
  export: ['httplog export -parquet /srv/http', 'httplog top paths -d /srv/http'],
};

/** The text of `httplog NAME -h`. */
export function subcommandUsage(name: string): string {
  const own = SUBCOMMANDS.find((one) => one.name === name);
  const flags = (FLAGS_OF[name] ?? []).map((flag) => {
    const { flag: word, argument, help }: Flag<unknown> = SUBCOMMAND_FLAGS[flag];
    return row(`-${word}${argument === undefined ? '' : ` ${argument}`}`, help);
  });
  const questions = name === 'top' ? [QUESTIONS.map((one) => row(one.name, one.help)).join('\n')] : [];
  return `${[
    `httplog ${name} ${own?.arguments ?? ''} [flags]`,
    wrap(own?.help ?? '', WIDTH).join('\n'),
    ...questions,
    `Flags:\n${flags.join('\n')}`,
    `Examples:\n${(EXAMPLES[name] ?? []).map((example) => `  ${example}`).join('\n')}`,
    'docs/query.md has the columns and more. It needs DuckDB: npm install -g @duckdb/node-api',
  ].join('\n\n')}\n`;
}

function row(name: string, help: string): string {
  const [first = '', ...rest] = wrap(help, WIDTH - INDENT);
  return [`  ${name}`.padEnd(INDENT) + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n');
}
