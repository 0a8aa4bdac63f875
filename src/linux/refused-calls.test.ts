import { describe, expect, test } from 'vitest';
import { runProgram } from '../../test/support/cbpf.ts';
import { MACHINES, type Machine, refusingProgram } from './refused-calls.ts';
import { encode } from './socket-filter-abi.ts';

const NO_METADATA = { protocol: 0, packetType: 0, interfaceIndex: 0, hardwareType: 0 };
const ALLOWED = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;

/** What the filter says of a call; the model of the program reads words in network order. */
function judge(machine: Machine, number: number, values: readonly number[] = [], of = machine.architecture): number {
  const data = new DataView(new ArrayBuffer(64));
  data.setUint32(0, number);
  data.setUint32(4, of);
  values.forEach((value, i) => {
    data.setUint32(16 + 8 * i, value);
  });
  return runProgram(encode(refusingProgram(machine)), new Uint8Array(data.buffer), NO_METADATA);
}

const CLOEXEC = 0x80000;

describe.each(Object.entries(MACHINES))('%s', (_name, machine) => {
  test.each([
    ['AF_UNIX datagrams (syslog)', 1, 2, ALLOWED],
    ['TCP', 2, 1, ALLOWED],
    ['TCP over IPv6', 10, 1 | CLOEXEC, ALLOWED],
    ['UDP', 2, 2 | CLOEXEC, ALLOWED],
    ['netlink (getifaddrs)', 16, 3 | CLOEXEC, ALLOWED],
    ['raw IPv4', 2, 3 | CLOEXEC, EPERM],
    ['raw IPv6', 10, 3, EPERM],
    ['SOCK_PACKET of IPv4', 2, 10, EPERM],
    ['packet', 17, 2, EPERM],
    ['packet, raw', 17, 3 | CLOEXEC, EPERM],
    ['vsock', 40, 1, EPERM],
    ['AF_ALG', 38, 5, EPERM],
    ['no family', 0, 1, EPERM],
  ])('socket: %s', (_socket, family, type, expected) => {
    expect(judge(machine, machine.socket, [family, type])).toBe(expected);
  });

  test('threads can be started, namespaces not', () => {
    // CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID: what pthread_create asks for.
    const THREAD = 0x3d0f00;
    expect(judge(machine, machine.clone, [THREAD])).toBe(ALLOWED);
    for (let bit = 0; bit < 7; bit++) {
      const flag = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000][bit] ?? 0;
      expect(judge(machine, machine.clone, [THREAD | flag])).toBe(EPERM);
    }
    expect(judge(machine, 435)).toBe(ENOSYS);
  });

  test('what is refused, and all else', () => {
    const refused = new Set(machine.refused);
    expect(refused.size).toBe(32);
    for (let number = 0; number < 500; number++) {
      if (number === machine.socket || number === 435) continue;
      expect([number, judge(machine, number)]).toEqual([number, refused.has(number) ? EPERM : ALLOWED]);
    }
  });

  test('the same numbers of another machine, and x32', () => {
    expect(judge(machine, 1, [], 0x40000003)).toBe(EPERM);
    expect(judge(machine, 0x40000000 | 1)).toBe(EPERM);
  });
});
