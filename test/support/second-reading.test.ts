import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { network } from './addresses.ts';
import { asLatin1, join, latin1, u8, utf8 } from './bytes.ts';
import { pcap, pcapHeader, pcapRecord } from './capture-file.ts';
import { ETHERTYPE, ethernet, LINK_TYPE, vlan } from './frames.ts';
import { ipv4, ipv6, tcp, tcpPacket } from './packets.ts';
import { enhancedPacket, interfaceDescription, OPTION, option, sectionHeader, simplePacket } from './pcapng-file.ts';
import { addressText } from './second-reading/address-text.ts';
import { escapeField, unescapeField } from './second-reading/escape.ts';
import { LONGEST_HEAD, readMessages } from './second-reading/messages.ts';
import { type Reading, type ReadingSettings, readFile } from './second-reading.ts';

const SETTINGS: ReadingSettings = { ports: 'any', local: [], addVlan: false };
const ENDS = { source: '192.0.2.1', sourcePort: 40000, destination: '198.51.100.7', destinationPort: 80 };
const GET = utf8('GET / HTTP/1.1\r\n\r\n');
const FRAME = ethernet(tcpPacket(ENDS, GET));
const LINE = '192.0.2.1#40000 198.51.100.7#80 CQ GET / HTTP/1.1  \n';

const zone = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'UTC';
});
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

function text({ lines }: Reading): string {
  return lines.map((line) => asLatin1(line.bytes)).join('');
}

/** The only packet's line without date and time. */
function lineOf(frame: Uint8Array, settings: ReadingSettings = SETTINGS): string {
  const lines = text(readFile(pcap([{ time: 0n, bytes: frame }]), settings));
  return lines.replace(/^1970-01-01 00:00:00\.000 /, '');
}

describe('lines', () => {
  test('date, time, addresses, type, start line, fields', () => {
    const payload = utf8('HTTP/1.1 200 OK\r\nContent-Type: b\r\nContent-Length: 7\r\n\r\n');
    const file = pcap([{ time: 1_567_315_011_002_999_999n, bytes: ethernet(tcpPacket(ENDS, payload)) }], {
      resolution: 'nano',
    });
    const reading = readFile(file, SETTINGS);
    expect(text(reading)).toBe('2019-09-01 05:16:51.002 192.0.2.1#40000 198.51.100.7#80 CR HTTP/1.1 200 OK 7 b\n');
    expect(reading.lines[0]).toMatchObject({ day: '20190901', type: 'CR' });
    expect(reading).toMatchObject({ packets: 1, cutHeads: 0, end: 'whole' });
  });

  test('the time zone decides the day', () => {
    process.env.TZ = 'Asia/Seoul';
    const reading = readFile(pcap([{ time: 1_567_350_000_000_000_000n, bytes: FRAME }]), SETTINGS);
    expect(reading.lines[0]?.day).toBe('20190902');
    expect(text(reading)).toMatch(/^2019-09-02 00:00:00\.000 /);
  });

  test('tags stand behind the type, and only if asked for', () => {
    const frame = ethernet(
      vlan(100, vlan(4094, tcpPacket(ENDS, GET), { priority: 5 }), { type: ETHERTYPE.providerBridge }),
    );
    expect(lineOf(frame)).toBe(LINE);
    expect(lineOf(frame, { ...SETTINGS, addVlan: true })).toBe(LINE.replace('CQ', 'CQ vlan=100.4094'));
  });

  test('only networks that are named are local', () => {
    const local = (text: string): ReadingSettings => ({ ...SETTINGS, local: [network(text)] });
    expect(lineOf(FRAME, local('192.0.2.0/31'))).toBe(LINE.replace('CQ', 'SQ'));
    expect(lineOf(FRAME, local('192.0.2.2/31'))).toBe(LINE);
    expect(lineOf(FRAME, local('0.0.0.0/0'))).toBe(LINE);
    expect(lineOf(FRAME, local('::/0'))).toBe(LINE);
  });

  test.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::', '::'],
    ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
    ['::1.2.3.4', '::102:304'],
    ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
    ['ABCD::', 'abcd::'],
  ])('%s is written %s', (address, written) => {
    const { family, address: value } = network(address);
    expect(family).toBe(6);
    const bytes = Uint8Array.from(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'));
    expect(addressText(bytes)).toBe(written);
  });
});

describe('escapes', () => {
  test('every byte alone', () => {
    for (let byte = 0; byte < 256; byte++) {
      const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
      const character = String.fromCharCode(byte);
      expect(escapeField(character)).toBe(plain ? character : `\\x${byte.toString(16).padStart(2, '0')}`);
    }
  });

  test('every character that UTF-8 can write, sampled', () => {
    for (let codePoint = 0x80; codePoint <= 0x10ffff; codePoint += codePoint < 0x3000 ? 1 : 251) {
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const bytes = asLatin1(utf8(String.fromCodePoint(codePoint)));
      const escaped = escapeField(bytes);
      expect(escaped === bytes).toBe(codePoint > 0x9f);
      expect(unescapeField(escaped)).toBe(bytes);
    }
  });
});

describe('payloads', () => {
  const segment = tcp(ENDS, GET);
  test.each([
    [
      'padding behind the packet is not payload',
      ethernet(ipv4({ ...ENDS, padding: 5 }, tcp(ENDS, utf8('HTTP/1'))), true),
      'CR HTTP/1  \n',
    ],
    ['total length 0: the frame`s end', ethernet(ipv4({ ...ENDS, totalLength: 0 }, segment)), 'CQ GET / HTTP/1.1  \n'],
    [
      'a total length beyond the frame',
      ethernet(ipv4({ ...ENDS, totalLength: 9999 }, segment)),
      'CQ GET / HTTP/1.1  \n',
    ],
    ['a total length inside the payload', ethernet(ipv4({ ...ENDS, totalLength: 45 }, segment)), 'CQ GET /  \n'],
    ['a total length inside the TCP header', ethernet(ipv4({ ...ENDS, totalLength: 39 }, segment)), ''],
    ['a total length inside the IP header', ethernet(ipv4({ ...ENDS, totalLength: 19 }, segment)), ''],
    ['a header length of 4', ethernet(ipv4({ ...ENDS, headerLength: 4 }, segment)), ''],
    ['a data offset of 4', ethernet(ipv4(ENDS, tcp({ ...ENDS, dataOffset: 4 }, GET))), ''],
    ['version 5', ethernet(ipv4({ ...ENDS, version: 5 }, segment)), ''],
    ['IPv4 under the type of IPv6', ethernet({ ...ipv4(ENDS, segment), protocol: ETHERTYPE.ipv6 }), ''],
    ['an unknown extension header', ethernet(ipv6({ source: '::1', destination: '::2', protocol: 50 }, segment)), ''],
    ['an 802.3 length instead of a type', ethernet({ ...ipv4(ENDS, segment), protocol: 58 }), ''],
  ])('%s', (_, frame, end) => {
    const line = lineOf(frame);
    expect(line.endsWith(end) && (line !== '') === (end !== '')).toBe(true);
  });

  test('every truncation of a frame: no line until the first byte that decides, then ever more of the line', () => {
    const decisive = FRAME.length - GET.length + 'GET /'.length;
    for (let length = 0; length <= FRAME.length; length++) {
      const line = lineOf(FRAME.subarray(0, length));
      const shown = asLatin1(GET)
        .slice(0, Math.max(0, length - (FRAME.length - GET.length)))
        .trimEnd();
      expect(line).toBe(length < decisive ? '' : LINE.replace('GET / HTTP/1.1', shown));
      expect(lineOf(FRAME, { ...SETTINGS, snaplen: length })).toBe(line);
    }
  });

  test('heads are looked at for 65,536 bytes', () => {
    const start = 'GET / HTTP/1.1\r\nX: ';
    const whole = `${start}${'a'.repeat(LONGEST_HEAD - start.length - 4)}\r\n\r\n`;
    expect(readMessages(latin1(`${whole}${whole}`)).map(({ cut }) => cut)).toEqual([false, false]);
    expect(readMessages(latin1(whole.replace('X: ', 'X: a'))).map(({ cut }) => cut)).toEqual([true]);
  });

  test('packets of other ports count and give no line', () => {
    const file = pcap([{ time: 0n, bytes: FRAME }]);
    const reading = readFile(file, { ...SETTINGS, ports: [{ first: 81, last: 39_999 }] });
    expect(reading).toMatchObject({ lines: [], packets: 1, cutHeads: 0, end: 'whole' });
    expect(readFile(file, { ...SETTINGS, ports: [{ first: 40_000, last: 40_000 }] }).lines).toHaveLength(1);
  });

  test('cut heads are counted', () => {
    const frames = ['GET /', 'HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1'].map((payload) =>
      ethernet(tcpPacket(ENDS, utf8(payload))),
    );
    expect(readFile(pcap(frames.map((bytes) => ({ time: 0n, bytes }))), SETTINGS)).toMatchObject({
      packets: 3,
      cutHeads: 2,
    });
  });
});

describe('pcap files', () => {
  test.each(['big', 'little'] as const)('%s-endian, micro- and nanoseconds, and the modified format', (order) => {
    for (const format of [{ resolution: 'micro' }, { resolution: 'nano' }, { modified: true }] as const) {
      const reading = readFile(pcap([{ time: 86_400_123_456_000n, bytes: FRAME }], { order, ...format }), SETTINGS);
      expect(text(reading)).toBe(`1970-01-02 00:00:00.123 ${LINE}`);
    }
  });

  test('byte by byte: a record written by hand', () => {
    const header = 'a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001';
    const record = `00000001 000f423f 000000${FRAME.length.toString(16)} 00000fff`;
    const file = join(Uint8Array.from(Buffer.from(`${header}${record}`.replaceAll(' ', ''), 'hex')), FRAME);
    expect(text(readFile(file, SETTINGS))).toBe(`1970-01-01 00:00:01.999 ${LINE}`);
  });

  test('a sub-second part of a second or more is carried', () => {
    const file = join(pcapHeader(), pcapRecord(1, 4_000_000_000, { bytes: FRAME }));
    expect(text(readFile(file, SETTINGS))).toBe(`1970-01-01 01:06:41.000 ${LINE}`);
  });

  test('a file that breaks off gives its lines up to there', () => {
    const record = { time: 0n, bytes: FRAME };
    const one = pcap([record]).length;
    const file = pcap([record, record]);
    for (let length = 0; length <= file.length; length++) {
      const { packets, end } = readFile(file.subarray(0, length), SETTINGS);
      const atRecord = length === 24 || length === one || length === file.length;
      expect(packets).toBe(length < one ? 0 : length < file.length ? 1 : 2);
      expect(end).toBe(length < 4 ? 'not a capture' : atRecord ? 'whole' : 'cut');
    }
  });

  test('a captured length beyond 262,144 breaks the file', () => {
    const largest = pcap([
      { time: 0n, bytes: join(FRAME, new Uint8Array(262_144 - FRAME.length)) },
      { time: 0n, bytes: FRAME },
    ]);
    expect(readFile(largest, SETTINGS)).toMatchObject({ packets: 2, end: 'whole' });
    const larger = pcap([{ time: 0n, bytes: new Uint8Array(262_145) }]);
    expect(readFile(larger, SETTINGS)).toMatchObject({ packets: 0, end: 'broken' });
  });

  test('what is no capture', () => {
    expect(readFile(utf8('GET / HTTP/1.1\r\n\r\n and so on'), SETTINGS)).toMatchObject({
      packets: 0,
      end: 'not a capture',
    });
  });
});

describe('pcapng files', () => {
  const little = 'little';
  const ether = { linkType: LINK_TYPE.ethernet };
  const packet = (units: bigint): Uint8Array => enhancedPacket({ interface: 0, units, bytes: FRAME }, little);
  const file = (...blocks: Uint8Array[]): Uint8Array => join(sectionHeader(little), ...blocks);

  test.each([
    ['microseconds unless told', {}, 1_500_999n, '00:00:01.500'],
    ['10^-3', { resolution: 3 }, 1_501n, '00:00:01.501'],
    ['10^0', { resolution: 0 }, 61n, '00:01:01.000'],
    ['10^-9', { resolution: 9 }, 1_999_999_999n, '00:00:01.999'],
    ['10^-12', { resolution: 12 }, 1_999_999_999_999n, '00:00:01.999'],
    ['2^-10', { resolution: 0x8a }, 1_536n, '00:00:01.500'],
    ['an offset', { offset: 60n }, 1n, '00:01:00.000'],
    ['a negative offset', { offset: -60n }, 61_000_000n, '00:00:01.000'],
    ['a negative time is 0', { offset: -60n }, 59_000_000n, '00:00:00.000'],
  ])('times: %s', (_, fields, units, time) => {
    const reading = readFile(file(interfaceDescription({ ...ether, ...fields }, little), packet(units)), SETTINGS);
    expect(text(reading)).toBe(`1970-01-01 ${time} ${LINE}`);
  });

  test('whole seconds end in the year 2554, with 64 bits of nanoseconds', () => {
    const reading = readFile(file(interfaceDescription(ether, little), packet(2n ** 64n - 1n)), SETTINGS);
    expect(text(reading)).toBe(`2554-07-21 23:34:32.551 ${LINE}`);
  });

  test('a mistake in the options: those before it count, those behind it do not', () => {
    const resolution = option(OPTION.resolution, u8(3), little);
    const offset = option(OPTION.offset, new Uint8Array(4), little);
    const seconds = option(OPTION.resolution, u8(0), little);
    const options = join(resolution, offset, seconds);
    const reading = readFile(file(interfaceDescription({ ...ether, options }, little), packet(1500n)), SETTINGS);
    expect(text(reading)).toBe(`1970-01-01 00:00:01.500 ${LINE}`);
  });

  test('a simple packet has the time of the packet before it, whatever its section', () => {
    const first = file(interfaceDescription(ether, little), simplePacket(FRAME, little), packet(7_000_000n));
    const second = join(sectionHeader('big'), interfaceDescription(ether, 'big'), simplePacket(FRAME, 'big'));
    const times = text(readFile(join(first, second), SETTINGS)).match(/:\d\d\.\d{3}/g);
    expect(times).toEqual([':00.000', ':07.000', ':07.000']);
  });

  test('a new section knows no interfaces', () => {
    const first = file(interfaceDescription(ether, little), packet(0n));
    expect(readFile(join(first, file(packet(0n), simplePacket(FRAME, little))), SETTINGS)).toMatchObject({
      packets: 3,
      end: 'whole',
    });
    expect(readFile(join(first, file(packet(0n))), SETTINGS).lines).toHaveLength(1);
  });

  test('a captured length is limited by its block', () => {
    const fields = { interface: 0, units: 0n, bytes: FRAME, capturedLength: 0xffffffff };
    const reading = readFile(file(interfaceDescription(ether, little), enhancedPacket(fields, little)), SETTINGS);
    expect(text(reading)).toBe(`1970-01-01 00:00:00.000 ${LINE}`);
  });

  test.each([
    ['a total length of 8', 8, 12],
    ['a total length that is no multiple of 4', 30, 30],
    ['a trailing length that differs', 28, 32],
  ])('%s breaks the file', (_, length, trailing) => {
    const block = join(sectionHeader(little), new Uint8Array(40));
    const view = new DataView(block.buffer);
    view.setUint32(28, 99, true);
    view.setUint32(32, length, true);
    view.setUint32(28 + length - 4, trailing, true);
    const whole = join(sectionHeader(little), interfaceDescription(ether, little), packet(0n), block, packet(0n));
    expect(readFile(whole, SETTINGS)).toMatchObject({ packets: 1, end: 'broken' });
  });
});
