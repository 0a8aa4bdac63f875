// Zeek's http.log: its columns, and the lines that its ASCII writer begins a file with.
import {
  VALUE_ANSWER_VERSION,
  VALUE_EPOCH,
  VALUE_INFORMATION,
  VALUE_METHOD,
  VALUE_NOTHING,
  VALUE_ORIGINATOR_ADDRESS,
  VALUE_ORIGINATOR_PORT,
  VALUE_PROXIED,
  VALUE_REASON,
  VALUE_REQUEST_BODY_COUNT,
  VALUE_REQUEST_HEADER,
  VALUE_RESPONSE_BODY_COUNT,
  VALUE_SERVER_ADDRESS,
  VALUE_SERVER_PORT,
  VALUE_STATUS,
  VALUE_TRANSACTION,
  VALUE_UID,
  VALUE_UNESCAPED_TARGET,
} from '../../layout/columns.ts';

/** One column of http.log. */
export interface ZeekColumn {
  readonly name: string;
  readonly type: string;
  /** A value of layout/columns. */
  readonly value: number;
  /** The header field that is meant. */
  readonly field?: string;
  /** What it always is: a passive log that looks into no body can't know more. */
  readonly constant?: string;
}

/** The fields that Zeek takes for those of a proxy (HTTP::proxy_headers), in lower case. */
export const PROXY_FIELDS: readonly string[] = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-from',
  'client-ip',
  'via',
  'xroxy-connection',
  'proxy-connection',
];

const unset = (name: string, type: string): ZeekColumn => ({ name, type, value: VALUE_NOTHING, constant: '-' });

const ofField = (name: string, field: string): ZeekColumn => ({
  name,
  type: 'string',
  value: VALUE_REQUEST_HEADER,
  field,
});

/** The columns of http.log, in the order of Zeek 6. */
export const ZEEK_COLUMNS: readonly ZeekColumn[] = [
  { name: 'ts', type: 'time', value: VALUE_EPOCH },
  { name: 'uid', type: 'string', value: VALUE_UID },
  { name: 'id.orig_h', type: 'addr', value: VALUE_ORIGINATOR_ADDRESS },
  { name: 'id.orig_p', type: 'port', value: VALUE_ORIGINATOR_PORT },
  { name: 'id.resp_h', type: 'addr', value: VALUE_SERVER_ADDRESS },
  { name: 'id.resp_p', type: 'port', value: VALUE_SERVER_PORT },
  { name: 'trans_depth', type: 'count', value: VALUE_TRANSACTION },
  { name: 'method', type: 'string', value: VALUE_METHOD },
  ofField('host', 'host'),
  { name: 'uri', type: 'string', value: VALUE_UNESCAPED_TARGET },
  ofField('referrer', 'referer'),
  { name: 'version', type: 'string', value: VALUE_ANSWER_VERSION },
  ofField('user_agent', 'user-agent'),
  ofField('origin', 'origin'),
  { name: 'request_body_len', type: 'count', value: VALUE_REQUEST_BODY_COUNT },
  { name: 'response_body_len', type: 'count', value: VALUE_RESPONSE_BODY_COUNT },
  { name: 'status_code', type: 'count', value: VALUE_STATUS },
  { name: 'status_msg', type: 'string', value: VALUE_REASON },
  { name: 'info_code', type: 'count', value: VALUE_INFORMATION },
  unset('info_msg', 'string'),
  { name: 'tags', type: 'set[enum]', value: VALUE_NOTHING, constant: '(empty)' },
  unset('username', 'string'),
  unset('password', 'string'),
  { name: 'proxied', type: 'set[string]', value: VALUE_PROXIED, field: PROXY_FIELDS[0] ?? '' },
  ...['orig', 'resp'].flatMap((side) =>
    ['fuids', 'filenames', 'mime_types'].map((what) => unset(`${side}_${what}`, 'vector[string]')),
  ),
];

/** The lines that a file begins with; `opened` is written in local time. */
export function zeekHeader(opened: Date): Uint8Array {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [opened.getFullYear(), two(opened.getMonth() + 1), two(opened.getDate())].join('-');
  const time = [opened.getHours(), opened.getMinutes(), opened.getSeconds()].map(two).join('-');
  const lines = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\thttp',
    `#open\t${day}-${time}`,
    ['#fields', ...ZEEK_COLUMNS.map(({ name }) => name)].join('\t'),
    ['#types', ...ZEEK_COLUMNS.map(({ type }) => type)].join('\t'),
  ];
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}
