// The record: what is known of one message, private to the packet code. Its spans are borrowed from the packet: valid
// until the block or the input is released. `http/fields` holds the header fields' spans.
import { TYPE_CQ, TYPE_CR, TYPE_SQ, TYPE_SR } from '../../layout/types';
import { startLine as headStartLine, startLineEnd as headStartLineEnd, REQUEST } from '../http/head';
import * as decode from '../wire/decode';
import * as vlan from '../wire/vlan';
import * as connection from './connection';
import * as half from './half';
import * as local from './local';

/** Room for the halves of the record at hand. */
const requestRoom: usize = memory.data(half.HALF_BYTES, 16);
const responseRoom: usize = memory.data(half.HALF_BYTES, 16);

/** The request of the record at hand, a half; 0 where it has none. */
export let request: usize = 0;
/** The answer, or 0. */
export let response: usize = 0;

/** Capture time, nanoseconds since 1970. */
export let stamp: u64 = 0;
/** Number of the VLAN whose tag the kernel took off, or -1. */
export let outerTag: i32 = -1;
/** 4 or 6. */
export let version: u32 = 0;
export let source: usize = 0;
export let sourcePort: u32 = 0;
export let destination: usize = 0;
export let destinationPort: u32 = 0;
/** VLAN tags in the packet. */
export let tags: usize = 0;
export let tagCount: u32 = 0;
/** `REQUEST` or `RESPONSE` of http/head. */
export let kind: u32 = 0;
/** A message type of layout/types. */
export let type: u32 = 0;
export let startLine: usize = 0;
export let startLineEnd: usize = 0;
/** End of the payload that all spans are parts of. */
export let payloadEnd: usize = 0;

/** Begins the records of a packet. */
export function ofPacket(time: u64, tag: i32): void {
  stamp = time;
  outerTag = tag;
}

/** Completes the record with what was decoded of the packet and the message in it that `http/head` has read. */
export function ofMessage(messageKind: u32): void {
  version = decode.version;
  source = decode.source;
  sourcePort = decode.sourcePort;
  destination = decode.destination;
  destinationPort = decode.destinationPort;
  tags = decode.tags;
  tagCount = decode.tagCount;
  payloadEnd = decode.payloadEnd;
  kind = messageKind;
  startLine = headStartLine;
  startLineEnd = headStartLineEnd;
  type = typeOf(messageKind === REQUEST);
}

/** Makes the half of the message, from which formats other than the text are written. */
export function halve(): void {
  empty();
  const asked = kind === REQUEST;
  const message = asked ? makeRequest() : makeResponse();
  half.ofHead(message, stamp, 0, 0, payloadEnd);
  describe(message);
}

/** Tells a half of the connection of the message that `ofMessage` took up. */
export function describe(message: usize): void {
  if (kind === REQUEST)
    connection.ofConnection(message, version, type, source, sourcePort, destination, destinationPort);
  else connection.ofConnection(message, version, type, destination, destinationPort, source, sourcePort);
  tag(message);
}

/** Tells a half of the VLAN tags of the packet that was decoded. */
export function tag(message: usize): void {
  const end = decode.tags + <usize>decode.tagCount * vlan.HEADER_LENGTH;
  half.setTags(message, outerTag, decode.tagCount === 0 ? 0 : decode.tags, decode.tagCount === 0 ? 0 : end);
}

/** A half that is there: the request, else the answer. Both tell of the connection. */
export function present(): usize {
  return request !== 0 ? request : response;
}

/** Replaces the halves by settled ones, in which other things may stand; 0 where there is none. */
export function replace(settledRequest: usize, settledResponse: usize): void {
  request = settledRequest;
  response = settledResponse;
}

/** Begins a record that has neither half yet. */
export function empty(): void {
  request = 0;
  response = 0;
}

/** The room for the request, which the record has from now on. */
export function makeRequest(): usize {
  request = requestRoom;
  return request;
}

/** The room for the answer, which the record has from now on. */
export function makeResponse(): usize {
  response = responseRoom;
  return response;
}

/** The message's type: C… if its server's end is local or neither end is, S… if only the other end is. */
function typeOf(request: bool): u32 {
  return request ? typeBetween(true, version, source, destination) : typeBetween(false, version, destination, source);
}

/** The type of a request or answer between a client and a server, addresses of this version. */
export function typeBetween(request: bool, ipVersion: u32, client: usize, server: usize): u32 {
  const outward = !local.isLocal(ipVersion, server) && local.isLocal(ipVersion, client);
  if (request) return outward ? TYPE_SQ : TYPE_CQ;
  return outward ? TYPE_SR : TYPE_CR;
}
