import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './wait.ts';

// A Debian that is booted for a test, with systemd as its first process, in namespaces of its own: a fresh layer over a tree of
// Debian, which stays as it is. HTTPLOG_DEBIAN_TREE names one that debootstrap has made; without it it is this machine's own.

const TREE = process.env.HTTPLOG_DEBIAN_TREE || '/';
const CGROUP_PREFIX = 'httplog-test-';

/** Shell: a tmpfs at $1, and in it the layer over $2. */
const LAYER = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
cd "$1"
mkdir cgroup upper work root
mount -t overlay overlay -o lowerdir="$2",upperdir=upper,workdir=work root
mount -t cgroup2 none cgroup
`;
/** Shell: removes control groups of earlier tests that nothing is in any more. */
const SWEEP = `for group in cgroup/${CGROUP_PREFIX}*; do find "$group" -depth -type d -exec rmdir {} ';' 2>/dev/null || true; done
`;
/**
 * Shell: a control group of its own, so that this systemd meets no other, and the first process, which has its own /proc. It may not
 * touch the kernel's settings and modules, which are this machine's.
 */
const BOOT = `${LAYER}${SWEEP}mkdir "cgroup/${CGROUP_PREFIX}$$"
echo $$ >"cgroup/${CGROUP_PREFIX}$$/cgroup.procs"
exec unshare --pid --fork --kill-child --cgroup unshare --mount sh -ec '
cd root
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 none sys/fs/cgroup
for directory in tmp dev; do mount -t tmpfs -o mode=755 tmpfs $directory; done
chmod 1777 tmp
for file in null zero full random urandom tty; do touch dev/$file && mount --bind /dev/$file dev/$file; done
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
rm -f usr/sbin/policy-rc.d
pivot_root . run
umount -l run
mount -t tmpfs -o mode=755 tmpfs run
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin container=httplog-test chroot . \
  setpriv --bounding-set -sys_module,-sys_time,-sys_rawio /lib/systemd/systemd --unit=sysinit.target'
`;

/** What a command said and how it ended. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Debian that runs. */
export interface Debian {
  /** Its root directory, as this process sees it. */
  readonly root: string;
  /** Its first process. */
  readonly init: number;
  /** Runs a command in it, as root. */
  run(...command: readonly string[]): Ran;
  /** The same in the host's files, but in its network. */
  inNetwork(...command: readonly string[]): Ran;
  /** Paths of files and links that were made or changed since it was booted, or are gone. */
  changed(): string[];
  end(): Promise<void>;
}

const TOOLS = ['unshare', 'nsenter', 'setpriv', 'mount', 'dpkg-deb', 'ip'];

/** Why no Debian can be booted here; undefined when one can. */
function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  for (const file of ['lib/systemd/systemd', 'var/lib/dpkg/status']) {
    if (!existsSync(join(TREE, file))) return `needs a Debian with systemd at ${TREE}: HTTPLOG_DEBIAN_TREE`;
  }
  const place = makePlace();
  const tried = spawnSync('unshare', ['-m', 'sh', '-c', LAYER, 'sh', place, TREE], { encoding: 'utf8' });
  rmdirSync(place);
  return tried.status === 0 ? undefined : `needs overlays and cgroup2, and the right to mount them: ${tried.stderr}`;
}

/** The same, said on standard error, so that a skip has its reason. */
export function whyNoDebian(tests: string): string | undefined {
  const reason = whyNot();
  if (reason !== undefined) console.warn(`skipped: ${tests}: ${reason}`);
  return reason;
}

function makePlace(): string {
  return mkdtempSync(join(tmpdir(), 'httplog-debian-'));
}

/** Boots, and waits until it is up. */
export async function bootDebian(): Promise<Debian> {
  const place = makePlace();
  const outside = [
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    'sh',
    '-c',
    BOOT,
    'sh',
    place,
    TREE,
  ];
  const child = spawn('setpriv', outside, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const init = await until('the first process', () => {
    if (child.exitCode !== null) throw new Error(`Debian did not begin: ${said}`);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'latin1').trim().split(' ');
    return children.map(Number).find(isSystemd);
  });
  const enter = (flags: readonly string[], command: readonly string[]): Ran => {
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C',
      DEBIAN_FRONTEND: 'noninteractive',
      SYSTEMD_PAGER: '',
    };
    const values = ['-t', String(init), ...flags, ...command];
    return spawnSync('nsenter', values, { encoding: 'utf8', env, timeout: 60_000 });
  };
  const run = (...command: readonly string[]): Ran => enter(['-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w'], command);
  await until(
    `Debian to be up; it said: ${said}`,
    () => /^(running|degraded)$/m.test(run('systemctl', 'is-system-running').stdout),
    60_000,
  );
  return {
    root: `/proc/${init}/root`,
    init,
    run,
    inNetwork: (...command) => enter(['-n'], command),
    changed: () => filesBelow(`/proc/${child.pid}/root${place}/upper`),
    async end() {
      child.kill('SIGKILL');
      await until('the end of Debian', () => child.exitCode !== null || child.signalCode !== null);
      await until('the end of its processes', () => !existsSync(`/proc/${init}`));
      spawnSync('unshare', ['-m', 'sh', '-c', `${LAYER}${SWEEP}`, 'sh', place, TREE]);
      rmdirSync(place);
    },
  };
}

function isSystemd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1') === 'systemd\n';
  } catch {
    return false; // it has ended
  }
}

/** Paths of all that is no directory, from the top. A file that is gone stands there as a device. */
function filesBelow(top: string, directory = '/'): string[] {
  return readdirSync(join(top, directory), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesBelow(top, path) : [path];
    })
    .sort();
}
