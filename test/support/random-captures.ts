import fc from 'fast-check';

import { addressOf } from './addresses.ts';
import { type ByteOrder, join, latin1, zeros } from './bytes.ts';
import { type CapturePacket, pcap } from './capture-file.ts';
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
} from './frames.ts';
import { authentication, type ExtensionHeader, extension, fragment, ipv4, ipv6, tcp } from './packets.ts';
import { BLOCK, block, interfaceDescription, pcapng, type SectionPacket } from './pcapng-file.ts';
import { payload } from './random-payloads.ts';
import { mostly } from './random-settings.ts';
import { addressText } from './second-reading/address-text.ts';

/** Random packets, frames and files. */

/** Few networks, so that local addresses are met; and addresses with runs of zeros. */
const ipv4Text: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('10.0.0', '10.0.1', '192.0.2', '255.255.255', '0.0.0'), fc.nat({ max: 255 }))
  .map((parts) => parts.join('.'));

const ipv6Text: fc.Arbitrary<string> = fc.oneof(
  fc
    .array(fc.constantFrom<bigint[]>(0n, 0n, 0n, 1n, 0xffffn, 0x0abcn, 0x1000n), { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((sum, group) => (sum << 16n) | group, 0n))
    .map((value) => addressText(addressOf(6, value))),
  ipv4Text.map((text) => `::ffff:${text}`),
  fc.constantFrom('::', '::1', '2001:db8::1', 'fe80::1'),
);

const port: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(80, 8080) },
  { weight: 1, arbitrary: fc.nat({ max: 65_535 }) },
);

const extensionHeader: fc.Arbitrary<ExtensionHeader> = fc.oneof(
  fc.tuple(fc.constantFrom(0, 43, 60, 135), fc.integer({ min: 1, max: 4 })).map((parts) => extension(...parts)),
  fc.integer({ min: 3, max: 9 }).map(authentication),
  fc.tuple(fc.constantFrom(0, 0, 0, 1, 8191), fc.boolean()).map((parts) => fragment(...parts)),
);

const segment: fc.Arbitrary<Uint8Array> = fc
  .record({
    sourcePort: port,
    destinationPort: port,
    options: mostly(zeros(0), zeros(4), zeros(12), zeros(40)),
    dataOffset: mostly<number | undefined>(undefined, 0, 4, 5, 6, 15),
    payload,
  })
  .map(({ dataOffset, payload: text, ...fields }) =>
    tcp(dataOffset === undefined ? fields : { ...fields, dataOffset }, latin1(text)),
  );

const ipv4Packet: fc.Arbitrary<Packet> = fc
  .record({
    source: ipv4Text,
    destination: ipv4Text,
    protocol: mostly(6, 17, 4, 51),
    version: mostly(4, 6, 0),
    options: mostly(zeros(0), zeros(4), zeros(40)),
    headerLength: mostly<number | undefined>(undefined, 0, 4, 5, 6, 15),
    totalLength: mostly<number | undefined>(undefined, 0, 1, 19, 20, 39, 40, 41, 60, 100, 65_535),
    fragmentOffset: mostly(0, 1, 8191),
    moreFragments: fc.boolean(),
    padding: mostly(0, 1, 6, 18),
    segment,
  })
  .map(({ headerLength, totalLength, segment: bytes, ...fields }) =>
    ipv4(
      {
        ...fields,
        ...(headerLength === undefined ? {} : { headerLength }),
        ...(totalLength === undefined ? {} : { totalLength }),
      },
      bytes,
    ),
  );

const ipv6Packet: fc.Arbitrary<Packet> = fc
  .record({
    source: ipv6Text,
    destination: ipv6Text,
    protocol: mostly(6, 17, 59, 50, 0, 43),
    version: mostly(6, 4, 15),
    extensions: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(extensionHeader, { maxLength: 4 }) },
    ),
    payloadLength: mostly<number | undefined>(undefined, 0, 1, 19, 20, 21, 60, 65_535),
    padding: mostly(0, 1, 6, 18),
    segment,
  })
  .map(({ payloadLength, segment: bytes, ...fields }) =>
    ipv6(payloadLength === undefined ? fields : { ...fields, payloadLength }, bytes),
  );

const ip: fc.Arbitrary<Packet> = fc.oneof({ weight: 2, arbitrary: ipv4Packet }, { weight: 1, arbitrary: ipv6Packet });

const labels: fc.Arbitrary<number[]> = fc.array(fc.nat({ max: 0xfffff }), { minLength: 1, maxLength: 4 });

/** MPLS, PPPoE or nothing before the packet. */
const carried: fc.Arbitrary<Packet> = fc.oneof(
  { weight: 8, arbitrary: ip },
  {
    weight: 1,
    arbitrary: fc
      .tuple(labels, ip, fc.constantFrom(ETHERTYPE.mplsUnicast, ETHERTYPE.mplsMulticast))
      .map((parts) => mpls(...parts)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        ip,
        fc.record({
          compressed: fc.boolean(),
          code: mostly(0, 9),
          versionType: mostly(0x11, 0x21),
        }),
      )
      .map((parts) => pppoe(...parts)),
  },
);

const tag: fc.Arbitrary<{ id: number; type: number; priority: number }> = fc.record({
  id: fc.nat({ max: 4095 }),
  type: fc.constantFrom(ETHERTYPE.vlan, ETHERTYPE.providerBridge, ETHERTYPE.oldStacked1, ETHERTYPE.oldStacked2),
  priority: fc.nat({ max: 7 }),
});

const tagged: fc.Arbitrary<Packet> = fc
  .tuple(
    carried,
    fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(tag, { maxLength: 5 }) }),
  )
  .map(([packet, tags]) => tags.reduce((inner, { id, ...fields }) => vlan(id, inner, fields), packet));

interface LinkFrame {
  linkType: number;
  bytes: Uint8Array;
}

function frameOf(linkType: number, packet: Packet, order: ByteOrder): Uint8Array {
  if (linkType === LINK_TYPE.ethernet) return ethernet(packet, order === 'big');
  if (linkType === LINK_TYPE.linuxCookedV1) return linuxCookedV1(packet);
  if (linkType === LINK_TYPE.linuxCookedV2) return linuxCookedV2(packet);
  if (linkType === LINK_TYPE.bsdNull) return bsdNull(packet, order);
  if (linkType === LINK_TYPE.loopback) return loopback(packet);
  return rawIp(packet);
}

const HEADERLESS: readonly number[] = [0, 108, 101, 12, 14, 228, 229];

const order: fc.Arbitrary<ByteOrder> = fc.constantFrom('big', 'little');

/** A frame of this link type: whole, cut, or nothing but noise. */
function frame(linkType: number): fc.Arbitrary<LinkFrame> {
  const packet = HEADERLESS.includes(linkType) ? ip : tagged;
  const whole = fc.tuple(packet, order).map((parts) => frameOf(linkType, ...parts));
  const cut = fc.tuple(whole, fc.nat({ max: 300 })).map(([bytes, length]) => bytes.subarray(0, length));
  const noise = fc.uint8Array({ maxLength: 120 });
  return fc
    .oneof({ weight: 12, arbitrary: whole }, { weight: 2, arbitrary: cut }, { weight: 1, arbitrary: noise })
    .map((bytes) => ({ linkType, bytes }));
}

const linkType: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(LINK_TYPE.ethernet) },
  { weight: 6, arbitrary: fc.constantFrom(...Object.values(LINK_TYPE)) },
  { weight: 1, arbitrary: fc.constantFrom(105, 9, 240) },
);

/** 1970 to 2106, most of it in our time. */
const time: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(1_500_000_000_000_000_000n, 1_800_000_000_000_000_000n),
  fc.bigInt(1_567_349_999_000_000_000n, 1_567_350_001_000_000_000n),
  fc.bigInt(0n, 0xffff_ffffn * 1_000_000_000n),
);

const pcapFile: fc.Arbitrary<Uint8Array> = linkType.chain((link) =>
  fc
    .tuple(
      fc.array(fc.tuple(frame(link), time), { maxLength: 40 }),
      fc.record({ order, resolution: fc.constantFrom('micro', 'nano'), modified: mostly(false, true) }),
    )
    .map(([frames, settings]) =>
      pcap(
        frames.map(([{ bytes }, at]): CapturePacket => ({ time: at, bytes })),
        { ...settings, linkType: link },
      ),
    ),
);

const resolution: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(6, 9, 3, 0),
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0x80, max: 0x80 + 40 }),
);

const as: fc.Arbitrary<'enhanced' | 'obsolete' | 'simple'> = fc.constantFrom(
  ...(['enhanced', 'enhanced', 'enhanced', 'obsolete', 'simple'] as const),
);

const section: fc.Arbitrary<Uint8Array> = fc
  .tuple(order, fc.array(linkType, { minLength: 1, maxLength: 3 }))
  .chain(([byteOrder, links]) => {
    const packet = fc
      .nat({ max: links.length - 1 })
      .chain((index) =>
        fc
          .tuple(frame(links[index] ?? 1), time, as, mostly(index, 9))
          .map(([{ bytes }, at, kind, one]): SectionPacket => ({ bytes, time: at, as: kind, interface: one })),
      );
    const interfaces = fc.tuple(
      ...links.map((link) =>
        fc
          .record({
            resolution,
            offset: mostly(0n, 3600n, -3600n, 1_500_000_000n),
            snaplen: mostly(0, 262_144, 65_535),
          })
          .map((fields) => ({ linkType: link, ...fields })),
      ),
    );
    const noise = fc
      .array(
        fc.tuple(
          fc.constantFrom(BLOCK.nameResolution, BLOCK.interfaceStatistics, 99),
          fc.uint8Array({ maxLength: 30 }),
        ),
      )
      .map((blocks) => join(...blocks.map(([type, body]) => block(type, body, byteOrder))));
    return fc
      .tuple(interfaces, fc.array(packet, { maxLength: 25 }), noise)
      .map(([described, packets, blocks]) =>
        join(pcapng([{ order: byteOrder, interfaces: described, packets }]), blocks),
      );
  });

const pcapngFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.array(section, { minLength: 1, maxLength: 3 }), fc.constantFrom(0, 0, 0, 1))
  .map(([sections, late]) =>
    join(...sections, late ? interfaceDescription({ linkType: LINK_TYPE.ethernet }, 'little') : zeros(0)),
  );

/** A capture file of some dozen packets. */
export const captureFile: fc.Arbitrary<Uint8Array> = fc.oneof(pcapFile, pcapngFile);

/** One change to the bytes of a file. */
const mutation: fc.Arbitrary<(file: Uint8Array) => Uint8Array> = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.nat({ max: 4 }))
  .map(([where, bytes, kind]) => (file) => {
    const at = Math.floor(where * file.length);
    const [before, after] = [file.subarray(0, at), file.subarray(at)];
    if (kind === 0) return join(before, bytes, after);
    if (kind === 1) return join(before, after.subarray(bytes.length));
    if (kind === 2) return join(before, bytes, after.subarray(bytes.length));
    if (kind === 3)
      return join(before, Uint8Array.of((after[0] ?? 0) ^ (1 << ((bytes[0] ?? 0) & 7))), after.subarray(1));
    return join(before, after.subarray(0, bytes.length), after);
  });

/** A capture file with some bytes changed, put in, lost, or cut off. */
export const damagedFile: fc.Arbitrary<Uint8Array> = fc
  .tuple(captureFile, fc.array(mutation, { minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([file, mutations, end]) => {
    const changed = mutations.reduce((bytes, mutate) => mutate(bytes), file);
    return end < 0.2 ? changed.subarray(0, Math.floor(end * 5 * changed.length)) : changed;
  });
