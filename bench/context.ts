// What every case is told.
import { type Capture, type CaptureName, captureOf, PLANS, short } from './captures.ts';
import type { CaseResult } from './results.ts';
import type { Plan } from './traffic.ts';

export interface Context {
  /** A tenth of the packets, three rounds. */
  readonly isShort: boolean;
  /** Rounds of each case. */
  readonly rounds: number;
  /** Why nothing live can run; undefined where it can. */
  readonly whyNotLive: string | undefined;
  /** Progress, on standard error. */
  say(line: string): void;
}

/** A case that can be asked for by its name. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly isLive: boolean;
  /** Whether the short version has it too. */
  readonly inShort: boolean;
  run(context: Context): Promise<CaseResult>;
}

/** A capture with a name, of the size that this benchmark works with. */
export function namedCapture(name: CaptureName, context: Context): Capture {
  return capture(name, PLANS[name], context);
}

/** The capture of a plan, of the size that this benchmark works with. */
export function capture(name: string, plan: Plan, context: Context): Capture {
  return captureOf(name, context.isShort ? short(plan) : plan, context.say);
}
