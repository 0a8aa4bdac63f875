import { readdirSync, readFileSync } from 'node:fs';

// What the kernel says of each thread of a process (proc(5)).

/** A thread's rights: numbers as the file has them, capabilities without their leading zeros. */
export interface Rights {
  readonly uid: string;
  readonly gid: string;
  readonly groups: string;
  readonly inheritable: string;
  readonly permitted: string;
  readonly effective: string;
  readonly bounding: string;
  readonly ambient: string;
  readonly noNewPrivileges: string;
  /** 2 is a filter. */
  readonly seccomp: string;
}

function rightsOf(status: string): Rights {
  const of = (name: string): string =>
    (new RegExp(`^${name}:[\\t ]*(.*)$`, 'm').exec(status)?.[1] ?? 'absent').trim().replaceAll('\t', ' ');
  const set = (name: string): string => of(name).replace(/^0+(?=.)/, '');
  return {
    uid: of('Uid'),
    gid: of('Gid'),
    groups: of('Groups'),
    inheritable: set('CapInh'),
    permitted: set('CapPrm'),
    effective: set('CapEff'),
    bounding: set('CapBnd'),
    ambient: set('CapAmb'),
    noNewPrivileges: of('NoNewPrivs'),
    seccomp: of('Seccomp'),
  };
}

/** The rights of all threads of a process; the main thread is the first. */
export function rightsOfThreads(pid: number): Rights[] {
  return readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => a - b)
    .map((thread) => rightsOf(readFileSync(`/proc/${pid}/task/${thread}/status`, 'latin1')));
}
