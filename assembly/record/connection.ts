// The connection that a half of a record came over: what stands at the beginning of the half's struct.
import { ABSENT } from './absent';

const VERSION = 0;
const TYPE = 4;
const CLIENT_PORT = 8;
const SERVER_PORT = 12;
const CLIENT = 16;
const SERVER = 32;
const BEGIN = 48;
const CONNECT = 56;
const OUTER_TAG = 64;

/** Sets the connection: addresses of 4 or 16 bytes, and the message type that tells which end is here. */
export function ofConnection(
  half: usize,
  version: u32,
  type: u32,
  client: usize,
  clientPort: u32,
  server: usize,
  serverPort: u32,
): void {
  store<u32>(half, version, VERSION);
  store<u32>(half, type, TYPE);
  store<u32>(half, clientPort, CLIENT_PORT);
  store<u32>(half, serverPort, SERVER_PORT);
  v128.store(half, version === 6 ? v128.load(client) : v128.load32_zero(client), CLIENT);
  v128.store(half, version === 6 ? v128.load(server) : v128.load32_zero(server), SERVER);
  store<u64>(half, ABSENT, BEGIN);
  store<u64>(half, ABSENT, CONNECT);
  store<i32>(half, -1, OUTER_TAG);
}

/** 4 or 6. */
export function version(half: usize): u32 {
  return load<u32>(half, VERSION);
}

/** A message type of layout/types; of a transaction that of its request. */
export function type(half: usize): u32 {
  return load<u32>(half, TYPE);
}

export function client(half: usize): usize {
  return half + CLIENT;
}

export function server(half: usize): usize {
  return half + SERVER;
}

export function clientPort(half: usize): u32 {
  return load<u32>(half, CLIENT_PORT);
}

export function serverPort(half: usize): u32 {
  return load<u32>(half, SERVER_PORT);
}

/** Stamp of the first packet that was seen of the connection, or `ABSENT`. */
export function begin(half: usize): u64 {
  return load<u64>(half, BEGIN);
}

export function setBegin(half: usize, stamp: u64): void {
  store<u64>(half, stamp, BEGIN);
}

/** Nanoseconds from the SYN to the ACK that ends the handshake, or `ABSENT`. */
export function connect(half: usize): u64 {
  return load<u64>(half, CONNECT);
}

export function setConnect(half: usize, time: u64): void {
  store<u64>(half, time, CONNECT);
}

/** Number of the VLAN whose tag the kernel took off, or -1. */
export function outerTag(half: usize): i32 {
  return load<i32>(half, OUTER_TAG);
}

export function setOuterTag(half: usize, tag: i32): void {
  store<i32>(half, tag, OUTER_TAG);
}
