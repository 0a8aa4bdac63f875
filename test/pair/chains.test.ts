// The hash chains of the flow table: nobody can choose addresses and ports that meet in one.
import { expect, test } from 'vitest';
import { REGION_BUCKETS } from '../../layout/directory.ts';
import { BUCKET_BYTES } from '../../layout/flows.ts';
import { dataOf } from '../../src/pipeline/memory.ts';
import { latin1 } from '../support/bytes.ts';
import { pcap } from '../support/capture-file.ts';
import { ACK, BEGIN, PSH, packetOf } from '../support/conversation.ts';
import { LongRun } from '../support/long-run.ts';

const COUNT = 4096;
/** Of an entry: where the address of the chain's next one stands. */
const CHAIN_NEXT = 0;

/** A request each of clients of one /64 network, whose address has their port at this bit of its second half. */
function requests(bit: bigint): Uint8Array {
  const packets = Array.from({ length: COUNT }, (_, i) => {
    const clientPort = 1024 + i;
    const half = Buffer.alloc(8);
    half.writeBigUInt64LE(BigInt(clientPort) << bit);
    const groups = [0, 2, 4, 6].map((at) => half.readUInt16BE(at).toString(16));
    const ends = { client: `2001:db8:0:0:${groups.join(':')}`, clientPort, server: '2001:db8::7', serverPort: 80 };
    const payload = latin1('GET / HTTP/1.1\r\n\r\n');
    return packetOf(ends, { from: 'client', sequence: 1, acknowledgment: 1, flags: PSH | ACK, payload, time: BEGIN });
  });
  return pcap(packets, { resolution: 'nano' });
}

/** How many flows stand in each hash chain. */
function chainLengths(memory: WebAssembly.Memory): number[] {
  const buckets = dataOf(memory, REGION_BUCKETS);
  const words = new DataView(memory.buffer);
  return Array.from({ length: buckets.byteLength / BUCKET_BYTES }, (_, i) => {
    let length = 0;
    for (let flow = buckets.getUint32(BUCKET_BYTES * i, true); flow !== 0; length++)
      flow = words.getUint32(flow + CHAIN_NEXT, true);
    return length;
  });
}

// Were the words of the key joined before they are mixed, port and address would take each other away: at 20 where the client
// stands first in the key, at 38 where it stands last.
test.each([
  [20n, false],
  [38n, true],
  [0n, true],
])('the port at bit %i of the address, whole streams: %s', (bit, assemble) => {
  const file = requests(bit);
  const run = new LongRun({ assemble, fields: ['target'], flows: COUNT, slabs: COUNT, input: file.length });
  run.walk(file);
  const lengths = chainLengths(run.memory);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(COUNT);
  expect(Math.max(...lengths)).toBeLessThan(20);
});
