// What bounds a line and a table, from outside: a frame full of tags, a link type that is not read, a quiet thread.
import { expect, test } from 'vitest';
import { STOP_MORE } from '../layout/stops.ts';
import { encode } from '../src/linux/socket-filter-abi.ts';
import { writeLocal } from '../src/pipeline/local-addresses.ts';
import { network } from '../test/support/addresses.ts';
import { join, latin1, u16 } from '../test/support/bytes.ts';
import { pcap } from '../test/support/capture-file.ts';
import { ETHERTYPE, ethernet } from '../test/support/frames.ts';
import { runFile } from '../test/support/packet-code.ts';
import { openInternals } from '../test/support/packet-internals.ts';
import { tcpPacket } from '../test/support/packets.ts';
import { enhancedPacket, interfaceDescription, sectionHeader } from '../test/support/pcapng-file.ts';

const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };
const settings = { ports: 'any', local: [], addVlan: true, split: false } as const;
const packet = tcpPacket(ENDS, latin1('GET / HTTP/1.1\r\n\r\n'));

/** A frame with so many VLAN tags; the numbers of all are 4095. */
function tagged(count: number): Uint8Array {
  const tag = join(u16(0x0fff), u16(ETHERTYPE.vlan));
  const tags = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) tags.set(tag, 4 * i);
  tags.set(u16(packet.protocol), 4 * count - 2);
  return ethernet({ protocol: ETHERTYPE.vlan, bytes: join(tags, packet.bytes) });
}

test('a frame full of tags never outgrows an area: a longer frame is cut', () => {
  const order = 'little' as const;
  const frames = [tagged(1), tagged(300_000), tagged(65_000), tagged(2)];
  const file = join(
    sectionHeader(order),
    interfaceDescription({ linkType: 1 }, order),
    ...frames.map((bytes) => enhancedPacket({ bytes, units: 0n, interface: 0 }, order)),
  );
  const { areas, counters, stop } = runFile(file, settings, 8);
  const lines = areas.flatMap(({ bytes }) => Buffer.from(bytes).toString().split('\n').slice(0, -1));
  expect(stop).toBe(STOP_MORE);
  expect(lines.map((line) => line.split('4095').length - 1)).toEqual([1, 65_000, 2]);
  expect([counters.get('packets'), counters.get('short')]).toEqual([4n, 1n]);
});

test('with a filter, frames of a link type that is not read give no line and end nothing', () => {
  const order = 'little' as const;
  const all = encode([{ code: 0x06, jt: 0, jf: 0, k: 65535 }]);
  const file = join(
    sectionHeader(order),
    interfaceDescription({ linkType: 220 }, order),
    interfaceDescription({ linkType: 1 }, order),
    enhancedPacket({ bytes: new Uint8Array(64), units: 0n, interface: 0 }, order),
    enhancedPacket({ bytes: ethernet(packet), units: 0n, interface: 1 }, order),
    enhancedPacket({ bytes: ethernet(packet), units: 0n, interface: 7 }, order),
  );
  const { counters, stop } = runFile(file, { ...settings, filters: [{ linkType: 1, program: all }] });
  expect(stop).toBe(STOP_MORE);
  expect([counters.get('messages_cq'), counters.get('not_ip')]).toEqual([1n, 2n]);
});

test('a thread to which no packet comes takes new local addresses at its ticks', () => {
  const { memory, code } = openInternals();
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) {
    expect(writeLocal(memory, [network(address)])).toBe(true);
    code.tick();
  }
});

test('pcap: a frame longer than any is no record', () => {
  const { stop } = runFile(pcap([{ bytes: new Uint8Array(262_145), time: 0n }]), settings);
  expect(stop).not.toBe(STOP_MORE);
});
