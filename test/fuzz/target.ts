// What is fuzzed: a target takes any bytes, and throws where something does not hold that must hold for any bytes.

/** One thing that is fuzzed. */
export interface Target {
  readonly name: string;
  /** Bytes of the longest input. */
  readonly longest: number;
  /** What inputs are likely to hold. */
  readonly words: readonly Uint8Array[];
  /** Inputs to begin with, beside those of the corpus. */
  seeds(): Uint8Array[];
  /** Takes an input. Throws where something does not hold. */
  run(input: Uint8Array): void | Promise<void>;
  /** How often the last run came by each place of the code; borrowed, and cleared by whoever has looked at it. */
  counters(): Uint8Array;
  /** A slow second reading, for inputs that show something new. Throws where it is another one. */
  compare?(input: Uint8Array): void;
}

/** Throws, where `holds` is false, with what must hold. */
export function must(holds: boolean, what: string, ...shown: readonly unknown[]): asserts holds {
  if (!holds)
    throw new Error(shown.length === 0 ? what : `${what}: ${shown.map((one) => JSON.stringify(one)).join(' ')}`);
}
