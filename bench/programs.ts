// Our program and its peers: how each is run, and what its output must hold before its time is believed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted, type Expected, type Found } from './expected.ts';
import { foundByHttplog, LOG } from './httplog-output.ts';
import { filesIn, linesIn } from './lines.ts';
import { programIn } from './root.ts';

/** A program that reads a capture file. */
export interface FileProgram {
  readonly name: string;
  /** The program that must be installed. */
  readonly tool: string;
  /** At most so many rounds, for those that take long. */
  readonly rounds?: number;
  /** Exit statuses of a run that did its work; 0 unless told. */
  readonly statuses?: readonly number[];
  command(file: string): string[];
  /** Looks through what it left in its working directory. */
  find(directory: string, expected: Expected): Found;
}

/** A program that listens on an interface. */
export interface LiveProgram {
  readonly name: string;
  readonly tool: string;
  readonly rounds?: number;
  readonly stop: 'SIGINT' | 'SIGTERM';
  /** Exit statuses after that; 0 unless told. */
  readonly statuses?: readonly number[];
  command(device: string, port: number): string[];
  find(directory: string, expected: Expected): Found;
}

/** What Wireshark calls the parts of our line. */
const FIELDS: readonly string[] = [
  ...['frame.time_epoch', 'ip.src', 'tcp.srcport', 'ip.dst', 'tcp.dstport'],
  ...['http.request.method', 'http.request.uri', 'http.request.version', 'http.host', 'http.user_agent'],
  ...['http.response.version', 'http.response.code', 'http.response.phrase'],
  ...['http.content_length_header', 'http.content_type'],
];
/** The frames of the answer and of the request. */
const PARTNERS: readonly string[] = ['http.response_in', 'http.request_in'];
/** Each segment alone, as httplog looks at them: that takes less time than putting streams together. */
const ALONE: readonly string[] = ['-n', '-o', 'tcp.desegment_tcp_streams:FALSE'];
const SHOWN: readonly string[] = shown(FIELDS);
const BEGINNINGS = '^(GET|POST|HTTP/1)';

/** tshark's words that print these fields of each message. */
function shown(fields: readonly string[]): string[] {
  return ['-Y', 'http.request || http.response', '-T', 'fields', ...fields.flatMap((name) => ['-e', name])];
}

/** httplog of a checkout reading a file, under this name, with these flags more. */
export function httplogFile(root: string, name = 'httplog', flags: readonly string[] = []): FileProgram {
  return {
    name,
    tool: process.execPath,
    command: (file) => [...httplog(root), '-r', file, '-p', '80', '-d', LOG, ...flags],
    find: (directory, expected) => foundByHttplog(directory, expected, flags),
  };
}

/** httplog of a checkout listening with so many capture threads, under this name, with these flags more. */
export function httplogLive(root: string, threads = 1, name = 'httplog', flags: readonly string[] = []): LiveProgram {
  return {
    name,
    tool: process.execPath,
    stop: 'SIGTERM',
    command: (device, port) => [
      ...httplog(root),
      ...['-i', device, '-p', String(port), '-d', LOG, '-cpu', String(threads), ...flags],
    ],
    find: (directory, expected) => foundByHttplog(directory, expected, flags),
  };
}

/** The settings of this machine say nothing. */
function httplog(root: string): string[] {
  return [process.execPath, programIn(root), '-config', '/dev/null'];
}

/** tcpdump -w: capture alone. From a file it says nothing of what it wrote. */
export const tcpdumpFile: FileProgram = {
  name: 'tcpdump',
  tool: 'tcpdump',
  command: (file) => ['tcpdump', '-r', file, '-w', '/dev/null'],
  find: () => ({}),
};

/** Finds no message under VLAN tags, as its filter ends there. */
export const httpryFile: FileProgram = {
  name: 'httpry',
  tool: 'httpry',
  command: (file) => ['httpry', '-q', '-r', file, '-o', 'lines'],
  find: (directory, expected) => foundByHttpry(directory, plain(expected), 1),
};

/** Finds no message under VLAN tags. */
export const ngrepFile: FileProgram = {
  name: 'ngrep',
  tool: 'ngrep',
  statuses: [0, 1], // as grep(1): 1 where nothing was found
  command: (file) => ['ngrep', '-q', '-t', '-W', 'single', '-I', file, BEGINNINGS, 'tcp port 80'],
  find: (directory, expected) => foundByNgrep(directory, plain(expected), 1),
};

/** Writes each direction of a connection into a file, beside its report. The name of a port that comes again is shared. */
export const tcpflowFile: FileProgram = {
  name: 'tcpflow',
  tool: 'tcpflow',
  rounds: 3,
  command: (file) => ['tcpflow', '-q', '-r', file, '-o', 'flows'],
  find: (directory, { connections }) => {
    const flows = filesIn(join(directory, 'flows')).length - 1;
    return flows >= 2 * connections * 0.99 ? {} : { wrong: `${flows} files for ${connections} connections` };
  },
};

/** The same messages with streams put together, as test/bench shows. */
export const tsharkFile: FileProgram = {
  name: 'tshark',
  tool: 'tshark',
  rounds: 3,
  command: (file) => ['tshark', ...ALONE, '-r', file, ...SHOWN],
  find: (directory, expected) => counted(linesIn(join(directory, 'stdout')), expected, 1),
};

/**
 * tcpflow that puts streams together and writes as little as it can: with `-b 0` (no byte of a flow is saved) each segment's
 * place in its stream is still found, and the report tells every stream's length, but the files stay empty. `-FX` would
 * make no files, but then it finds no segment's place: all lengths in the report are 0. Every run has a new, empty folder.
 */
export const tcpflowStreamsFile: FileProgram = {
  name: 'tcpflow -b 0',
  tool: 'tcpflow',
  rounds: 3,
  command: (file) => ['tcpflow', '-q', '-b', '0', '-r', file, '-o', 'flows'],
  find: (directory, { connections }) => {
    const report = join(directory, 'flows', 'report.xml');
    const streams = linesIn(report, '      <filesize>') - linesIn(report, '      <filesize>0<');
    return streams === 2 * connections ? {} : { wrong: `${streams} streams of ${2 * connections}` };
  },
};

/** tshark that puts streams together and, in a second pass, knows of each message which one belongs to it. */
export const tsharkPairsFile: FileProgram = {
  name: 'tshark -2',
  tool: 'tshark',
  rounds: 3,
  command: (file) => ['tshark', '-n', '-2', '-r', file, ...shown(['http.time', ...FIELDS, ...PARTNERS])],
  find: (directory, expected) => {
    const out = join(directory, 'stdout');
    const answers = linesIn(out, '', '\t'); // lines with a time, their first field
    const found = counted(linesIn(out), expected, 1);
    return answers === expected.requests ? found : { ...found, wrong: `${answers} answers of ${expected.requests}` };
  },
};

/** Capture alone: what the kernel's interface itself costs. */
export const tcpdumpLive: LiveProgram = {
  name: 'tcpdump',
  tool: 'tcpdump',
  stop: 'SIGINT',
  command: (device, port) => ['tcpdump', '-i', device, '-w', '/dev/null', `tcp port ${port}`],
  find: (directory) => {
    const drops = dropsIn(directory, /(\d+) packets dropped by kernel/);
    return drops === undefined ? { wrong: 'it printed no totals' } : { drops };
  },
};

/** Live it may drop packets: with fewer than nine in ten messages its time is not counted. */
export const httpryLive: LiveProgram = {
  name: 'httpry',
  tool: 'httpry',
  stop: 'SIGINT',
  statuses: [0, 2],
  command: (device, port) => ['httpry', '-i', device, '-o', 'lines', `tcp port ${port}`],
  find: (directory, expected) => foundByHttpry(directory, expected, 0.9),
};

/** As httpry. */
export const ngrepLive: LiveProgram = {
  name: 'ngrep',
  tool: 'ngrep',
  rounds: 3,
  stop: 'SIGINT',
  command: (device, port) => ['ngrep', '-q', '-t', '-W', 'single', '-d', device, BEGINNINGS, `tcp port ${port}`],
  find: (directory, expected) => foundByNgrep(directory, expected, 0.9),
};

/** It can't keep up at these rates, and goes on long after the traffic: any share of the messages counts, and its whole time. */
export const tsharkLive: LiveProgram = {
  name: 'tshark',
  tool: 'tshark',
  rounds: 1,
  stop: 'SIGINT',
  command: (device, port) => ['tshark', ...ALONE, '-i', device, '-f', `tcp port ${port}`, ...SHOWN],
  find: (directory, expected) => counted(linesIn(join(directory, 'stdout')), expected, 0),
};

/** What is expected of programs that see nothing under VLAN tags. */
function plain(expected: Expected): Expected {
  return { ...expected, messages: expected.untagged };
}

function foundByHttpry(directory: string, expected: Expected, atLeast: number): Found {
  const lines = linesIn(join(directory, 'lines'), '', '#');
  return counted(lines, expected, atLeast, dropsIn(directory, /(\d+) packets dropped/));
}

function foundByNgrep(directory: string, expected: Expected, atLeast: number): Found {
  return counted(linesIn(join(directory, 'stdout'), 'T '), expected, atLeast);
}

/** What a run found, or what its exit status says against it. */
export function foundBy(
  program: FileProgram | LiveProgram,
  directory: string,
  expected: Expected,
  status: number,
): Found {
  const found = program.find(directory, expected);
  if ((program.statuses ?? [0]).includes(status)) return found;
  const said = readFileSync(join(directory, 'stderr'), 'utf8').trim().split('\n').at(-1);
  return { ...found, wrong: `exit status ${status}: ${said}` };
}

/** A number of drops in what a program said. */
function dropsIn(directory: string, pattern: RegExp): number | undefined {
  const said = readFileSync(join(directory, 'stderr'), 'utf8');
  const found = pattern.exec(said)?.[1];
  return found === undefined ? undefined : Number(found);
}
