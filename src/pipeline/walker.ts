import type { Control } from './control.ts';
import type { GuardedCode } from './guard.ts';
import type { CaptureMessage } from './messages.ts';

/** What the walks need of their thread. */
export interface CaptureThread {
  readonly code: GuardedCode;
  readonly memory: WebAssembly.Memory;
  readonly control: Control;
  /** Rings the writer's bell if areas were handed over since the last time. */
  ringIfFull(): void;
  tell(message: CaptureMessage): void;
}
