// The values of columns, by number (layout/columns): each is written at `at` in the format's way, and the address behind it
// returned; 0 where the record lacks it.
import {
  VALUE_CLIENT_ADDRESS,
  VALUE_CLIENT_PORT,
  VALUE_COMPLETE,
  VALUE_CONNECT,
  VALUE_CONTENT_TYPE,
  VALUE_DURATION,
  VALUE_IDLE,
  VALUE_INFORMATION,
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
  VALUE_REQUEST_TIME,
  VALUE_REQUEST_WIRE_BYTES,
  VALUE_RESPONSE_BODY_SIZE,
  VALUE_RESPONSE_HEADER,
  VALUE_RESPONSE_START_LINE,
  VALUE_RESPONSE_TIME,
  VALUE_RESPONSE_WIRE_BYTES,
  VALUE_RETRANSMISSIONS,
  VALUE_SERVER_ADDRESS,
  VALUE_SERVER_PORT,
  VALUE_STATUS,
  VALUE_TARGET,
  VALUE_TIMESTAMP,
  VALUE_TRANSACTION,
  VALUE_TTFB,
  VALUE_TYPE,
  VALUE_URL_DOMAIN,
  VALUE_URL_PATH,
  VALUE_URL_PORT,
  VALUE_URL_QUERY,
  VALUE_URL_SCHEME,
  VALUE_VLAN,
} from '../../layout/columns';
import { FIELD_CONTENT_TYPE, FIELD_HOST } from '../../layout/fields';
import { COLON } from '../bytes/ascii';
import { decimal, decimal64 } from '../bytes/writer';
import * as requestLine from '../http/request-line';
import * as settings from '../memory/settings';
import { ABSENT } from '../record/absent';
import * as client from '../record/client';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as measures from '../record/measures';
import { present, request, response } from '../record/record';
import * as sizes from '../record/sizes';
import * as address from './address';
import * as statusLine from './status-line';
import { own, string } from './strings';
import * as time from './time';
import { tagsOf, typeName } from './words';
import * as zeek from './zeek';

/** Writes a value; `slot` is that of a header field. */
export function value(at: usize, number: u32, slot: usize): usize {
  switch (number) {
    case VALUE_NOTHING:
      return at;
    case VALUE_TIMESTAMP:
      return time.utc(at, measures.stamp());
    case VALUE_TYPE:
      return own(at, typeName(connection.type(present())), 2);
    case VALUE_CLIENT_ADDRESS:
      return clientAddress(at);
    case VALUE_CLIENT_PORT:
      return client.address !== 0 ? 0 : decimal(at, connection.clientPort(present()));
    case VALUE_SERVER_ADDRESS:
      return address.bare(at, connection.version(present()), connection.server(present()));
    case VALUE_SERVER_PORT:
      return decimal(at, connection.serverPort(present()));
    case VALUE_PEER_ADDRESS:
      return client.address === 0 ? 0 : peerAddress(at);
    case VALUE_PEER_PORT:
      return client.address === 0 ? 0 : decimal(at, connection.clientPort(present()));
    case VALUE_PROTOCOL_VERSION:
      return protocolVersion(at);
    case VALUE_NETWORK_TYPE:
      return own(at, connection.version(present()) === 4 ? IPV4 : IPV6, 4);
    case VALUE_VLAN:
      return tagsOf(at, present());
    case VALUE_METHOD:
      return ofRequest(at, requestLine.method, requestLine.methodEnd);
    case VALUE_TARGET:
      return ofRequest(at, requestLine.target, requestLine.targetEnd);
    case VALUE_URL_SCHEME:
      return urlScheme(at);
    case VALUE_URL_DOMAIN:
      return urlDomain(at);
    case VALUE_URL_PORT:
      return urlPort(at);
    case VALUE_URL_PATH:
      return ofRequest(at, requestLine.path, requestLine.pathEnd);
    case VALUE_URL_QUERY:
      return ofRequest(at, requestLine.query, requestLine.queryEnd);
    case VALUE_STATUS:
      return count(at, response === 0 ? 0 : half.status(response));
    case VALUE_REASON:
      return statusLine.reason(at);
    case VALUE_REQUEST_BODY_SIZE:
      return size(at, sizes.ofRequest());
    case VALUE_RESPONSE_BODY_SIZE:
      return size(at, sizes.ofResponse());
    case VALUE_CONTENT_TYPE:
      return header(at, settings.pair ? response : present(), FIELD_CONTENT_TYPE);
    case VALUE_REQUEST_HEADER:
      return header(at, request, slot);
    case VALUE_RESPONSE_HEADER:
      return header(at, response, slot);
    default:
      return number <= <u32>VALUE_RESPONSE_START_LINE ? ofTransaction(at, number) : zeek.value(at, number, slot);
  }
}

function ofTransaction(at: usize, number: u32): usize {
  switch (number) {
    case VALUE_DURATION:
      return microseconds(at, measures.duration());
    case VALUE_CONNECT:
      return microseconds(at, connection.connect(present()));
    case VALUE_REQUEST_TIME:
      return microseconds(at, measures.requestTime());
    case VALUE_TTFB:
      return microseconds(at, measures.ttfb());
    case VALUE_RESPONSE_TIME:
      return microseconds(at, measures.responseTime());
    case VALUE_IDLE:
      return request === 0 ? 0 : microseconds(at, half.idle(request));
    case VALUE_REQUEST_WIRE_BYTES:
      return request === 0 ? 0 : size(at, half.wireBytes(request));
    case VALUE_RESPONSE_WIRE_BYTES:
      return response === 0 ? 0 : size(at, half.wireBytes(response));
    case VALUE_RETRANSMISSIONS:
      return decimal64(at, retransmissions(request) + retransmissions(response));
    case VALUE_TRANSACTION:
      return count(at, half.number(present()));
    case VALUE_COMPLETE:
      return response !== 0 && half.isComplete(response) ? own(at, TRUE, 4) : own(at, FALSE, 5);
    case VALUE_INFORMATION:
      return count(at, information());
    case VALUE_REQUEST_START_LINE:
      return requestLine.wellFormed ? 0 : ofRequest(at, half.startLine(request), half.startLineEnd(request));
    case VALUE_RESPONSE_START_LINE:
      return response === 0 || half.status(response) !== 0 ? 0 : statusLine.whole(at);
    default:
      return 0;
  }
}

/** `true` and `false`, `ipv4`, `ipv6` and `http` as little-endian words. */
const TRUE: u64 = 0x65757274;
const FALSE: u64 = 0x65736c6166;
const IPV4: u64 = 0x34767069;
const IPV6: u64 = 0x36767069;
const HTTP: u64 = 0x70747468;

/** Writes the client's address: the one that a proxy names, or the peer's. */
export function clientAddress(at: usize): usize {
  if (client.address === 0) return peerAddress(at);
  return string(at, client.address, client.addressEnd, client.addressEnd);
}

function peerAddress(at: usize): usize {
  return address.bare(at, connection.version(present()), connection.client(present()));
}

/** Writes the version of the request, or of the answer where the request tells none. */
function protocolVersion(at: usize): usize {
  if (requestLine.version === 0) return statusLine.version(at);
  return ofRequest(at, requestLine.version, requestLine.versionEnd);
}

/** Writes a part of the request's start line; 0 where the part is. */
function ofRequest(at: usize, from: usize, end: usize): usize {
  return from === 0 ? 0 : string(at, from, end, half.bound(request));
}

/** Writes a header field's value; 0 where there is no such message or it lacks the field. */
export function header(at: usize, message: usize, slot: usize): usize {
  if (message === 0) return 0;
  return string(at, half.value(message, slot), half.valueEnd(message, slot), half.bound(message));
}

function urlScheme(at: usize): usize {
  if (request === 0) return 0;
  return requestLine.scheme === 0 ? own(at, HTTP, 4) : ofRequest(at, requestLine.scheme, requestLine.schemeEnd);
}

/** Where the host that the request asks for stands: in an absolute target, which counts first, or in the Host field. */
function urlAuthority(): usize {
  if (request === 0) return 0;
  return requestLine.authority !== 0 ? requestLine.authority : half.value(request, FIELD_HOST);
}

function urlAuthorityEnd(): usize {
  return requestLine.authority !== 0 ? requestLine.authorityEnd : half.valueEnd(request, FIELD_HOST);
}

function urlDomain(at: usize): usize {
  const from = urlAuthority();
  if (from === 0) return 0;
  const end = urlAuthorityEnd();
  const port = requestLine.portOf(from, end);
  const domainEnd = port === end ? end : port - 1;
  return domainEnd === from ? 0 : ofRequest(at, from, domainEnd);
}

function urlPort(at: usize): usize {
  const from = urlAuthority();
  if (from === 0) return 0;
  const end = urlAuthorityEnd();
  const port = requestLine.portOf(from, end);
  return port === end || load<u8>(port - 1) !== COLON ? 0 : decimal(at, requestLine.portNumber(port, end));
}

function retransmissions(message: usize): u64 {
  return message === 0 ? 0 : half.retransmissions(message);
}

/** Status code of the interim answer, which is kept with the request until the final one comes. */
function information(): u32 {
  const early = request === 0 ? 0 : half.information(request);
  return early === 0 && response !== 0 ? half.information(response) : early;
}

/** Writes a number that is absent where it is 0. */
function count(at: usize, number: u32): usize {
  return number === 0 ? 0 : decimal(at, number);
}

function size(at: usize, bytes: u64): usize {
  return bytes === ABSENT ? 0 : decimal64(at, bytes);
}

function microseconds(at: usize, nanoseconds: u64): usize {
  return nanoseconds === ABSENT ? 0 : decimal64(at, nanoseconds / 1000);
}
