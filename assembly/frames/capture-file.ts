// A capture file of either kind: its first word tells which.
import { FILE_PCAP, PLACE_FILE_KIND } from '../../layout/directory';
import * as input from './input';
import * as pcap from './pcap';
import * as pcapng from './pcapng';

/** The first bytes are of no capture file. */
export const NO_CAPTURE = 4;

/** Reads what stands at the walk's place: `input.FRAME` and the other results of frames/input, or `NO_CAPTURE`. */
export function next(): u32 {
  const kind = load<u32>(PLACE_FILE_KIND);
  if (kind === FILE_PCAP) return pcap.next();
  if (kind !== 0) return pcapng.next();
  if (!input.has(4)) return input.MORE;
  const word = load<u32>(input.at());
  if (pcap.isMagic(word)) return pcap.readHeader();
  if (word !== pcapng.BLOCK_SECTION) return NO_CAPTURE;
  const step = pcapng.next();
  return step === input.BROKEN ? NO_CAPTURE : step;
}
