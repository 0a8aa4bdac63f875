// Code that is not instrumented is judged by what it says: a message whose words are new is as good as a branch that is.

/** Numbers of places. */
const PLACES = 4096;

export interface Shapes {
  readonly counters: Uint8Array;
  /** Notes what came out, as text in which numbers and what is quoted do not count. */
  note(...texts: readonly string[]): void;
}

export function makeShapes(): Shapes {
  const counters = new Uint8Array(PLACES);
  return {
    counters,
    note(...texts) {
      for (const text of texts) {
        const shape = text.replaceAll(/"[^"]*"/g, '');
        let hash = 17;
        for (let i = 0; i < shape.length; i++) hash = Math.imul(hash, 31) + shape.charCodeAt(i);
        counters[(hash >>> 0) % PLACES] = 1;
      }
    },
  };
}
