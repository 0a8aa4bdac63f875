// The benchmark's command line, in the way of httplog's own.

/** What is asked for. */
export interface Asked {
  readonly isShort: boolean;
  /** Nothing but the long soak. */
  readonly isLongSoak: boolean;
  /** Only cases with these names; all where there are none. */
  readonly only: readonly string[];
  readonly rounds: number | undefined;
}

export const USAGE: string = `usage: npm run bench [-- FLAGS]
  -short        a look: small captures, the file cases and three live cases, two minutes
  -only CASES   only these cases: file-mix,live-top
  -rounds N     rounds of each case (default 5, short 3)
  -soak         nothing but a soak of half an hour, whose section is written into docs/performance.md
  -list         the names of the cases
`;

/** Reads the command line. Throws an Error that says what is wrong with it. */
export function readArguments(words: readonly string[], names: readonly string[]): Asked {
  const asked = { isShort: false, isLongSoak: false, only: [] as string[], rounds: undefined as number | undefined };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag, given] = word.replace(/^--?/, '').split('=', 2);
    const value = (): string => given ?? rest.shift() ?? '';
    if (flag === 'short') asked.isShort = true;
    else if (flag === 'soak') asked.isLongSoak = true;
    else if (flag === 'only') asked.only.push(...value().split(','));
    else if (flag === 'rounds') asked.rounds = wholeNumber(value());
    else throw new Error(`unknown flag ${word}\n${USAGE}`);
  }
  const unknown = asked.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no case ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return asked;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) throw new Error(`-rounds ${text}: 1 to 100`);
  return number;
}
