import { codeOf } from '../sink/destination.ts';
import { sudoCommand } from './sudo-command.ts';

/** Says in one line why httplog cannot run. */
export function explain(error: unknown): string {
  if (codeOf(error) === 'EPERM') {
    return `not permitted to capture: CAP_NET_RAW is missing; run as root: ${sudoCommand(process.execPath, process.argv.slice(1))}, or grant it to a copy of node that only its users may run: docs/operations.md, "Without root"`;
  }
  return error instanceof Error ? error.message : String(error);
}
