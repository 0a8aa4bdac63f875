import type { Listed } from './ours.ts';

/** What stands in one list only. */
export interface Unmatched {
  /** In the peer's list and not in ours. */
  missing: Listed[];
  /** In ours and not in the peer's. */
  extra: Listed[];
}

/** No difference. */
export const NOTHING: Unmatched = { missing: [], extra: [] };

/** The wanted ones that none of ours is the same as. */
export function absent(
  wanted: readonly Listed[],
  ours: readonly Listed[],
  isSame: (wanted: Listed, ours: Listed) => boolean,
): Listed[] {
  return wanted.filter((one) => !ours.some((other) => isSame(one, other)));
}

/** Compares two lists as multisets. */
export function compare(
  wanted: readonly Listed[],
  ours: readonly Listed[],
  isSame: (wanted: Listed, ours: Listed) => boolean,
): Unmatched {
  const extra = [...ours];
  const missing = wanted.filter((one) => {
    const i = extra.findIndex((other) => isSame(one, other));
    if (i >= 0) extra.splice(i, 1);
    return i < 0;
  });
  return { missing, extra };
}

/** tshark tells everything: the packet, its time to the millisecond, and all that a line says. */
export function isSameAsTshark(wanted: Listed, ours: Listed): boolean {
  return (
    wanted.frame === ours.frame && wanted.time === ours.time && isSameFlow(wanted, ours) && isSameText(wanted, ours)
  );
}

function isSameText(wanted: Listed, ours: Listed): boolean {
  return wanted.startLine === ours.startLine && wanted.fields.every((field, i) => field === ours.fields[i]);
}

function isSameFlow(wanted: Listed, ours: Listed): boolean {
  return (
    wanted.kind === ours.kind && isTold(wanted.source, ours.source) && isTold(wanted.destination, ours.destination)
  );
}

/**
 * Zeek decodes percent signs in the target, cuts the port off the host, tells the request's version only where no answer came, and of an answer
 * neither length nor type. '~' is what its list does not tell.
 */
export function isSameAsZeek(wanted: Listed, ours: Listed): boolean {
  if (!isSameFlow(wanted, ours)) return false;
  if (wanted.kind === 'R') return isSameStatus(wanted.startLine, ours.startLine);
  const target = ({ startLine }: Listed): string => decoded(startLine.replace(/ (~|HTTP\/[0-9.]+)$/, '')).trimEnd();
  const host = ({ fields }: Listed): string => fields[0].replace(/:[0-9]*$/, '');
  return (
    target(wanted) === target(ours) && isTold(host(wanted), host(ours)) && isTold(wanted.fields[1], ours.fields[1])
  );
}

/** Suricata normalises host and type, and tells of most messages one thing or two. */
export function isSameAsSuricata(wanted: Listed, ours: Listed): boolean {
  if (wanted.kind !== ours.kind) return false;
  if (wanted.kind === 'R')
    return (
      isSameStatus(wanted.startLine, ours.startLine) && isTold(wanted.fields[1], ours.fields[1].replace(/;.*/, ''))
    );
  const parts = (line: string): string[] => /^(\S*) (.*?)(?: (?:~|HTTP\/[0-9.]+))?$/.exec(line)?.slice(1) ?? [line];
  const own = parts(ours.startLine);
  const host = ours.fields[0].replace(/:[0-9]*$/, '').toLowerCase();
  return (
    parts(wanted.startLine).every((part, i) => isTold(part, own[i] ?? '')) &&
    isTold(wanted.fields[0].toLowerCase(), host) &&
    isTold(wanted.fields[1], ours.fields[1])
  );
}

/** Version, status, reason: each may be '~'. */
function isSameStatus(wanted: string, ours: string): boolean {
  const parts = (line: string): string[] => /^(\S*) (\S*) ?(.*)$/.exec(line)?.slice(1) ?? [line];
  const own = parts(ours);
  return parts(wanted).every((part, i) => isTold(part, own[i] ?? ''));
}

function isTold(wanted: string, ours: string): boolean {
  return wanted === '~' || wanted === ours;
}

function decoded(target: string): string {
  return target.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
