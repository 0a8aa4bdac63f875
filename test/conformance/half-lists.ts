import { type Half, isNear, isSameHalf, type Joined } from './halves.ts';

/** How a half stands in two lists of transactions: in one only, or in both with another partner. */
export type Side = 'missing' | 'extra' | 'partner' | 'time';

export interface Difference {
  side: Side;
  half: Half;
  /** Of an answer with another partner: whether one of the two requests stands in one list only. */
  lonelyPartner?: 'wanted' | 'ours' | undefined;
}

/** What two lists of transactions have in common, and in what they differ. */
export interface Comparison {
  differences: Difference[];
  /** Wanted halves with those that are the same. */
  same: Map<Half, Half>;
  /** Wanted answers whose request is the same too. */
  pairs: Half[];
}

/** Compares the halves of two lists as multisets, and of the answers that stand in both the requests. */
export function compareJoined(wanted: readonly Joined[], ours: readonly Joined[]): Comparison {
  const rest = ours.flatMap(halvesOf);
  const same = new Map<Half, Half>();
  const differences: Difference[] = [];
  for (const half of wanted.flatMap(halvesOf)) {
    const at = rest.findIndex((one) => isSameHalf(half, one));
    if (at < 0) differences.push({ side: 'missing', half });
    else same.set(half, rest.splice(at, 1)[0] as Half);
  }
  differences.push(...rest.map((half): Difference => ({ side: 'extra', half })));
  const pairs: Half[] = [];
  for (const [half, own] of same) {
    if (half.kind === 'Q') continue;
    const request = joinedOf(wanted, half).request;
    const ownRequest = joinedOf(ours, own).request;
    if (!isSamePartner(request, ownRequest)) {
      const isLonely = (one: Half | undefined): boolean =>
        differences.some((other) => one !== undefined && other.half === one);
      const lonelyPartner = isLonely(request) ? 'wanted' : isLonely(ownRequest) ? 'ours' : undefined;
      differences.push({ side: 'partner', half, lonelyPartner });
    } else if (request) pairs.push(half);
  }
  return { differences, same, pairs };
}

/** Whether both begin with the same packet, whatever is read in it; or none is there in either list. */
function isSamePartner(one: Half | undefined, other: Half | undefined): boolean {
  if (!one || !other) return one === other;
  return one.source === other.source && one.destination === other.destination && isNear(one.first, other.first);
}

/** The transaction of a list that a half is of; one without halves where it is of none. */
export function joinedOf(list: readonly Joined[], half: Half): Joined {
  const isIts = ({ request, response }: Joined): boolean => request === half || response === half;
  return list.find(isIts) ?? { request: undefined, response: undefined };
}

function halvesOf({ request, response }: Joined): Half[] {
  return [request, response].filter((half) => half !== undefined);
}
