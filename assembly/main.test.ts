import { describe, expect, test } from 'vitest';
import {
  PLACE_INPUT_AT,
  PLACE_INPUT_END,
  PLACE_LEFT,
  PLACE_MISSING_LINK_TYPE,
  PLACE_PACKET,
  PLACE_STAMP,
} from '../layout/directory.ts';
import { STOP_BROKEN, STOP_DONE, STOP_LIMIT, STOP_LINK_TYPE, STOP_MORE, STOP_NO_AREA } from '../layout/stops.ts';
import { encode } from '../src/linux/socket-filter-abi.ts';
import { writeLocal } from '../src/pipeline/local-addresses.ts';
import { writeInterfaces } from '../src/pipeline/packet-settings.ts';
import { network } from '../test/support/addresses.ts';
import { join, latin1 } from '../test/support/bytes.ts';
import { pcap, pcapHeader } from '../test/support/capture-file.ts';
import { ETHERTYPE, ethernet, vlan } from '../test/support/frames.ts';
import { type Internals, type InternalsSettings, openInternals } from '../test/support/packet-internals.ts';
import { countersIn, takeLines } from '../test/support/packet-lines.ts';
import { tcpPacket } from '../test/support/packets.ts';
import { type RingPacket, ringBlock } from '../test/support/ring-block.ts';

const SECOND = 1_000_000_000n;
const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80 };
const DATE = '1970-01-01 00:00:00.000';
const CLIENT = '192.0.2.1#40000 198.51.100.7#80';

const request = (target: string, rest = ''): Uint8Array =>
  tcpPacket(ENDS, latin1(`GET ${target} HTTP/1.1\r\n\r\n${rest}`)).bytes;
const lineOf = (target: string, type = 'CQ', date = DATE): string =>
  `${date} ${CLIENT} ${type} GET ${target} HTTP/1.1  `;

function open(settings: InternalsSettings = {}): Internals {
  const internals = openInternals({ live: true, mainMode: true, ...settings });
  writeInterfaces(internals.memory, 'any');
  return internals;
}

/** Has a block walked that stands at the end of memory. */
function walk(internals: Internals, packets: readonly RingPacket[]): number {
  return internals.code.walkBlock(internals.putLast(ringBlock(packets)).at, 0);
}

function linesOf(internals: Internals): string[] {
  internals.code.tick();
  return takeLines(internals.memory);
}

const place = ({ data }: Internals, word: number): number => data.getUint32(word, true);

describe('a block of the ring', () => {
  test('a line for each message, in their order', () => {
    const internals = open();
    const packets = ['/1', '/2', '/3'].map((target) => ({ bytes: request(target), time: 1_500_000n }));
    expect(walk(internals, packets)).toBe(STOP_DONE);
    expect(linesOf(internals)).toEqual(['/1', '/2', '/3'].map((one) => lineOf(one, 'CQ', '1970-01-01 00:00:00.001')));
    const bytes = packets.reduce((sum, packet) => sum + packet.bytes.length, 0);
    expect(countersIn(internals.memory)).toEqual({ packets: 3, bytes, messages_cq: 3 });
    expect([place(internals, PLACE_PACKET), place(internals, PLACE_LEFT)]).toEqual([0, 0]);
    expect(internals.data.getBigUint64(PLACE_STAMP, true)).toBe(1_500_000n);
  });

  test('bytes are those on the wire; what the snaplen cut is a cut head', () => {
    const internals = open();
    walk(internals, [{ bytes: request('/1').subarray(0, 58), originalLength: 5000 }]);
    expect(linesOf(internals)).toEqual([lineOf('/1')]);
    expect(countersIn(internals.memory)).toEqual({ packets: 1, bytes: 5000, messages_cq: 1, heads_cut: 1 });
  });

  test('an empty block', () => {
    const internals = open();
    expect(walk(internals, [])).toBe(STOP_DONE);
    expect(countersIn(internals.memory)).toEqual({});
  });

  test('live a line that finds no area is lost and counted, and the walk goes on', () => {
    const internals = open({ areas: 1, split: true });
    const response = tcpPacket(
      { ...ENDS, sourcePort: 80, destinationPort: 9 },
      latin1('HTTP/1.1 200 OK\r\n\r\n'),
    ).bytes;
    expect(walk(internals, [{ bytes: request('/1') }, { bytes: response }, { bytes: request('/2') }])).toBe(STOP_DONE);
    expect(countersIn(internals.memory)).toMatchObject({
      packets: 3,
      messages_cq: 2,
      messages_cr: 1,
      lines_no_area: 1,
    });
    expect(linesOf(internals)).toEqual([lineOf('/1'), lineOf('/2')]);
    walk(internals, [{ bytes: response }]);
    expect(linesOf(internals)).toHaveLength(1);
    expect(countersIn(internals.memory)).toMatchObject({ messages_cr: 2, lines_no_area: 1 });
  });

  test('the packet limit is exact, and once reached stays', () => {
    for (const limit of [0, 1, 4, 5]) {
      const internals = open({ limit });
      const packets = [1, 2, 3, 4, 5].map((i) => ({ bytes: request(`/${i}`) }));
      expect(walk(internals, packets)).toBe(STOP_LIMIT);
      expect(countersIn(internals.memory).packets ?? 0).toBe(limit);
      expect(walk(internals, packets)).toBe(STOP_LIMIT);
      expect(linesOf(internals)).toEqual(packets.slice(0, limit).map((_, i) => lineOf(`/${i + 1}`)));
    }
    expect(walk(open({ limit: 6 }), new Array<RingPacket>(5).fill({ bytes: request('/') }))).toBe(STOP_DONE);
  });

  test('another instance goes on where one has left', () => {
    const internals = open({ limit: 2 });
    const packets = [1, 2, 3, 4].map((i) => ({ bytes: request(`/${i}`) }));
    const { at } = internals.putLast(ringBlock(packets));
    expect(internals.code.walkBlock(at, 0)).toBe(STOP_LIMIT);
    expect(place(internals, PLACE_LEFT)).toBe(2);
    internals.data.setBigUint64(internals.code.directory_address(0) + 8, 100n, true);
    const other = openInternals({ mainMode: true }, internals.memory);
    expect(other.code.walkBlock(at, 0)).toBe(STOP_DONE);
    expect(linesOf(other)).toEqual(packets.map((_, i) => lineOf(`/${i + 1}`)));
  });

  test('only interfaces that are read count, as they are just now', () => {
    const internals = open();
    const packets = [2, 3, 4].map((interfaceIndex) => ({ bytes: request(`/${interfaceIndex}`), interfaceIndex }));
    writeInterfaces(internals.memory, [2, 4]);
    walk(internals, packets);
    writeInterfaces(internals.memory, [3]);
    walk(internals, packets);
    expect(linesOf(internals)).toEqual(['/2', '/4', '/3'].map((target) => lineOf(target)));
    expect(countersIn(internals.memory)).toMatchObject({ packets: 6, other_interface: 3, messages_cq: 3 });
  });

  test('loopback is seen once; other outgoing packets stay', () => {
    const internals = open();
    walk(internals, [
      { bytes: request('/out'), hardwareType: 772, packetType: 4 },
      { bytes: request('/in'), hardwareType: 772, packetType: 0 },
      { bytes: request('/sent'), hardwareType: 1, packetType: 4 },
    ]);
    expect(linesOf(internals)).toEqual([lineOf('/in'), lineOf('/sent')]);
    expect(countersIn(internals.memory)).toMatchObject({ packets: 3, other_interface: 1 });
  });

  test('copies on other interfaces within a second are counted; all messages of a packet go with it', () => {
    const packets = [
      { bytes: request('/a', 'GET /b HTTP/1.1\r\n\r\n'), interfaceIndex: 2 },
      { bytes: request('/a', 'GET /b HTTP/1.1\r\n\r\n'), interfaceIndex: 3 },
      { bytes: request('/a', 'GET /b HTTP/1.1\r\n\r\n'), interfaceIndex: 2 },
      { bytes: request('/a', 'GET /b HTTP/1.1\r\n\r\n'), interfaceIndex: 3, time: SECOND },
    ];
    const internals = open({ copies: true });
    walk(internals, packets);
    expect(linesOf(internals)).toHaveLength(6);
    expect(countersIn(internals.memory)).toMatchObject({ packets: 4, copies: 1, messages_cq: 6 });
    const without = open({ copies: false });
    walk(without, packets);
    expect(linesOf(without)).toHaveLength(8);
    expect(countersIn(without.memory)).not.toHaveProperty('copies');
  });

  test('a packet that is refused is counted by its reason', () => {
    const internals = open({ ports: [{ first: 80, last: 80 }] });
    const segment = (text: string, ends = ENDS): RingPacket => ({ bytes: tcpPacket(ends, latin1(text)).bytes });
    walk(internals, [
      segment('body'),
      segment(''),
      segment('GET / HTTP/1.1\r\n\r\n', { ...ENDS, destinationPort: 8080 }),
      { bytes: latin1('E') },
      { bytes: request('/'), protocol: 0x0806 },
    ]);
    const counters = { no_message: 1, empty: 1, other_port: 1, short: 1, not_ip: 1 };
    expect(countersIn(internals.memory)).toMatchObject({ packets: 5, ...counters });
    expect(linesOf(internals)).toEqual([]);
  });

  test('tags: the one that the kernel took off, and those in the packet', () => {
    const internals = open({ addVlan: true });
    const inner = vlan(300, vlan(4095, tcpPacket(ENDS, latin1('GET / HTTP/1.1\r\n\r\n'))));
    walk(internals, [
      { bytes: request('/'), tag: 0xe0c8 },
      { bytes: inner.bytes, tag: 200 },
      { bytes: inner.bytes, protocol: ETHERTYPE.vlan },
      { bytes: request('/') },
    ]);
    const tags = linesOf(internals).map((line) => / CQ (.*)GET /.exec(line)?.[1]);
    expect(tags).toEqual(['vlan=200 ', 'vlan=200.300.4095 ', 'vlan=300.4095 ', '']);
  });

  test('local addresses hold from the next block on', () => {
    const internals = open();
    const typesAfter = (text: string): (string | undefined)[] => {
      expect(writeLocal(internals.memory, [network(text)])).toBe(true);
      walk(internals, [{ bytes: request('/') }]);
      return linesOf(internals).map((line) => / ([CS][QR]) /.exec(line)?.[1]);
    };
    expect(typesAfter('192.0.2.0/24')).toEqual(['SQ']);
    expect(typesAfter('198.51.100.7')).toEqual(['CQ']);
    expect(typesAfter('10.0.0.0/8')).toEqual(['CQ']);
    expect(typesAfter('0.0.0.0/0')).toEqual(['CQ']);
  });

  test('tick and finish hand over what waits', () => {
    const internals = open({ areas: 4, split: true });
    for (const hand of [internals.code.tick, internals.code.finish]) {
      walk(internals, [{ bytes: request('/') }]);
      expect(takeLines(internals.memory)).toEqual([]);
      expect(hand()).toBe(STOP_DONE);
      expect(takeLines(internals.memory)).toEqual([lineOf('/')]);
    }
  });
});

describe('a file', () => {
  function openFile(file: Uint8Array, settings: InternalsSettings = {}): Internals {
    const internals = openInternals({ scratch: 1048576, mainMode: true, ...settings });
    const { at, end } = internals.putLast(file);
    internals.data.setUint32(PLACE_INPUT_AT, at, true);
    internals.data.setUint32(PLACE_INPUT_END, end, true);
    return internals;
  }
  const fileOf = (...targets: string[]): Uint8Array =>
    pcap(targets.map((target) => ({ time: 0n, bytes: ethernet({ protocol: 0x0800, bytes: request(target) }) })));

  /** Another split takes an area, with an empty line. */
  const takeAnArea = ({ code, data }: Internals): void => {
    const at = code.areas_place(2, 20190901);
    data.setUint8(at, 10);
    code.areas_commit(2, at + 1);
  };

  test('without a free area it stops, and goes on with the same message', () => {
    const long = `/${'x'.repeat(50_000)}`;
    const payload = ['a', 'b', 'c', 'd', 'e'].map((i) => `GET ${long}${i} HTTP/1.1\r\n\r\n`).join('');
    const packet = ethernet(tcpPacket(ENDS, latin1(payload)));
    const file = pcap([0n, 1n].map((time) => ({ time, bytes: packet.slice() })));
    const internals = openFile(file, { areas: 1 });
    const lines: string[] = [];
    let stops = 0;
    let stop = internals.code.walkFile();
    for (; stop === STOP_NO_AREA && stops < 100; stop = internals.code.walkFile()) {
      lines.push(...takeLines(internals.memory));
      stops++;
    }
    lines.push(...linesOf(internals));
    expect(stop).toBe(STOP_MORE);
    expect(stops).toBe(3);
    const targets = lines.map((line) => line.slice(0, -'  '.length).slice(-'e HTTP/1.1'.length)[0]);
    expect(targets.join('')).toBe('abcdeabcde');
    expect(countersIn(internals.memory)).toMatchObject({ packets: 2, messages_cq: 10 });
  });

  test('the packet limit, also where a message waits for an area', () => {
    const internals = openFile(fileOf('/1', '/2', '/3'), { areas: 1, limit: 2, split: true });
    takeAnArea(internals);
    expect(internals.code.walkFile()).toBe(STOP_NO_AREA);
    expect(linesOf(internals)).toEqual(['']);
    expect(internals.code.walkFile()).toBe(STOP_LIMIT);
    expect(internals.code.walkFile()).toBe(STOP_LIMIT);
    expect(linesOf(internals)).toEqual([lineOf('/1'), lineOf('/2')]);
    expect(countersIn(internals.memory)).toMatchObject({ packets: 2, messages_cq: 2 });
  });

  test('the last packet of the limit gives its line though it had to wait', () => {
    const internals = openFile(fileOf('/1'), { areas: 1, limit: 1, split: true });
    takeAnArea(internals);
    expect(internals.code.walkFile()).toBe(STOP_NO_AREA);
    linesOf(internals);
    expect(internals.code.walkFile()).toBe(STOP_LIMIT);
    expect(linesOf(internals)).toEqual([lineOf('/1')]);
  });

  test('the snaplen cuts frames', () => {
    const internals = openFile(fileOf('/123456'), { snaplen: 14 + 40 + 8 });
    expect(internals.code.walkFile()).toBe(STOP_MORE);
    expect(linesOf(internals)).toEqual([`${DATE} ${CLIENT} CQ GET /123  `]);
    expect(countersIn(internals.memory)).toMatchObject({ heads_cut: 1 });
  });

  test('filter programs see the frame as it is kept, and the length that it had', () => {
    const longer = encode([
      { code: 0x80, jt: 0, jf: 0, k: 0 },
      { code: 0x35, jt: 0, jf: 1, k: request('/22').length + 14 },
      { code: 0x06, jt: 0, jf: 0, k: 65535 },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ]);
    const internals = openFile(fileOf('/1', '/22', '/3'), { filters: [{ linkType: 1, program: longer }] });
    expect(internals.code.walkFile()).toBe(STOP_MORE);
    expect(linesOf(internals)).toEqual([lineOf('/22')]);
    expect(countersIn(internals.memory)).toMatchObject({ packets: 3, filtered: 2, messages_cq: 1 });
  });

  test('a link type without its program stops the walk before the packet', () => {
    const internals = openFile(fileOf('/1'), { filters: [{ linkType: 113, program: new Uint8Array(8) }] });
    expect(internals.code.walkFile()).toBe(STOP_LINK_TYPE);
    expect(place(internals, PLACE_MISSING_LINK_TYPE)).toBe(1);
    expect(countersIn(internals.memory)).toEqual({});
  });

  test('a broken record ends it, what stands before is there', () => {
    const internals = openFile(join(fileOf('/1'), new Uint8Array(16).fill(0xff), pcapHeader()));
    expect(internals.code.walkFile()).toBe(STOP_BROKEN);
    expect(internals.code.walkFile()).toBe(STOP_BROKEN);
    expect(linesOf(internals)).toEqual([lineOf('/1')]);
  });
});
