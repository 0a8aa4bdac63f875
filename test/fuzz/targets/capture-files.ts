// Readers of capture files: pcap and pcapng, their headers, records and blocks.
import { COUNTER_BYTES, COUNTER_PACKETS } from '../../../layout/counters.ts';
import { join, latin1, u8, u16, u32 } from '../../support/bytes.ts';
import { type PcapSettings, pcap } from '../../support/capture-file.ts';
import { packetCodeOutcome, secondReadingOutcome } from '../../support/comparison.ts';
import { ethernet } from '../../support/frames.ts';
import { tcpPacket } from '../../support/packets.ts';
import { BLOCK, block, pcapng } from '../../support/pcapng-file.ts';
import { HTTP_WORDS } from '../http-words.ts';
import type { Instrumented } from '../instrument.ts';
import { openSandbox } from '../sandbox.ts';
import { must, type Target } from '../target.ts';
import { mustBeSame, total, walk } from '../walk.ts';

const LONGEST = 3000;
const SETTINGS = { ports: 'any', local: [], addVlan: true, split: false } as const;
const ENDS = { source: '192.0.2.1', sourcePort: 40_000, destination: '198.51.100.7', destinationPort: 80 };
const FRAMES: readonly Uint8Array[] = ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', 'x'].map(
  (text) => ethernet(tcpPacket(ENDS, latin1(text))),
);
const FRAME_WORDS = [...FRAMES, ...HTTP_WORDS.slice(0, 20)];
const TIME = 1_767_323_045_123_456_789n;
/** Bytes of the shortest record. */
const RECORD_BYTES = 12;

export function pcapTarget(code: Instrumented): Target {
  const kinds: PcapSettings[] = [
    {},
    { order: 'big' },
    { resolution: 'nano' },
    { order: 'big', resolution: 'nano' },
    { modified: true },
    { linkType: 101 },
    { linkType: 113 },
  ];
  const words = kinds.flatMap((kind) => pcap([], kind).subarray(0, 4));
  return fileTarget('pcap', code, [...words, ...FRAME_WORDS], () =>
    kinds.map((kind) =>
      pcap(
        FRAMES.map((bytes, i) => ({ bytes, time: TIME + BigInt(i) })),
        kind,
      ),
    ),
  );
}

export function pcapngTarget(code: Instrumented): Target {
  const orders = ['little', 'big'] as const;
  const options = [9, 14, 1, 0].flatMap((option) =>
    orders.map((order) => join(u16(option, order), u16(option === 14 ? 8 : 1, order))),
  );
  const words = orders.flatMap((order) => [
    ...Object.values(BLOCK).map((type) => u32(type, order)),
    u32(0x1a2b3c4d, order),
    block(99, u8(1), order),
    pcapng([{ order, interfaces: [{ linkType: 1 }], packets: [] }]),
  ]);
  return fileTarget('pcapng', code, [...words, ...options, ...FRAME_WORDS], () =>
    orders.flatMap((order) =>
      (['enhanced', 'simple', 'obsolete'] as const).map((as, i) =>
        pcapng([
          {
            order,
            interfaces: [
              { linkType: 1, resolution: [6, 9, 0x94][i] ?? 6, offset: BigInt(i) * 3600n },
              { linkType: 101 },
            ],
            packets: FRAMES.map((bytes, j) => ({ bytes, time: TIME, as, interface: j === 2 ? 1 : 0 })),
          },
        ]),
      ),
    ),
  );
}

function fileTarget(name: string, code: Instrumented, words: readonly Uint8Array[], seeds: () => Uint8Array[]): Target {
  const sandbox = openSandbox(code, { input: LONGEST });
  return {
    name,
    longest: LONGEST,
    words,
    seeds,
    counters: () => sandbox.counters,
    run(input) {
      const whole = walk(sandbox, input, { litter: 0 });
      const [packets, bytes] = [total(whole, COUNTER_PACKETS), total(whole, COUNTER_BYTES)];
      must(packets * RECORD_BYTES <= input.length, 'more packets than there is room for', packets);
      must(bytes <= packets * 0xffff_ffff, 'more bytes than packets say', bytes);
      const first = ((input[5] ?? 0) * 257 + (input.at(-1) ?? 0)) % (input.length + 1);
      mustBeSame(whole, walk(sandbox, input, { litter: 0xff, first }), 'in parts');
    },
    compare(input) {
      if (input.length === 0) return;
      const [ours, second] = [packetCodeOutcome(input, SETTINGS), secondReadingOutcome(input, SETTINGS)];
      must(JSON.stringify(ours) === JSON.stringify(second), 'lines', ours, second);
    },
  };
}
