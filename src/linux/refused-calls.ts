import {
  BPF_ABS,
  BPF_ALU,
  BPF_AND,
  BPF_JEQ,
  BPF_JGE,
  BPF_JMP,
  BPF_JSET,
  BPF_K,
  BPF_LD,
  BPF_RET,
  BPF_W,
  type Instruction,
} from './socket-filter-abi.ts';

// The program of the system call filter (seccomp(2)): what httplog never needs once it captures is refused. All else is
// allowed, as what Node, V8 and the C library need changes with their versions: docs/decisions/least-privilege.md.

// struct seccomp_data of linux/seccomp.h: number, architecture, instruction pointer, six arguments of 64 bits. Of an argument
// the low half is read; both machines are little-endian.
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;
const SECOND_ARGUMENT = 24;

const SECCOMP_RET_ALLOW = 0x7fff0000;
const SECCOMP_RET_ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** A machine's numbers (linux/audit.h, asm/unistd_64.h, asm-generic/unistd.h). */
export interface Machine {
  readonly architecture: number;
  /** seccomp(2) itself. */
  readonly seccomp: number;
  readonly socket: number;
  readonly clone: number;
  /** Refused whatever they are given. */
  readonly refused: readonly number[];
}

/** clone3: its flags lie in memory, which a filter can't read; the C library then takes clone. */
const CLONE3 = 435;
/** x32: the same calls of x86_64 under other numbers. */
const X32 = 0x40000000;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of linux/sched.h. */
const NEW_NAMESPACES = 0x7e020000;

// Of both machines: io_uring_setup (its rings open sockets past a filter), open_tree, move_mount, fsopen, fsmount,
// pidfd_getfd.
const OF_BOTH: readonly number[] = [425, 428, 429, 430, 432, 438];

// In this order: execve, execveat; ptrace, process_vm_readv, process_vm_writev; unshare, setns; mount, umount2, pivot_root,
// chroot; bpf, perf_event_open, userfaultfd; init_module, finit_module, delete_module; kexec_load, kexec_file_load, reboot;
// add_key, request_key, keyctl; open_by_handle_at; swapon, swapoff.
const OF_X64: readonly number[] = [
  59, 322, 101, 310, 311, 272, 308, 165, 166, 155, 161, 321, 298, 323, 175, 313, 176, 246, 320, 169, 248, 249, 250, 304,
  167, 168,
];
const OF_ARM64: readonly number[] = [
  221, 281, 117, 270, 271, 97, 268, 40, 39, 41, 51, 280, 241, 282, 105, 273, 106, 104, 294, 142, 217, 218, 219, 265,
  224, 225,
];

/** The machines that have a filter, by Node's names. */
export const MACHINES: Readonly<Record<string, Machine>> = {
  x64: { architecture: 0xc000003e, seccomp: 317, socket: 41, clone: 56, refused: [...OF_X64, ...OF_BOTH] },
  arm64: { architecture: 0xc00000b7, seccomp: 277, socket: 198, clone: 220, refused: [...OF_ARM64, ...OF_BOTH] },
};

// bits/socket.h, bits/socket_type.h. The C library asks for interfaces and addresses by netlink, and logs by AF_UNIX.
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_TYPE_MASK = 0xf;

const load = (k: number): Instruction => ({ code: BPF_LD | BPF_W | BPF_ABS, jt: 0, jf: 0, k });
const jump = (test: number, k: number, jt: number, jf: number): Instruction => ({
  code: BPF_JMP | test | BPF_K,
  jt,
  jf,
  k,
});
const end = (k: number): Instruction => ({ code: BPF_RET | BPF_K, jt: 0, jf: 0, k });
const refuse = (errno: number): Instruction => end(SECCOMP_RET_ERRNO | errno);
const ALLOW = end(SECCOMP_RET_ALLOW);

/** Goes on behind these instructions unless the number in the accumulator is this one. */
function forCall(number: number, then: readonly Instruction[]): Instruction[] {
  return [jump(BPF_JEQ, number, 0, then.length), ...then];
}

/** Sockets that see other programs' traffic, or open seldom used parts of the kernel, are refused. */
const SOCKETS: readonly Instruction[] = [
  load(FIRST_ARGUMENT),
  jump(BPF_JEQ, AF_UNIX, 8, 0),
  jump(BPF_JEQ, AF_NETLINK, 7, 0),
  jump(BPF_JEQ, AF_INET, 1, 0),
  jump(BPF_JEQ, AF_INET6, 0, 4),
  load(SECOND_ARGUMENT),
  { code: BPF_ALU | BPF_AND | BPF_K, jt: 0, jf: 0, k: SOCK_TYPE_MASK },
  jump(BPF_JEQ, SOCK_STREAM, 2, 0),
  jump(BPF_JEQ, SOCK_DGRAM, 1, 0),
  refuse(EPERM),
  ALLOW,
];

const CLONES: readonly Instruction[] = [
  load(FIRST_ARGUMENT),
  jump(BPF_JSET, NEW_NAMESPACES, 0, 1),
  refuse(EPERM),
  ALLOW,
];

/** The filter's program for a machine. */
export function refusingProgram({ architecture, socket, clone, refused }: Machine): Instruction[] {
  return [
    load(ARCHITECTURE),
    jump(BPF_JEQ, architecture, 1, 0),
    refuse(EPERM),
    load(NUMBER),
    jump(BPF_JGE, X32, 0, 1),
    refuse(EPERM),
    ...forCall(socket, SOCKETS),
    ...forCall(clone, CLONES),
    ...forCall(CLONE3, [refuse(ENOSYS)]),
    ...refused.flatMap((number) => forCall(number, [refuse(EPERM)])),
    ALLOW,
  ];
}
