// Small parts that several formats have.

import { TYPE_CQ, TYPE_CR, TYPE_SQ } from '../../layout/types';
import { DOT } from '../bytes/ascii';
import { byte, decimal } from '../bytes/writer';
import * as connection from '../record/connection';
import * as half from '../record/half';
import * as vlan from '../wire/vlan';

/** The two letters of a message type as a little-endian word. */
export function typeName(type: u32): u16 {
  if (type === TYPE_CQ) return 0x5143;
  if (type === TYPE_CR) return 0x5243;
  return type === TYPE_SQ ? 0x5153 : 0x5253;
}

/** `vlan=` as a little-endian word. */
export const VLAN_EQUALS: u64 = 0x3d6e616c76;

/** Writes the numbers of a half's VLAN tags, outermost first, dots between them; 0 where there are none. */
export function tagsOf(at: usize, message: usize): usize {
  const begin = at;
  if (connection.outerTag(message) >= 0) at = byte(decimal(at, connection.outerTag(message)), DOT);
  for (let tag = half.tags(message); tag < half.tagsEnd(message); tag += vlan.HEADER_LENGTH) {
    at = byte(decimal(at, vlan.identifier(tag)), DOT);
  }
  return at === begin ? 0 : at - 1;
}
