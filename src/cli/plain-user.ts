// As whom a capture file is read to standard output. Once the file is open nothing of that needs root, and what the packet code reads is
// foreign. All this is done by what Node has itself, since loading foreign functions would make the start of a short run longer.
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CAP_SETGID, CAP_SETUID } from '../linux/capabilities.ts';
import { koffiPath } from '../linux/foreign.ts';
import { asUser, becomeUser, type User } from '../linux/users.ts';

/** Whom root becomes where nobody is named. */
export const DEFAULT_USER = 'httplog';

/** Who reads this file (`-` is standard input) becomes the user httplog of /etc/passwd for good, in all threads. Stays root where that cannot be. */
export function giveUpRoot(file: string): void {
  const user = mayBecomeOthers() ? findLocalUser(DEFAULT_USER) : undefined;
  if (user !== undefined && user.id !== 0 && canReadProgram(user, file)) becomeUser(user);
}

function mayBecomeOthers(): boolean {
  const [, digits = '0'] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  const effective = BigInt(`0x${digits}`);
  return [CAP_SETUID, CAP_SETGID].every((capability) => ((effective >> BigInt(capability)) & 1n) === 1n);
}

function findLocalUser(name: string): User | undefined {
  const line = readFileSync('/etc/passwd', 'latin1')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , id, group] = line?.split(':') ?? [];
  const known = /^\d+$/.test(id ?? '') && /^\d+$/.test(group ?? '');
  return known ? { name, id: Number(id), group: Number(group) } : undefined;
}

/** The packet code is loaded afterwards. Also false where this root may be nobody else, as in some containers. */
function canReadProgram(user: User, file: string): boolean {
  const program = fileURLToPath(import.meta.url);
  try {
    // A pipe is waited for by a foreign function, which is looked for only then: that takes longer than all else here.
    const isPipe = !(file === '-' ? fstatSync(0) : statSync(file)).isFile();
    const paths = isPipe ? [program, koffiPath()] : [program];
    asUser(user, () => {
      for (const path of paths) closeSync(openSync(path, 'r'));
    });
    return true;
  } catch {
    return false;
  }
}
