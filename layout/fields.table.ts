import {
  FIELD_CONTENT_LENGTH,
  FIELD_CONTENT_TYPE,
  FIELD_HOST,
  FIELD_TRANSFER_ENCODING,
  FIELD_USER_AGENT,
} from './fields.ts';

/** One header field that a record can hold. */
export interface Field {
  /** Slot of `http/head`. */
  readonly slot: number;
  /** Name as RFC 9110 writes it; compared without regard to case. */
  readonly name: string;
  readonly help: string;
}

/** The header fields of a record, in the order of their slots. */
export const FIELDS: readonly Field[] = [
  { slot: FIELD_CONTENT_LENGTH, name: 'Content-Length', help: 'length of the body in bytes, as sent' },
  { slot: FIELD_TRANSFER_ENCODING, name: 'Transfer-Encoding', help: 'tells that the end of the body is not known' },
  { slot: FIELD_HOST, name: 'Host', help: 'host and port that the request asks for' },
  { slot: FIELD_USER_AGENT, name: 'User-Agent', help: 'program that sent the request' },
  { slot: FIELD_CONTENT_TYPE, name: 'Content-Type', help: 'media type of the body' },
];
