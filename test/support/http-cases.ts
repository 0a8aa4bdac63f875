import { readdirSync, readFileSync } from 'node:fs';

import { join, latin1, utf8 } from './bytes.ts';
import type { Message } from './second-reading/messages.ts';

/** A case of test/http-cases (its README says how they are written). */
export interface HttpCase {
  /** File, line and name. */
  name: string;
  payload: Uint8Array;
  /** What the payload must give, fields as they are logged (escaped; latin1, a character for each byte). */
  messages: Message[];
}

const FOLDER: URL = new URL('../../test/http-cases/', import.meta.url);

/** `\{N:text}`: the text N times; `\u{hhhh}`: a character that can't be seen. */
function expand(text: string): string {
  return text
    .replace(/\\\{(\d+):(.*?)\}/g, (_, count: string, part: string) => part.repeat(Number(count)))
    .replace(/\\u\{([0-9a-f]+)\}/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
}

const ESCAPES: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };

/** The bytes that payload text stands for. */
function payloadBytes(text: string): Uint8Array {
  const parts = expand(text).match(/\\x[0-9a-f]{2}|\\[rnt\\]|[^\\]+|\\/g) ?? [];
  return join(
    ...parts.map((part) => {
      if (!part.startsWith('\\')) return utf8(part);
      if (part.startsWith('\\x')) return Uint8Array.of(Number.parseInt(part.slice(2), 16));
      const character = ESCAPES[part.slice(1)];
      if (character === undefined) throw new Error(`unknown escape in ${text}`);
      return latin1(character);
    }),
  );
}

const FIELD_PLACE: Readonly<Record<string, readonly [Message['kind'], 0 | 1]>> = {
  host: ['request', 0],
  agent: ['request', 1],
  length: ['response', 0],
  type: ['response', 1],
};

/** Adds what one line behind `> ` says. */
function expectation(line: string, messages: Message[]): void {
  const [, word = '', text = ''] = /^ *([a-z]+)(?:: (.*))?$/.exec(line) ?? [];
  const logged = Buffer.from(expand(text)).toString('latin1');
  if (word === 'request' || word === 'response') {
    messages.push({ kind: word, startLine: logged, fields: ['', ''], cut: false });
    return;
  }
  const message = messages.at(-1);
  const [kind, place] = FIELD_PLACE[word] ?? [];
  if (word === 'nothing' && !message) return;
  if (word === 'cut' && message) message.cut = true;
  else if (message && message.kind === kind && place !== undefined)
    message.fields = place === 0 ? [logged, message.fields[1]] : [message.fields[0], logged];
  else throw new Error(`not an expectation here: ${line}`);
}

/** Reads the cases of one file's text. Throws with the line on what is none. */
export function parseHttpCases(file: string, text: string): HttpCase[] {
  const cases: (HttpCase & { expected: boolean })[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const place = `${file}:${index + 1}`;
    const current = cases.at(-1);
    if (/[ \t\r]$/.test(line))
      throw new Error(`${place}: blanks at the end of a line can't be seen: write \\x20 or \\t`);
    if (line === '' || line.startsWith('-- ')) continue;
    if (line.startsWith('# ')) {
      cases.push({ name: `${place} ${line.slice(2)}`, payload: new Uint8Array(0), messages: [], expected: false });
    } else if (line.startsWith('| ') && current && !current.expected) {
      current.payload = join(current.payload, payloadBytes(line.slice(2)));
    } else if (line.startsWith('> ') && current) {
      current.expected = true;
      expectation(line.slice(2), current.messages);
    } else throw new Error(`${place}: not a line of a case: ${line}`);
  }
  for (const { name, expected } of cases)
    if (!expected) throw new Error(`${name}: says nothing about what is expected`);
  return cases.map(({ name, payload, messages }) => ({ name, payload, messages }));
}

/** All cases of all files, in the order of the files' names. */
export function httpCases(): HttpCase[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  return files.sort().flatMap((file) => parseHttpCases(file, readFileSync(new URL(file, FOLDER), 'utf8')));
}
