// How many lines go into a request: halves find what a server refuses, and one that refuses everything is not asked for each record.

/** What the next requests may have. */
export interface Parts {
  readonly most: number;
  /** The server took what it was sent. */
  taken(): void;
  /** It refused so many lines. Whether that stands; else fewer of them are to be sent. */
  refused(lines: number): boolean;
}

/** After so many refusals in a row it is believed of more than one line. */
const BELIEVED = 10;

/** Starts with no bound. */
export function openParts(): Parts {
  let most = Number.POSITIVE_INFINITY;
  let inARow = 0;
  return {
    get most() {
      return most;
    },
    taken() {
      inARow = 0;
      most *= 2;
    },
    refused(lines) {
      if (lines > 1 && inARow < BELIEVED) {
        most = lines >> 1;
        return false;
      }
      inARow++;
      most = 2 * lines;
      return true;
    },
  };
}
