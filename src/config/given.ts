import type { SettingName } from './option.ts';

/** Where a value comes from; the first beats the second, which beats the third. */
export type Origin = 'flag' | 'environment' | 'file';

/** A value as somebody gave it, not yet read. */
export interface Given {
  readonly name: SettingName;
  readonly text: string;
  readonly origin: Origin;
  /** What a message calls its place: `flag -p`, `environment HTTPLOG_PORT`, `/etc/sysconfig/httplog:3: HTTPLOG_PORT`. */
  readonly place: string;
}

/** What one of the three sources says, and what is wrong with it: one line a mistake. */
export interface Source {
  readonly given: readonly Given[];
  readonly mistakes: readonly string[];
}
