// The text format: one line a message (docs/line-format.md).
import { FIELD_CONTENT_LENGTH, FIELD_CONTENT_TYPE, FIELD_HOST, FIELD_USER_AGENT } from '../../layout/fields';
import { DOT, LF, SP } from '../bytes/ascii';
import { byte, decimal } from '../bytes/writer';
import * as fields from '../http/fields';
import { REQUEST } from '../http/head';
import * as settings from '../memory/settings';
import * as record from '../record/record';
import * as vlan from '../wire/vlan';
import * as address from './address';
import { escaped } from './escape';
import * as time from './time';
import { typeName } from './words';

/** Writes the line of the record; returns the address behind its LF. */
export function line(at: usize): usize {
  at = byte(time.dateTime(at, record.stamp), SP);
  at = byte(address.endpoint(at, record.version, record.source, record.sourcePort), SP);
  at = byte(address.endpoint(at, record.version, record.destination, record.destinationPort), SP);
  store<u16>(at, typeName(record.type));
  at = byte(at + 2, SP);
  if (settings.addVlan) at = tags(at);
  at = byte(escaped(at, record.startLine, record.startLineEnd, record.payloadEnd), SP);
  const request = record.kind === REQUEST;
  at = byte(field(at, request ? FIELD_HOST : FIELD_CONTENT_LENGTH), SP);
  return byte(field(at, request ? FIELD_USER_AGENT : FIELD_CONTENT_TYPE), LF);
}

function field(at: usize, slot: usize): usize {
  return escaped(at, fields.value(slot), fields.valueEnd(slot), record.payloadEnd);
}

/** Writes `vlan=OUTER.INNER` and a space where the packet is tagged. */
function tags(at: usize): usize {
  if (record.outerTag < 0 && record.tagCount === 0) return at;
  store<u32>(at, VLAN);
  at = byte(at + 4, EQUALS);
  if (record.outerTag >= 0) at = byte(decimal(at, record.outerTag), DOT);
  for (let i: u32 = 0; i < record.tagCount; i++) {
    at = byte(decimal(at, vlan.identifier(record.tags + <usize>i * vlan.HEADER_LENGTH)), DOT);
  }
  store<u8>(at - 1, SP);
  return at;
}

/** `vlan` as a little-endian word. */
const VLAN: u32 = 0x6e616c76;
const EQUALS = 0x3d;
