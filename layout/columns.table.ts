import {
  VALUE_CLIENT_ADDRESS,
  VALUE_CLIENT_PORT,
  VALUE_CONTENT_TYPE,
  VALUE_METHOD,
  VALUE_NETWORK_TYPE,
  VALUE_NOTHING,
  VALUE_PEER_ADDRESS,
  VALUE_PEER_PORT,
  VALUE_PROTOCOL_VERSION,
  VALUE_REASON,
  VALUE_REQUEST_BODY_SIZE,
  VALUE_REQUEST_HEADER,
  VALUE_REQUEST_START_LINE,
  VALUE_RESPONSE_BODY_SIZE,
  VALUE_RESPONSE_START_LINE,
  VALUE_SERVER_ADDRESS,
  VALUE_SERVER_PORT,
  VALUE_STATUS,
  VALUE_TARGET,
  VALUE_TIMESTAMP,
  VALUE_TYPE,
  VALUE_URL_DOMAIN,
  VALUE_URL_PATH,
  VALUE_URL_PORT,
  VALUE_URL_QUERY,
  VALUE_URL_SCHEME,
  VALUE_VLAN,
} from './columns.ts';
import { FIELD_HOST, FIELD_USER_AGENT } from './fields.ts';
import { TRANSACTION_COLUMNS } from './transaction-columns.table.ts';

/** What a value is: text, a whole number, or true and false. */
export type ColumnKind = 'text' | 'number' | 'truth';

/** Which lines of json have a column: all, those of -pair, of -pair with -assemble, of -add_vlan, of -host, or none (tsv alone). */
export type ColumnUse = 'always' | 'pair' | 'assemble' | 'vlan' | 'host' | 'tsv';

/** One value of a record. */
export interface Column {
  /** A value of layout/columns. */
  readonly value: number;
  /** Slot of a header field that every run has. */
  readonly slot?: number;
  /** Name in json, and of a column in tsv. */
  readonly key: string;
  /** Short name: of a column in tsv, and in SQL. */
  readonly short: string;
  readonly kind: ColumnKind;
  readonly json: ColumnUse;
  /** What the key alone says: its value is always the same. */
  readonly always?: string;
  readonly help: string;
}

/** The key of the host that saw a record: what it says is the same in a whole run. */
export const HOST_KEY = 'host.name';

/** Every value of a record but header fields, in the order that json has. */
export const COLUMNS: readonly Column[] = [
  {
    value: VALUE_TIMESTAMP,
    key: 'timestamp',
    short: 'time',
    kind: 'text',
    json: 'always',
    help: 'capture time of the first packet: RFC 3339, UTC, nanoseconds',
  },
  {
    value: VALUE_NOTHING,
    key: HOST_KEY,
    short: 'host_name',
    kind: 'text',
    json: 'host',
    help: 'name of the host that saw it: that of `-host`',
  },
  {
    value: VALUE_TYPE,
    key: 'httplog.type',
    short: 'type',
    kind: 'text',
    json: 'always',
    help: '`CQ`, `CR`, `SQ` or `SR`; of a transaction that of its request, without one that of the answer',
  },
  {
    value: VALUE_CLIENT_ADDRESS,
    key: 'client.address',
    short: 'client',
    kind: 'text',
    json: 'always',
    help: 'address of the client; behind a proxy the one that the field of `-client_header` names',
  },
  {
    value: VALUE_CLIENT_PORT,
    key: 'client.port',
    short: 'client_port',
    kind: 'number',
    json: 'always',
    help: 'its port; absent where a proxy named the client',
  },
  {
    value: VALUE_SERVER_ADDRESS,
    key: 'server.address',
    short: 'server',
    kind: 'text',
    json: 'always',
    help: 'address of the server',
  },
  {
    value: VALUE_SERVER_PORT,
    key: 'server.port',
    short: 'server_port',
    kind: 'number',
    json: 'always',
    help: 'its port',
  },
  {
    value: VALUE_PEER_ADDRESS,
    key: 'network.peer.address',
    short: 'peer',
    kind: 'text',
    json: 'always',
    help: 'where a proxy named the client: the address that the connection came from',
  },
  {
    value: VALUE_PEER_PORT,
    key: 'network.peer.port',
    short: 'peer_port',
    kind: 'number',
    json: 'always',
    help: 'its port',
  },
  {
    value: VALUE_NETWORK_TYPE,
    key: 'network.type',
    short: 'network',
    kind: 'text',
    json: 'always',
    help: '`ipv4` or `ipv6`',
  },
  {
    value: VALUE_VLAN,
    key: 'httplog.vlan',
    short: 'vlan',
    kind: 'text',
    json: 'vlan',
    help: 'numbers of the VLAN tags, outermost first, dots between them',
  },
  {
    value: VALUE_NOTHING,
    key: 'network.protocol.name',
    short: 'protocol',
    kind: 'text',
    json: 'always',
    always: 'http',
    help: 'always `http`',
  },
  {
    value: VALUE_PROTOCOL_VERSION,
    key: 'network.protocol.version',
    short: 'version',
    kind: 'text',
    json: 'always',
    help: 'version of the request, else of the answer: `1.1`',
  },
  {
    value: VALUE_METHOD,
    key: 'http.request.method',
    short: 'method',
    kind: 'text',
    json: 'always',
    help: 'method, as sent',
  },
  {
    value: VALUE_TARGET,
    key: 'httplog.request.target',
    short: 'target',
    kind: 'text',
    json: 'tsv',
    help: 'target of the request line, as sent',
  },
  {
    value: VALUE_URL_SCHEME,
    key: 'url.scheme',
    short: 'scheme',
    kind: 'text',
    json: 'always',
    help: 'scheme of a target that is a whole URL, else `http`',
  },
  {
    value: VALUE_URL_DOMAIN,
    key: 'url.domain',
    short: 'domain',
    kind: 'text',
    json: 'always',
    help: 'host that was asked for, without its port: from the target, else from Host',
  },
  {
    value: VALUE_URL_PORT,
    key: 'url.port',
    short: 'url_port',
    kind: 'number',
    json: 'always',
    help: 'its port, where one is named',
  },
  { value: VALUE_URL_PATH, key: 'url.path', short: 'path', kind: 'text', json: 'always', help: 'target up to the `?`' },
  {
    value: VALUE_URL_QUERY,
    key: 'url.query',
    short: 'query',
    kind: 'text',
    json: 'always',
    help: 'target behind the `?`',
  },
  {
    value: VALUE_REQUEST_HEADER,
    slot: FIELD_HOST,
    key: 'httplog.request.host',
    short: 'host',
    kind: 'text',
    json: 'tsv',
    help: 'Host field, as sent',
  },
  {
    value: VALUE_REQUEST_HEADER,
    slot: FIELD_USER_AGENT,
    key: 'user_agent.original',
    short: 'agent',
    kind: 'text',
    json: 'always',
    help: 'User-Agent field',
  },
  {
    value: VALUE_REQUEST_START_LINE,
    key: 'httplog.request.start_line',
    short: 'request_line',
    kind: 'text',
    json: 'always',
    help: 'request line, where it is no method, target and version',
  },
  {
    value: VALUE_REQUEST_BODY_SIZE,
    key: 'http.request.body.size',
    short: 'request_length',
    kind: 'number',
    json: 'always',
    help: 'bytes of the request’s body after transfer decoding; without `-assemble` what Content-Length says',
  },
  {
    value: VALUE_STATUS,
    key: 'http.response.status_code',
    short: 'status',
    kind: 'number',
    json: 'always',
    help: 'status code of the answer',
  },
  {
    value: VALUE_REASON,
    key: 'httplog.response.reason',
    short: 'reason',
    kind: 'text',
    json: 'tsv',
    help: 'reason phrase of the answer',
  },
  {
    value: VALUE_RESPONSE_START_LINE,
    key: 'httplog.response.start_line',
    short: 'status_line',
    kind: 'text',
    json: 'always',
    help: 'status line, where it breaks off before the status code',
  },
  {
    value: VALUE_RESPONSE_BODY_SIZE,
    key: 'http.response.body.size',
    short: 'length',
    kind: 'number',
    json: 'always',
    help: 'bytes of the answer’s body after transfer decoding; without `-assemble` what Content-Length says',
  },
  {
    value: VALUE_CONTENT_TYPE,
    key: 'httplog.content_type',
    short: 'content_type',
    kind: 'text',
    json: 'always',
    help: 'Content-Type field of the answer; without `-pair` of the message',
  },
  ...TRANSACTION_COLUMNS,
];
