// `httplog clickhouse-schema`: prints the schema for ClickHouse.
import { type SchemaNames, type SchemaVariant, schemaOf } from '../deliver/clickhouse-schema.ts';
import { readClickHouseUrl } from '../deliver/clickhouse-url.ts';

const SCHEMA_COMMAND = 'clickhouse-schema';

/** What it is asked for: a variant as people name it, and its comment in the text. */
const VARIANTS: Readonly<Record<string, readonly [SchemaVariant, string]>> = {
  'one-node': ['node', 'For one server.'],
  cluster: [
    'cluster',
    'For a cluster: each server has the macros cluster, shard and replica, and a keeper. httplog writes into the Distributed table.',
  ],
  'before-2020': ['old', 'For a server of before 2020: without codecs, TTL and DateTime64, so the time is text.'],
};
const USAGE = `httplog ${SCHEMA_COMMAND} [${Object.keys(VARIANTS).join('|')}] [DATABASE/TABLE]`;

/** The statements of a variant as a file of SQL. */
export function schemaText(variant: string, names: SchemaNames): string | undefined {
  const [schema, comment] = VARIANTS[variant] ?? [];
  if (schema === undefined) return undefined;
  const head = `-- Records of httplog. ${comment} Made by: httplog ${SCHEMA_COMMAND} ${variant}\n`;
  return `${head}${schemaOf(names, schema)
    .map((statement) => `\n${statement};\n`)
    .join('')}`;
}

/** The text for these arguments, or what is wrong with them. */
export function schemaFor(given: readonly string[]): { readonly text: string } | { readonly mistake: string } {
  const [variant = 'one-node', place = 'default/http', ...rest] = given;
  const names = readClickHouseUrl(`http://localhost/${place}`);
  if (rest.length > 0 || typeof names === 'string') return { mistake: `usage: ${USAGE}` };
  const text = schemaText(variant, names);
  return text === undefined ? { mistake: `usage: ${USAGE}` } : { text };
}
