import { expect, test } from 'vitest';
import { ETHERTYPE, pppoe } from '../../test/support/frames.ts';
import { openInternals, shortestFit } from '../../test/support/packet-internals.ts';

const internals = openInternals();
const { code, putLast } = internals;
const inner = { protocol: ETHERTYPE.ipv4, bytes: Uint8Array.of(0x45, 0) };

test('fits from the end of the protocol field on', () => {
  expect(shortestFit(internals, code.pppoe_fits, pppoe(inner).bytes)).toBe(8);
  expect(shortestFit(internals, code.pppoe_fits, pppoe(inner, { compressed: true }).bytes)).toBe(7);
});

test('protocols of two bytes, and compressed of one', () => {
  const protocol = (compressed: boolean, pppProtocol: number): number[] => {
    const { at } = putLast(pppoe(inner, { compressed, pppProtocol }).bytes);
    return [code.pppoe_protocolLength(at), code.pppoe_protocol(at)];
  };
  expect(protocol(false, 0x0021)).toEqual([2, 0x0021]);
  expect(protocol(false, 0xc021)).toEqual([2, 0xc021]);
  expect(protocol(true, 0x57)).toEqual([1, 0x57]);
});

test('session data is version 1, type 1, code 0 and nothing else', () => {
  const isSession = (versionType: number, code_: number): number =>
    code.pppoe_isSession(putLast(pppoe(inner, { versionType, code: code_ }).bytes).at);
  expect(isSession(0x11, 0)).toBe(1);
  expect([isSession(0x11, 0x09), isSession(0x21, 0), isSession(0x12, 0), isSession(0, 0)]).toEqual([0, 0, 0, 0]);
});
