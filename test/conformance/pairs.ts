import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { captures, rows } from './corpora.ts';
import { tsharkAnswers } from './tshark.ts';

/**
 * Which answer belongs to which request, as tshark 4.0 tells it in two passes (`http.request_in`), in `pairs.tsv`: for each capture the frames that
 * end the requests of its answers, in the order of the answers in tshark's list beside the capture, `-` where tshark knows no request. It is kept
 * because tshark takes minutes for all captures; `CONFORMANCE_TSHARK=1` asks tshark anew.
 * Captures in which tshark finds other answers in two passes than in one are left out (CONNECT, decrypted TLS).
 */
const FILE: string = fileURLToPath(new URL('pairs.tsv', import.meta.url));
const COLUMNS = 'capture\trequests';

/** By capture, for each answer of tshark's list the frame that ends its request. */
export type Pairs = ReadonlyMap<string, readonly string[]>;

export function tsharkPairs(): Pairs {
  if (process.env.CONFORMANCE_TSHARK === '1')
    writeFileSync(FILE, `${[COLUMNS, ...captures().flatMap(({ path }) => pairsOf(path))].join('\n')}\n`);
  const [columns, ...lines] = readFileSync(FILE, 'utf8').trimEnd().split('\n');
  if (columns !== COLUMNS) throw new Error(`${FILE}: its first line must name the columns: ${COLUMNS}`);
  return new Map(
    lines.map((line) => {
      const [capture = '', requests = ''] = line.split('\t');
      return [capture, requests.split(' ')];
    }),
  );
}

function pairsOf(capture: string): string[] {
  const list = (rows(`${capture}.tshark-reasm.tsv`) ?? []).filter(({ proto }) => proto === 'h1');
  const frames = list.filter(({ kind }) => kind === 'R').map(({ frame = '' }) => frame);
  if (frames.length === 0) return [];
  const answers = tsharkAnswers(capture);
  if (answers.length !== frames.length) return [];
  answers.forEach(({ requestIn, between = '' }, i) => {
    const [asked, answered] = [requestIn, frames[i]].map((frame) => list.find((row) => row.frame === frame)?.ts);
    if (asked === undefined || nanoseconds(between) === 0n) return;
    const time = nanoseconds(answered) - nanoseconds(asked);
    if (time !== nanoseconds(between)) throw new Error(`${capture}: http.time is ${between}, not ${time}`);
  });
  return [`${capture}\t${answers.map(({ requestIn = '-' }) => requestIn).join(' ')}`];
}

/** Of seconds with nine digits behind the point. */
export function nanoseconds(seconds = '0.0'): bigint {
  return BigInt(seconds.replace('.', '') || 0);
}

/** Whether the frame that tshark names for the request of an answer ends none of the requests in its list. */
export function namesUnlisted(capture: string, answer: { readonly last: bigint }): boolean {
  const list = (rows(`${capture}.tshark-reasm.tsv`) ?? []).filter(({ proto }) => proto === 'h1');
  const at = list.filter(({ kind }) => kind === 'R').findIndex(({ ts }) => nanoseconds(ts) === answer.last);
  const name = tsharkPairs().get(capture)?.[at] ?? '-';
  return name !== '-' && !list.some(({ kind, frame }) => kind === 'Q' && frame === name);
}
