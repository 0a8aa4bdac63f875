import { describe, expect, test } from 'vitest';
import { latin1 } from '../../test/support/bytes.ts';
import { runProgram } from '../../test/support/cbpf.ts';
import { ethernet, type Packet } from '../../test/support/frames.ts';
import { ipv4, ipv6, tcp, tcpPacket } from '../../test/support/packets.ts';
import { compileLiveFilter, moveOffsets } from './live-filter.ts';
import { compileFilter, openFirst } from './pcap-filter.ts';
import type { Instruction } from './socket-filter-abi.ts';

function whyNoLibpcap(): string | undefined {
  try {
    compileFilter('', 1, 65535);
    return undefined;
  } catch (error) {
    console.warn(`skipped: filters by libpcap: ${String(error)}`);
    return String(error);
  }
}

const DLT_EN10MB = 1;
const V4 = { source: '192.0.2.1', sourcePort: 40000, destination: '192.0.2.2', destinationPort: 80 };
const V6 = { source: '2001:db8::1', sourcePort: 40000, destination: '2001:db8::2', destinationPort: 8080 };
const v4 = tcpPacket(V4, latin1('GET / HTTP/1.1\r\n\r\n'));
const v6 = tcpPacket(V6, latin1('GET / HTTP/1.1\r\n\r\n'));

/** Whether a live filter keeps a packet, given as live sockets do. */
function keeps(expression: string, packet: Packet, packetType = 0): boolean {
  const metadata = { protocol: packet.protocol, packetType, interfaceIndex: 3, hardwareType: 1 };
  return runProgram(compileLiveFilter(expression), packet.bytes, metadata) > 0;
}

test('without libpcap one line says which package brings it', () => {
  expect(() => openFirst(['libno-such-library.so.9'])).toThrow(
    /^-f needs libpcap: apt-get install libpcap0\.8 \(Debian, Ubuntu: libpcap0\.8 or libpcap0\.8t64\), dnf install libpcap$/,
  );
});

describe.skipIf(whyNoLibpcap() !== undefined)('filters by libpcap', () => {
  test('a program for a link type', () => {
    const program = compileFilter('tcp dst port 80', DLT_EN10MB, 65535);
    const none = { protocol: 0, packetType: 0, interfaceIndex: 0, hardwareType: 0 };
    expect(runProgram(program, ethernet(v4), none)).toBe(65535);
    expect(runProgram(program, ethernet(v6), none)).toBe(0);
  });

  test('the empty expression keeps everything', () => {
    expect(compileFilter('', DLT_EN10MB, 1000)).toEqual([{ code: 0x06, jt: 0, jf: 0, k: 1000 }]);
  });

  test("what is wrong comes in libpcap's own words", () => {
    expect(() => compileFilter('tcp port', DLT_EN10MB, 65535)).toThrow(/^-f: .*syntax error/);
    expect(() => compileFilter('ether host 1:2:3:4:5:6', 113, 65535)).toThrow(
      /^-f: ethernet addresses supported only on/,
    );
    expect(() => compileFilter('tcp\0 or udp', DLT_EN10MB, 65535)).toThrow(
      '-f: the filter expression holds a NUL byte',
    );
  });

  test('a loop is refused', () => {
    expect(() => compileFilter('ip protochain 6', 1, 65535)).toThrow('a filter with a loop in it (protochain)');
  });

  test('many filters leave no memory behind', () => {
    const compileMany = (): number => {
      for (let i = 0; i < 500; i++) {
        compileFilter('tcp port 80 and (host 192.0.2.1 or net 10.0.0.0/8)', DLT_EN10MB, 65535);
        expect(() => compileFilter('tcp port (', DLT_EN10MB, 65535)).toThrow();
      }
      return process.memoryUsage().rss;
    };
    compileMany();
    const before = compileMany();
    for (let i = 0; i < 3; i++) compileMany();
    expect(process.memoryUsage().rss - before).toBeLessThan(16 << 20);
  });

  test('a live filter sees packets from their network header on', () => {
    expect([keeps('tcp port 80', v4), keeps('tcp port 80', v6), keeps('tcp port 8080', v6)]).toEqual([
      true,
      false,
      true,
    ]);
    expect([keeps('ip', v4), keeps('ip6', v4), keeps('ip6', v6)]).toEqual([true, false, true]);
    expect([keeps('src host 192.0.2.1', v4), keeps('dst net 198.51.100.0/24', v4)]).toEqual([true, false]);
    expect(keeps('host 2001:db8::2', v6)).toBe(true);
    expect(keeps('tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420', v4)).toBe(true);
    const optioned = ipv4({ ...V4, options: new Uint8Array(8) }, tcp(V4, latin1('PUT / HTTP/1.1\r\n\r\n')));
    expect(keeps('tcp[20:4] = 0x50555420', optioned)).toBe(true);
    expect(keeps('ip6[6] = 6 and ip6[40:2] = 40000', ipv6(V6, tcp(V6, latin1('x'))))).toBe(true);
    expect(keeps(`len = ${v4.bytes.length}`, v4)).toBe(true);
  });

  test('which way a packet goes can be asked', () => {
    expect([keeps('outbound', v4, 4), keeps('outbound', v4, 0)]).toEqual([true, false]);
    expect([keeps('inbound', v4, 4), keeps('inbound and tcp', v4, 0)]).toEqual([false, true]);
  });

  test('the link layer cannot be asked', () => {
    const cannot = 'it cannot ask for link-layer addresses or bytes';
    for (const expression of [
      'link[6] = 1',
      'link[14:4] = 0x08004500',
      'link[0:4] = 0',
      'link[1] = 4',
      'link[ip[0]] = 1',
    ]) {
      expect(() => compileLiveFilter(expression)).toThrow(cannot);
    }
  });
});

describe('offsets', () => {
  const load = (code: number, k: number): Instruction => ({ code, jt: 0, jf: 0, k });
  const [LDW, LDH, LDB, LDH_X, LDX_MSH, LD_LEN, LD_IMM, LD_MEM] = [0x20, 0x28, 0x30, 0x48, 0xb1, 0x80, 0x00, 0x60];

  test('packet bytes move by the cooked header, the two fields that the kernel knows become its own', () => {
    const before = [load(LDH, 16), load(LDB, 25), load(LDH_X, 18), load(LDX_MSH, 16), load(LDH, 14), load(LDH, 0)];
    expect(moveOffsets(before).map(({ k }) => k)).toEqual([0, 9, 2, 0, 0xfffff000, 0xfffff004]);
  });

  test('what loads no packet bytes stays, jumps and answers too', () => {
    const before = [
      load(LD_LEN, 0),
      load(LD_IMM, 3),
      load(LD_MEM, 1),
      load(LDW, 0xfffff008),
      load(0x15, 14),
      load(0x06, 9),
    ];
    expect(moveOffsets(before)).toEqual(before);
  });

  test.each([
    [LDH, 1],
    [LDH, 13],
    [LDH, 15],
    [LDW, 0],
    [LDW, 14],
    [LDB, 14],
    [LDB, 0],
    [LDH_X, 0],
    [LDH_X, 14],
    [LDX_MSH, 14],
  ])('a load %i of the cooked header at %i is an error', (code, k) => {
    expect(() => moveOffsets([load(code, k)])).toThrow('-f: live, a filter sees packets from the IP header on');
  });
});
