// What stays undone, told once: it is tried each hour. Whoever may put files into the log directory can neither fill the diagnostics with
// their names nor the memory, as there are no more reasons than codes.
import { advice } from './advice.ts';
import type { Say } from './say.ts';

/** What is complained of in a run. */
export interface Complaints {
  /** A file stays as it is, for the reason that this code names: told by the next `tell`. */
  stays(path: string, code: string): void;
  /** A line about this, if it is another than the last one. */
  about(what: string, line: string): void;
  /** A line for each code with the first of its files. */
  tell(): void;
}

/** Begins without complaints. */
export function openComplaints(say: Say): Complaints {
  const saidBefore = new Map<string, string>();
  const staying = new Map<string, { readonly first: string; readonly more: number }>();
  const about = (what: string, line: string): void => {
    if (saidBefore.get(what) !== line) say(line, 'warning');
    saidBefore.set(what, line);
  };
  return {
    about,
    stays(path, code) {
      const before = staying.get(code);
      const first = before === undefined || path < before.first ? path : before.first;
      staying.set(code, { first, more: before === undefined ? 0 : before.more + 1 });
    },
    tell() {
      for (const [code, { first, more }] of staying) {
        const rest = more === 0 ? 'it stays as it is' : 'they stay as they are';
        about(`files ${code}`, `${first}${more === 0 ? '' : ` and ${more} more`}: ${advice(code)}; ${rest}`);
      }
      staying.clear();
    },
  };
}
