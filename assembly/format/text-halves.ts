// The text format of records that stand in halves: lines of transactions, and of messages like those of format/text.
import { FIELD_CONTENT_LENGTH, FIELD_CONTENT_TYPE, FIELD_HOST, FIELD_USER_AGENT } from '../../layout/fields';
import { DOT, LF, SP } from '../bytes/ascii';
import { byte, decimal64, three } from '../bytes/writer';
import { isNumber } from '../http/head';
import * as settings from '../memory/settings';
import { ABSENT } from '../record/absent';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as measures from '../record/measures';
import { present, request, response } from '../record/record';
import * as sizes from '../record/sizes';
import * as address from './address';
import { escaped } from './escape';
import * as time from './time';
import { tagsOf, typeName, VLAN_EQUALS } from './words';

/** Writes a transaction's line; returns the address behind its LF. */
export function transaction(at: usize): usize {
  at = beginning(at, true);
  at = byte(requestFields(at), SP);
  at = byte(status(at), SP);
  at = byte(length(at, request), SP);
  at = byte(isKnownBodiless() ? at : length(at, response), SP);
  return byte(milliseconds(at, measures.duration()), LF);
}

/** Writes a single message's line; returns the address behind its LF. */
export function message(at: usize): usize {
  at = beginning(at, request !== 0);
  if (request !== 0) return byte(requestFields(at), LF);
  at = byte(startLine(at, response), SP);
  at = byte(field(at, response, FIELD_CONTENT_LENGTH), SP);
  return byte(field(at, response, FIELD_CONTENT_TYPE), LF);
}

/** Writes what both have in front, the client's end first or the server's. */
function beginning(at: usize, clientFirst: bool): usize {
  const ends = present();
  at = byte(time.dateTime(at, measures.stamp()), SP);
  at = byte(clientFirst ? clientEnd(at, ends) : serverEnd(at, ends), SP);
  at = byte(clientFirst ? serverEnd(at, ends) : clientEnd(at, ends), SP);
  store<u16>(at, typeName(connection.type(ends)));
  at = byte(at + 2, SP);
  return settings.addVlan ? tags(at, ends) : at;
}

function clientEnd(at: usize, ends: usize): usize {
  return address.endpoint(at, connection.version(ends), connection.client(ends), connection.clientPort(ends));
}

function serverEnd(at: usize, ends: usize): usize {
  return address.endpoint(at, connection.version(ends), connection.server(ends), connection.serverPort(ends));
}

/** Writes the request line, Host and User-Agent, empty where there is no request. */
function requestFields(at: usize): usize {
  if (request === 0) return byte(byte(at, SP), SP);
  at = byte(startLine(at, request), SP);
  at = byte(field(at, request, FIELD_HOST), SP);
  return field(at, request, FIELD_USER_AGENT);
}

function startLine(at: usize, message: usize): usize {
  return escaped(at, half.startLine(message), half.startLineEnd(message), half.bound(message));
}

function field(at: usize, message: usize, slot: usize): usize {
  return escaped(at, half.value(message, slot), half.valueEnd(message, slot), half.bound(message));
}

function status(at: usize): usize {
  const code = response === 0 ? 0 : half.status(response);
  return code === 0 ? at : three(at, code);
}

/** Whether the answer was followed and has no body, whatever its Content-Length announces. */
function isKnownBodiless(): bool {
  return settings.assemble && response !== 0 && sizes.isBodiless();
}

/**
 * Writes the bytes of the body as they were counted, or as Content-Length says, where that is a number: anything else could
 * pass for the fields beside it, which are counted from the line's end.
 */
function length(at: usize, message: usize): usize {
  if (message === 0) return at;
  const counted = half.bodyBytes(message);
  if (counted !== ABSENT) return decimal64(at, counted);
  const announced = half.value(message, FIELD_CONTENT_LENGTH);
  return isNumber(announced, half.valueEnd(message, FIELD_CONTENT_LENGTH))
    ? field(at, message, FIELD_CONTENT_LENGTH)
    : at;
}

/** Writes nanoseconds as milliseconds with three decimals, truncated. */
function milliseconds(at: usize, nanoseconds: u64): usize {
  if (nanoseconds === ABSENT) return at;
  const whole = nanoseconds / 1000000;
  at = byte(decimal64(at, whole), DOT);
  return three(at, <u32>(nanoseconds - whole * 1000000) / 1000);
}

function tags(at: usize, message: usize): usize {
  store<u64>(at, VLAN_EQUALS);
  const behind = tagsOf(at + 5, message);
  return behind === 0 ? at : byte(behind, SP);
}
