import { expect, test } from 'vitest';
import { defaultRouteIn } from './default-route.ts';

const HEADER = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT      ';
const ZERO = '0'.repeat(32);

function ipv4(device: string, destination: string, mask: string, flags: string, metric: number): string {
  return `${device}\t${destination}\t010200C0\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0     `;
}

function ipv6(device: string, length: string, metric: string, flags: string): string {
  return `${ZERO} ${length} ${ZERO} 00 fd000000000000000000000000000001 ${metric} 00000002 00000000 ${flags}     ${device}`;
}

function lines(...text: string[]): string {
  return `${text.join('\n')}\n`;
}

test('the default route with the lowest metric, the first of equal ones', () => {
  const table = lines(
    HEADER,
    ipv4('docker0', '000011AC', '0000FFFF', '0001', 0),
    ipv4('wlan0', '00000000', '00000000', '0003', 600),
    ipv4('eth1', '00000000', '00000000', '0003', 100),
    ipv4('eth2', '00000000', '00000000', '0003', 100),
  );
  expect(defaultRouteIn(table, '')).toBe('eth1');
});

test('half a default route (0.0.0.0/1) and one that is down or refuses do not count', () => {
  const table = lines(
    HEADER,
    ipv4('tun0', '00000000', '00000080', '0003', 0),
    ipv4('eth0', '00000000', '00000000', '0002', 0),
    ipv4('*', '00000000', '00000000', '0201', 0),
  );
  expect(defaultRouteIn(table, '')).toBeUndefined();
});

test('IPv6 counts when IPv4 has none; its metric is hexadecimal', () => {
  const table = lines(
    ipv6('lo', '00', 'ffffffff', '00200200'),
    ipv6('eth0', '00', '00000400', '00000003'),
    ipv6('eth1', '00', '00000064', '00000003'),
    ipv6('eth2', '40', '00000001', '00000001'),
  );
  expect(defaultRouteIn(lines(HEADER), table)).toBe('eth1');
  expect(defaultRouteIn(lines(HEADER, ipv4('wan', '00000000', '00000000', '0003', 9)), table)).toBe('wan');
});

test('no routes at all', () => {
  expect(defaultRouteIn('', '')).toBeUndefined();
});
