// Which places of the code inputs have reached, and about how often. The classes of counts are AFL's.

/** For each count the bit of its class: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more. */
const CLASSES: Uint8Array = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count < 4) return [0, 1, 2, 4][count] ?? 0;
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
});

/** A place and a class of counts, in one number. */
export type Feature = number;

/** What was reached. */
export interface Coverage {
  /** The places that were reached. */
  reached(): number[];
  /** What these counters show that is new; nothing is taken down. */
  news(counters: Uint8Array): Feature[];
  /** Takes down that this was reached. */
  add(features: readonly Feature[]): void;
}

/** All that these counters show. */
export function featuresOf(counters: Uint8Array): Feature[] {
  return makeCoverage(counters.length).news(counters);
}

/** Whether these counters show all of these. */
export function shows(counters: Uint8Array, features: readonly Feature[]): boolean {
  return features.every((feature) => CLASSES[counters[feature >>> 8] ?? 0] === (feature & 255));
}

/** Coverage of so many places, none of which is reached. */
export function makeCoverage(places: number): Coverage {
  const seen = new Uint8Array(places);
  return {
    reached: () => [...seen.keys()].filter((place) => seen[place] !== 0),
    news(counters) {
      const features: Feature[] = [];
      for (let i = 0; i < counters.length; i++) {
        const count = counters[i] as number;
        if (count === 0) continue;
        const bit = CLASSES[count] as number;
        if (((seen[i] as number) & bit) === 0) features.push((i << 8) | bit);
      }
      return features;
    },
    add(features) {
      for (const feature of features) {
        const place = feature >>> 8;
        seen[place] = (seen[place] ?? 0) | (feature & 255);
      }
    },
  };
}
