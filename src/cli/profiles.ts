// The files of `-cpuprofile`, before a run begins: a profile that nobody would ever see is no reason to begin.
import type { Options } from '../config/check.ts';
import { asUser, type User } from '../linux/users.ts';
import { advice } from '../pipeline/advice.ts';
import type { ProfileFiles } from '../pipeline/profile-files.ts';
import { codeOf } from '../sink/destination.ts';
import { CannotRun } from './cannot-run.ts';

type ProfileOptions = Pick<Options, 'cpuProfile' | 'file' | 'limit' | 'threads' | 'clickHouse' | 'otlp'>;

/** Opens them as the user that the run will be; undefined where none are wanted. Throws CannotRun. */
export async function openProfileFiles(
  options: ProfileOptions,
  user: User | undefined,
): Promise<ProfileFiles | undefined> {
  const { cpuProfile } = options;
  if (cpuProfile === undefined) return undefined;
  const { openProfiles } = await import('../pipeline/profile-files.ts');
  const threads = await threadNames(options);
  return attempt(cpuProfile, user, () => openProfiles(cpuProfile, threads));
}

/** Proves that they can be opened, and leaves nothing behind. Throws CannotRun. */
export async function proveProfileFiles(options: ProfileOptions, user: User | undefined): Promise<void> {
  const { cpuProfile } = options;
  if (cpuProfile === undefined) return;
  const { proveProfiles } = await import('../pipeline/profile-files.ts');
  const threads = await threadNames(options);
  attempt(cpuProfile, user, () => proveProfiles(cpuProfile, threads));
}

async function threadNames(options: ProfileOptions): Promise<string[]> {
  const delivery = options.clickHouse.length + options.otlp.length > 0 ? ['delivery'] : [];
  if (options.file !== undefined) return ['main', ...delivery];
  const { threadsOf } = await import('../pipeline/live-run.ts');
  return ['main', ...Array.from({ length: threadsOf(options) }, (_, i) => `capture${i}`), ...delivery];
}

function attempt<T>(path: string, user: User | undefined, action: () => T): T {
  try {
    return user === undefined ? action() : asUser(user, action);
  } catch (error) {
    const code = codeOf(error);
    const why = code === 'ENOENT' ? 'its directory does not exist (ENOENT): make it' : advice(code);
    throw new CannotRun(`flag -cpuprofile: cannot write ${path}: ${why}, or name another file`);
  }
}
