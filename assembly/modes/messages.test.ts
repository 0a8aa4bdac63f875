import { expect, test } from 'vitest';
import { latin1 } from '../../test/support/bytes.ts';
import { pcap } from '../../test/support/capture-file.ts';
import { ethernet } from '../../test/support/frames.ts';
import { ipv4, tcp } from '../../test/support/packets.ts';
import { transactionLines } from '../../test/support/transaction-lines.ts';

const CLIENT = { source: '192.0.2.1', destination: '198.51.100.7', sourcePort: 40000, destinationPort: 80 };
const SERVER = { source: '198.51.100.7', destination: '192.0.2.1', sourcePort: 80, destinationPort: 40000 };
const SYN = 0x02;
const SYN_ACK = 0x12;

test('an answer that switches to another protocol has its times too, its head in several packets or one', () => {
  const ask = 'GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n';
  const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
  const acknowledgment = 1001 + ask.length;
  const packets = [
    ipv4(CLIENT, tcp({ ...CLIENT, sequence: 1000, flags: SYN }, latin1(''))),
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5000, acknowledgment: 1001, flags: SYN_ACK }, latin1(''))),
    ipv4(CLIENT, tcp({ ...CLIENT, sequence: 1001, acknowledgment: 5001 }, latin1(ask))),
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5001, acknowledgment }, latin1(answer.slice(0, 10)))),
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5011, acknowledgment }, latin1(answer.slice(10)))),
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5001 + answer.length, acknowledgment }, latin1('later'))),
  ];
  const file = pcap(packets.map((packet, i) => ({ time: BigInt(i + 1) * 1_000_000n, bytes: ethernet(packet) })));
  const columns = ['status', 'request', 'ttfb', 'response', 'duration', 'complete'];
  expect(transactionLines(file, columns, true)).toEqual(['101\t0\t1000\t1000\t2000\ttrue']);
});

test('an answer whose request was not seen is a transaction of its connection too, and has a number', () => {
  const ask = 'GET / HTTP/1.1\r\n\r\n';
  const answer = 'HTTP/1.1 204 No Content\r\n\r\n';
  const packets = [
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5001, acknowledgment: 1001 }, latin1(answer))),
    ipv4(CLIENT, tcp({ ...CLIENT, sequence: 1001, acknowledgment: 5001 + answer.length }, latin1(ask))),
    ipv4(SERVER, tcp({ ...SERVER, sequence: 5001 + answer.length, acknowledgment: 1001 + ask.length }, latin1(answer))),
  ];
  const file = pcap(packets.map((packet, i) => ({ time: BigInt(i + 1), bytes: ethernet(packet) })));
  for (const assemble of [false, true]) {
    expect(transactionLines(file, ['transaction', 'method', 'status'], assemble)).toEqual(['1\t\t204', '2\tGET\t204']);
  }
});
