import { join, u8, u16, u32, utf8 } from '../support/bytes.ts';
import { type CapturePacket, pcap } from '../support/capture-file.ts';
import {
  bsdNull,
  ETHERTYPE,
  ethernet,
  LINK_TYPE,
  linuxCookedV1,
  linuxCookedV2,
  loopback,
  mpls,
  type Packet,
  pppoe,
  rawIp,
  vlan,
} from '../support/frames.ts';
import { authentication, extension, fragment, ipv4, ipv6, PROTOCOL, tcp, tcpPacket } from '../support/packets.ts';
import {
  BLOCK,
  block,
  enhancedPacket,
  interfaceDescription,
  OPTION,
  obsoletePacket,
  option,
  pcapng,
  sectionHeader,
  simplePacket,
  timeUnits,
} from '../support/pcapng-file.ts';

/** The capture files of the golden tests, made by the builder. */

/** Nanoseconds of `2019-09-01T05:16:51.002` (UTC), and `more` on top. */
function at(text: string, more = 0n): bigint {
  return BigInt(Date.parse(`${text}Z`)) * 1_000_000n + more;
}

const NOON: bigint = at('2024-02-29T12:00:00.000');

/** `10.0.0.1#80>10.0.0.2#5000`, or with IPv6 addresses. */
function packet(ends: string, payload: string): Packet {
  const [source = '', sourcePort, destination = '', destinationPort] = ends.split(/[#>]/);
  const ports = { sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
  return tcpPacket({ source, destination, ...ports }, utf8(payload));
}

/** Frames a millisecond apart, from noon on. */
function sequence(frames: readonly Uint8Array[]): CapturePacket[] {
  return frames.map((bytes, i) => ({ time: NOON + BigInt(i) * 1_000_000n, bytes }));
}

const CLIENT = '192.0.2.1#40000';
const SERVER = '198.51.100.7#80';

function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: a.example\r\nUser-Agent: curl/8.5.0\r\n\r\n`;
}

/** A request from the client to the server. */
function request(target: string): Packet {
  return packet(`${CLIENT}>${SERVER}`, get(target));
}

export function sampleLines(): Uint8Array {
  const metadata = '169.254.169.254#80';
  const frames: [bigint, string, string][] = [
    [
      at('2019-09-01T05:16:51.002', 999_000n),
      '223.39.188.71#50905>10.140.0.2#80',
      'GET / HTTP/1.1\r\nHost: cloud.example.com\r\nUser-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)\r\n\r\n',
    ],
    [at('2019-09-01T05:16:51.003'), '10.140.0.2#80>223.39.188.71#50905', ''],
    [
      at('2019-09-01T05:16:51.003', 1000n),
      '10.140.0.2#80>223.39.188.71#50905',
      'HTTP/1.1 302 Found\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: 0\r\nLocation: /login\r\n\r\n',
    ],
    [
      at('2019-09-01T05:17:00.573'),
      `10.140.0.2#57154>${metadata}`,
      'GET /computeMetadata/v1/instance/ HTTP/1.1\r\nuser-agent: Python-urllib/2.7\r\nhost: metadata.google.internal\r\n\r\n',
    ],
    [
      at('2019-09-01T05:17:54.337'),
      `${metadata}>10.140.0.2#57152`,
      `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3274\r\n\r\n{"attributes":{}`,
    ],
    [at('2019-09-01T05:17:54.338'), `${metadata}>10.140.0.2#57152`, ',"cpuPlatform":"Intel Broadwell"}'],
  ];
  return pcap(frames.map(([time, ends, payload]) => ({ time, bytes: ethernet(packet(ends, payload), true) })));
}

/** Two sections of different byte order, interfaces of different kinds, every block that holds a packet, and some that hold none. */
export function pcapngMixed(): Uint8Array {
  const nano = { linkType: LINK_TYPE.raw, resolution: 9, offset: 3600n };
  const binary = { linkType: LINK_TYPE.linuxCookedV1, resolution: 0x80 | 20 };
  const unknown = { linkType: 147 };
  const time = NOON + 123_456_789n;
  const first = 'little';
  const second = 'big';
  const cooked = linuxCookedV1(request('/binary'));
  return join(
    sectionHeader(first, option(OPTION.comment, utf8('made'), first)),
    interfaceDescription({ linkType: LINK_TYPE.ethernet, snaplen: 262_144 }, first),
    enhancedPacket({ interface: 0, units: time / 1000n, bytes: ethernet(request('/micro')) }, first),
    block(BLOCK.nameResolution, u32(0), first),
    interfaceDescription({ ...nano, options: option(2, utf8('tun0'), first) }, first),
    enhancedPacket(
      {
        interface: 1,
        units: timeUnits(time, nano),
        bytes: rawIp(request('/nano')),
        options: option(OPTION.comment, utf8('x'), first),
      },
      first,
    ),
    simplePacket(ethernet(request('/simple')), first),
    block(0x80000001, utf8('GET / HTTP/1.1\r\n\r\n'), first),
    enhancedPacket({ interface: 7, units: time, bytes: ethernet(request('/unknown-interface')) }, first),
    sectionHeader(second),
    simplePacket(ethernet(request('/no-interface')), second),
    interfaceDescription(unknown, second),
    interfaceDescription(binary, second),
    enhancedPacket({ interface: 0, units: time / 1000n, bytes: ethernet(request('/unknown-link-type')) }, second),
    obsoletePacket({ interface: 1, units: timeUnits(time, binary), bytes: cooked }, second),
    block(BLOCK.interfaceStatistics, u32(0), second),
  );
}

export function vlans(): Uint8Array {
  const { providerBridge, oldStacked1, oldStacked2 } = ETHERTYPE;
  const frames = [
    request('/untagged'),
    vlan(42, request('/single')),
    vlan(100, vlan(200, request('/stacked')), { type: providerBridge }),
    vlan(0, request('/priority'), { priority: 7 }),
    vlan(4095, vlan(1, vlan(2, request('/three')), { type: oldStacked1 }), { type: oldStacked2 }),
    vlan(42, packet('2001:db8::1#40000>2001:db8::2#80', get('/ipv6'))),
    vlan(7, mpls([16], request('/mpls'))),
    vlan(7, pppoe(request('/pppoe'))),
  ];
  return pcap(sequence(frames.map((frame) => ethernet(frame))), { order: 'big' });
}

export function ipv6Addresses(): Uint8Array {
  const pairs = [
    ['2001:db8::1', '2001:db8:0:0:1:0:0:1'],
    ['::', '::1'],
    ['2001:db8:0:1:1:1:1:1', '1:0:0:2:0:0:0:3'],
    ['::ffff:192.0.2.1', '64:ff9b::192.0.2.1'],
    ['fe80::ABCD:0', '0:0:1::'],
    ['::192.0.2.1', '1:2:3:4:5:6:7:8'],
  ];
  const plain = pairs.map(([source, destination]) => packet(`${source}#40000>${destination}#80`, get('/plain')));
  const segment = tcp({ sourcePort: 40000, destinationPort: 80 }, utf8(get('/extended')));
  const ends = { source: '2001:db8::1', destination: '2001:db8::2' };
  const chain = [extension(0), extension(43, 3), authentication(), extension(60, 2), extension(135)];
  const extended = [
    ipv6({ ...ends, extensions: chain }, segment),
    ipv6({ ...ends, extensions: [fragment(0)] }, segment),
    ipv6({ ...ends, extensions: [fragment(1)] }, segment),
    ipv6({ ...ends, extensions: [extension(0)], protocol: PROTOCOL.udp }, segment),
    ipv6({ ...ends, payloadLength: 0 }, segment),
    ipv6({ ...ends, payloadLength: 40 }, segment),
  ];
  const frames = [...plain, ...extended].map((frame) => ethernet(frame));
  return pcap(sequence(frames), { order: 'big', resolution: 'nano' });
}

export function linkTypes(): Uint8Array {
  const six = packet('2001:db8::1#40000>2001:db8::2#80', get('/ipv6'));
  const frames: [number, Uint8Array][] = [
    [LINK_TYPE.ethernet, ethernet(request('/ethernet'))],
    [LINK_TYPE.linuxCookedV1, linuxCookedV1(request('/linux-cooked-v1'))],
    [LINK_TYPE.linuxCookedV1, linuxCookedV1(vlan(5, request('/linux-cooked-v1-tagged')))],
    [LINK_TYPE.linuxCookedV2, linuxCookedV2(request('/linux-cooked-v2'))],
    [LINK_TYPE.bsdNull, bsdNull(request('/null-little-endian'), 'little')],
    [LINK_TYPE.bsdNull, bsdNull(request('/null-big-endian'), 'big')],
    ...[10, 24, 28, 30].map((family): [number, Uint8Array] => [LINK_TYPE.bsdNull, bsdNull(six, 'little', family)]),
    [LINK_TYPE.loopback, loopback(request('/loopback'))],
    [LINK_TYPE.loopback, loopback(six)],
    [LINK_TYPE.raw, rawIp(request('/raw'))],
    [LINK_TYPE.raw, rawIp(six)],
    [LINK_TYPE.rawBsd, rawIp(request('/raw-12'))],
    [LINK_TYPE.rawOpenBsd, rawIp(request('/raw-14'))],
    [LINK_TYPE.rawIpv4, rawIp(request('/raw-ipv4'))],
    [LINK_TYPE.rawIpv4, rawIp(six)],
    [LINK_TYPE.rawIpv6, rawIp(six)],
    [LINK_TYPE.rawIpv6, rawIp(request('/raw-ipv6'))],
    [105, ethernet(request('/ieee-802-11'))],
  ];
  return pcapng([
    {
      interfaces: frames.map(([linkType]) => ({ linkType })),
      packets: sequence(frames.map(([, bytes]) => bytes)).map((one, i) => ({ ...one, interface: i })),
    },
  ]);
}

export function encapsulations(): Uint8Array {
  const six = packet('2001:db8::1#40000>2001:db8::2#80', get('/ipv6'));
  const ends = { source: '192.0.2.1', destination: '198.51.100.7' };
  const ports = { sourcePort: 40000, destinationPort: 80 };
  const segment = tcp(ports, utf8(get('/ipv4')));
  const cutHeader = tcp({ ...ports, dataOffset: 15 }, utf8('short'));
  const frames = [
    mpls([16], request('/mpls')),
    mpls([16, 17, 18], request('/mpls-three-labels')),
    mpls([16, 17], six),
    pppoe(request('/pppoe')),
    pppoe(request('/pppoe-compressed'), { compressed: true }),
    pppoe(six),
    pppoe(six, { compressed: true }),
    pppoe(request('/pppoe-discovery'), { code: 9 }),
    ipv4({ ...ends, options: Uint8Array.of(7, 7, 4, 0, 0, 0, 0) }, segment),
    ipv4({ ...ends, moreFragments: true }, segment),
    ipv4({ ...ends, fragmentOffset: 1 }, segment),
    ipv4({ ...ends, totalLength: 0 }, segment),
    ipv4({ ...ends, totalLength: 60 }, segment),
    ipv4({ ...ends, totalLength: 65535 }, segment),
    ipv4({ ...ends, protocol: PROTOCOL.udp }, segment),
    ipv4({ ...ends }, tcp({ ...ports, options: join(u8(8), u8(10), u32(1), u32(2)) }, utf8(get('/tcp-options')))),
    ipv4({ ...ends }, cutHeader),
    ipv4({ ...ends, padding: 6 }, tcp(ports, utf8('HTTP/1.1'))),
    { protocol: 0x0806, bytes: join(u16(1), utf8(get('/arp'))) },
  ];
  return pcap(sequence(frames.map((frame) => ethernet(frame))), { linkType: 0x2400_0001 });
}

export function pipelined(): Uint8Array {
  const post = 'POST /form HTTP/1.1\r\nHost: a.example\r\nContent-Length: 7\r\n\r\na=1&b=2';
  const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n';
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok';
  const frames = [
    packet(`${CLIENT}>${SERVER}`, get('/1') + post + get('/2')),
    packet(`${SERVER}>${CLIENT}`, `${early + ok}${ok}HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\nHTTP/1.`),
    packet(`${CLIENT}>${SERVER}`, `\r\n\r\n${get('/3')}\r\nGET /4 HTTP/1.1\r\nHost: b.ex`),
  ];
  return pcap(sequence(frames.map((frame) => ethernet(frame))));
}

export function splitHead(): Uint8Array {
  const whole = `GET /split HTTP/1.1\r\nHost: a.example\r\nCookie: ${'c'.repeat(60)}\r\nUser-Agent: late\r\n\r\n`;
  const pieces = [
    whole.slice(0, 60),
    whole.slice(60),
    `HTTP/1.1 20`,
    `0 OK\r\nContent-Length: 0\r\n\r\n`,
    get('/next'),
  ];
  return pcap(sequence(pieces.map((piece) => ethernet(packet(`${CLIENT}>${SERVER}`, piece)))));
}

export function hostile(): Uint8Array {
  const targets = ['/\x1b]0;owned\x07', '/a\\x0ab', '/한국어', '/\u009b31m', '/tab\there', '/nul\0'];
  return pcap(sequence(targets.map((target) => ethernet(request(target)))));
}

export function types(): Uint8Array {
  const pairs = [
    '192.0.2.1#40000>10.1.0.1#80',
    '10.1.0.1#40000>192.0.2.1#80',
    '10.1.0.1#40000>10.1.255.255#80',
    '10.2.0.1#40000>192.0.2.1#80',
    '2001:db8:1::1#40000>2001:db8:2::1#80',
    '2001:db8:2::1#40000>2001:db8:1::1#80',
  ];
  const frames = pairs.flatMap((ends) => {
    const [source, destination] = ends.split('>');
    return [packet(ends, get('/')), packet(`${destination}>${source}`, 'HTTP/1.1 204 No Content\r\n\r\n')];
  });
  return pcap(sequence(frames.map((frame) => ethernet(frame))));
}

export function ports(): Uint8Array {
  const pairs = ['1#79', '80#2', '3#80', '4#81', '5#8080', '8085#6', '7#8090', '8#8091', '9#65535'];
  const frames = pairs.map((pair) => {
    const [source, destination] = pair.split('#');
    return ethernet(packet(`192.0.2.1#${source}>198.51.100.7#${destination}`, get('/')));
  });
  return pcap(sequence(frames), { modified: true });
}

/** Over the midnight of Seoul, and back again: the date of a packet decides, not its place in the file. */
export function midnight(): Uint8Array {
  const times = [
    '2019-09-01T14:59:59.999',
    '2019-09-01T15:00:00.000',
    '2019-09-01T14:59:59.000',
    '2019-09-02T15:00:00.000',
  ];
  const response = packet(`${SERVER}>${CLIENT}`, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  return pcap(
    times.flatMap((time) => [
      { time: at(time), bytes: ethernet(request('/')) },
      { time: at(time, 400_000n), bytes: ethernet(response) },
    ]),
  );
}

/** An hour that Berlin has twice. */
export function summerTime(): Uint8Array {
  const times = ['2023-10-29T00:59:59.999', '2023-10-29T01:00:00.000', '2023-10-29T02:00:00.000'];
  return pcap(times.map((time) => ({ time: at(time, 999_999n), bytes: ethernet(request('/')) })));
}
