// The head of a message: what stands in it, where it ends, and what follows in its packet.
import { pcap } from '../../support/capture-file.ts';
import { packetCodeOutcome, secondReadingOutcome } from '../../support/comparison.ts';
import { ethernet } from '../../support/frames.ts';
import { httpCases } from '../../support/http-cases.ts';
import { tcpPacket } from '../../support/packets.ts';
import { HTTP_WORDS } from '../http-words.ts';
import type { Instrumented } from '../instrument.ts';
import { openSandbox, type Sandbox } from '../sandbox.ts';
import { must, type Target } from '../target.ts';

const LONGEST = 4096;
const ENDS = { source: '192.0.2.1', sourcePort: 40_000, destination: '198.51.100.7', destinationPort: 80 };
const PLAIN = { ports: 'any', local: [], addVlan: false, split: false } as const;
/** The fields that the format of lines of text has. */
const SLOTS = 8;

export function headTarget(code: Instrumented): Target {
  const sandbox = openSandbox(code, { input: LONGEST, areas: 1, format: 'combined', headers: ['referer', 'x-a'] });
  return {
    name: 'head',
    longest: LONGEST,
    words: HTTP_WORDS,
    seeds: () =>
      httpCases()
        .map(({ payload }) => payload)
        .filter(({ length }) => length <= LONGEST),
    counters: () => sandbox.counters,
    run(input) {
      const one = messages(sandbox, input, 0x0a);
      const other = messages(sandbox, input, 0x41);
      must(String(one) === String(other), 'bytes around a payload change what it is', one, other);
    },
    compare(input) {
      if (input.length === 0) return;
      const file = pcap([{ time: 0n, bytes: ethernet(tcpPacket(ENDS, input)) }]);
      const [ours, second] = [packetCodeOutcome(file, PLAIN), secondReadingOutcome(file, PLAIN)];
      must(JSON.stringify(ours) === JSON.stringify(second), 'lines', ours, second);
    },
  };
}

/** All messages of a payload, as offsets. */
function messages(sandbox: Sandbox, input: Uint8Array, around: number): number[] {
  const { code } = sandbox;
  sandbox.begin(around, 1000 + 16 * input.length);
  const { at, end } = sandbox.put(input, around);
  const all: number[] = [code.head_mayBegin(at, end)];
  for (let next = at; next < end && next !== 0; ) {
    const kind = code.head_read(next, end);
    if (kind === 0) break;
    all.push(kind, ...found(sandbox, next, end).map((address) => address - at));
    const behind = code.head_messageEnd.value;
    must(behind === 0 || (behind > next && behind <= end), 'the walk makes no progress', next - at, behind - at);
    next = behind;
  }
  return all;
}

/** Addresses of what was read, each within the bytes. */
function found({ code }: Sandbox, at: number, end: number): number[] {
  const [line, lineEnd, headEnd] = [code.head_startLine.value, code.head_startLineEnd.value, code.head_headEnd.value];
  must(
    at <= line && line < lineEnd && lineEnd <= headEnd && headEnd <= end,
    'the head lies outside',
    line,
    lineEnd,
    headEnd,
  );
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => code.fields_has(slot) !== 0);
  const values = slots.flatMap((slot) => {
    const [value, valueEnd] = [code.fields_value(slot), code.fields_valueEnd(slot)];
    must(lineEnd <= value && value <= valueEnd && valueEnd <= headEnd, 'a field lies outside', slot, value, valueEnd);
    return [at + slot, value, valueEnd];
  });
  code.requestLine_read(line, lineEnd);
  const parts = [
    code.requestLine_methodEnd,
    code.requestLine_target,
    code.requestLine_targetEnd,
    code.requestLine_versionEnd,
  ];
  // What a line that is no request line does not have is 0.
  for (const { value } of parts)
    must(value === 0 || (line <= value && value <= lineEnd), 'a part of the request line lies outside', value);
  return [line, lineEnd, headEnd, at + code.head_status.value, at + code.head_whole.value, ...values];
}
