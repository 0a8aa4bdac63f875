import { VERDICT_EMPTY, VERDICT_SEGMENT } from '../../layout/verdicts.ts';
import { asLatin1 } from './bytes.ts';
import type { InnerFunctions, Internals } from './packet-internals.ts';

/** What decoding found, free of addresses. */
export function foundIn({ code, read }: Internals, verdict: number): object {
  if (verdict !== VERDICT_SEGMENT && verdict !== VERDICT_EMPTY) return { verdict };
  const variable = (name: keyof InnerFunctions): number => Number((code[name] as { value: unknown }).value) >>> 0;
  const length = variable('decode_version') === 4 ? 4 : 16;
  const bytesAt = (name: keyof InnerFunctions): number[] => [...read(variable(name), variable(name) + length)];
  const tags = Array.from({ length: variable('decode_tagCount') }, (_, i) =>
    code.vlan_identifier(variable('decode_tags') + 4 * i),
  );
  return {
    verdict,
    source: bytesAt('decode_source'),
    destination: bytesAt('decode_destination'),
    sourcePort: variable('decode_sourcePort'),
    destinationPort: variable('decode_destinationPort'),
    sequence: code.tcp_sequenceNumber(variable('decode_segment')) >>> 0,
    payload: asLatin1(read(variable('decode_payload'), variable('decode_payloadEnd'))),
    tags,
  };
}
