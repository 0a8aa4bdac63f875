import { FORMATS, type FormatName } from '../../layout/formats.table.ts';
import type { FormatSettings } from '../pipeline/format-settings.ts';
import type { TransactionSettings } from '../pipeline/transaction-settings.ts';
import { HOST_MAXIMUM, readHost } from './host-name.ts';
import { MOST_NAMES, readColumns, readHeader, readHeaders, readSecrets, SECRETS_SHOWN } from './names.ts';
import { type Option, RUNS, type Settings, TRUTH, WRITTEN } from './option.ts';
import { oneOf, readBoolean, wholeNumber } from './scalars.ts';

// The rows of transactions and formats; their places among the others are in the one table.

type Rows<K extends keyof Settings> = { readonly [name in K]: Option<Settings[name]> };
type LineSetting = 'pair' | 'assemble' | keyof FormatSettings;
type FlowSetting = Exclude<keyof TransactionSettings, LineSetting>;

const FORMAT_NAMES: readonly FormatName[] = FORMATS.map(({ name }) => name);
const PAIRING_FORMATS: string = FORMATS.filter(({ transactions }) => transactions)
  .map(({ name }) => name)
  .join(', ');

/** What a line is of, and how it is written. */
export const LINE_OPTIONS: Rows<LineSetting> = {
  pair: {
    flag: 'pair',
    variable: 'HTTPLOG_PAIR',
    group: WRITTEN,
    default: 'false',
    allowed: TRUTH,
    help: `One line for a request and its answer, with the time that the answer took. The formats ${PAIRING_FORMATS} imply it.`,
    read: readBoolean,
  },
  assemble: {
    flag: 'assemble',
    variable: 'HTTPLOG_ASSEMBLE',
    group: WRITTEN,
    default: 'false',
    allowed: TRUTH,
    help: 'Put TCP streams together first: heads may span packets, bodies are followed and measured. It reads every packet of the wanted ports, so it costs more.',
    read: readBoolean,
  },
  format: {
    flag: 'format',
    variable: 'HTTPLOG_FORMAT',
    group: WRITTEN,
    argument: 'NAME',
    default: 'text',
    allowed: `one of ${FORMAT_NAMES.join(', ')}`,
    help: `How lines are written: ${FORMAT_NAMES.join(', ')}.`,
    read: oneOf(FORMAT_NAMES),
  },
  fields: {
    flag: 'fields',
    variable: 'HTTPLOG_FIELDS',
    group: WRITTEN,
    argument: 'NAMES',
    allowed: `at most ${MOST_NAMES} names of fields, each once, separated by commas (time,status,request.referer); empty for the usual ones`,
    help: 'The columns of -format tsv: time,client,method,target,status,request.referer.',
    read: readColumns,
  },
  headers: {
    flag: 'header',
    variable: 'HTTPLOG_HEADER',
    group: WRITTEN,
    argument: 'NAMES',
    allowed: `at most ${MOST_NAMES} names of header fields of at most 63 bytes, separated by commas; empty for none`,
    help: 'Header fields of requests and responses that -format json, and a spool, have as well: Referer,X-Request-Id.',
    read: readHeaders,
  },
  host: {
    flag: 'host',
    variable: 'HTTPLOG_HOST',
    group: WRITTEN,
    argument: 'NAME',
    defaultShown: 'none',
    allowed: `at most ${HOST_MAXIMUM} letters, digits and _ - . : of ASCII; empty for none`,
    help: 'The name of this host, which every line of -format json then has as host.name, and every record in a spool (there the default is what the host calls itself), so that the records of many hosts can be told apart.',
    read: readHost,
  },
  clientHeader: {
    flag: 'client_header',
    variable: 'HTTPLOG_CLIENT_HEADER',
    group: WRITTEN,
    argument: 'NAME',
    allowed: 'the name of a header field of at most 63 bytes; empty for none',
    help: "The request's header field that names the client's address where this host stands behind a proxy: X-Forwarded-For, Forwarded. Only behind a proxy that sets it: clients can send any.",
    read: readHeader,
  },
  redact: {
    flag: 'redact',
    variable: 'HTTPLOG_REDACT',
    group: WRITTEN,
    argument: 'NAMES',
    default: SECRETS_SHOWN,
    allowed: `at most ${MOST_NAMES} names of header fields and query parameters of at most 63 bytes, separated by commas, or "none" alone`,
    help: 'Header fields and query parameters whose values are replaced before anything is written. What is given is added to the default; none alone turns all of it off.',
    read: readSecrets,
  },
};

/** What is remembered of flows. */
export const FLOW_OPTIONS: Rows<FlowSetting> = {
  flows: {
    flag: 'flows',
    variable: 'HTTPLOG_FLOWS',
    group: RUNS,
    argument: 'FLOWS',
    default: '65536',
    allowed: 'a whole number from 64 to 4194304',
    help: 'With -pair or -assemble: how many flows are remembered, in all capture threads together, 512 bytes each.',
    read: wholeNumber(64, 4194304),
  },
  timeoutSeconds: {
    flag: 'timeout',
    variable: 'HTTPLOG_TIMEOUT',
    group: RUNS,
    argument: 'SECONDS',
    default: '60',
    allowed: 'a whole number from 1 to 86400',
    help: 'With -pair or -assemble: seconds of silence after which a flow is forgotten, and its requests are logged without an answer.',
    read: wholeNumber(1, 86400),
  },
  assembleMegabytes: {
    flag: 'assemble_mb',
    variable: 'HTTPLOG_ASSEMBLE_MB',
    group: RUNS,
    argument: 'MB',
    default: '64',
    allowed: 'a whole number from 1 to 2048',
    help: 'With -assemble: room for what is out of order or not whole yet, in MB for all capture threads together.',
    read: wholeNumber(1, 2048),
  },
};
