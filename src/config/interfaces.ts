import { INTERFACES_MAXIMUM } from '../../layout/settings.ts';
import { items, type Reading } from './reading.ts';

/** IFNAMSIZ of linux/if.h without its NUL: the most bytes that an interface's name can have. */
const LONGEST = 15;

// What the kernel refuses in a name (dev_valid_name in net/core/dev.c), and control characters, which nobody means.
const REFUSED: RegExp = /[\s/:\p{Cc}]/u;

function whyNoName(name: string): string | undefined {
  if (name === '') return 'has an empty item';
  if (Buffer.byteLength(name) > LONGEST) return `holds a name of more than ${LONGEST} bytes`;
  if (REFUSED.test(name) || name === '.' || name === '..') return 'holds what cannot be the name of an interface';
  return undefined;
}

/** A list of at most 240 interfaces, `eth0,eth1`, each once, or `any`. Whether they exist is asked when they are opened. */
export function readInterfaces(text: string): Reading<readonly string[]> {
  const names = [...new Set(items(text))];
  if (names.length > INTERFACES_MAXIMUM) return { reason: `holds more than ${INTERFACES_MAXIMUM} names` };
  for (const name of names) {
    const reason = whyNoName(name);
    if (reason !== undefined) return { reason };
  }
  if (names.length > 1 && names.includes('any')) return { reason: 'names "any" beside other interfaces' };
  return { value: names };
}
