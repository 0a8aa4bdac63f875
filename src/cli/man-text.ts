// What the manual page says beside the flags: each pair is a name and its paragraph.

type Pair = readonly [string, string];

export const PURPOSE: readonly string[] = [
  'httplog watches the network traffic of this host, of a mirror port, or of a capture file, and writes one line of text for every HTTP request and every HTTP response that it sees. Nothing in the watched applications changes.',
  'A line has date, time, source and destination, a type, and then of a request its first line, Host and User-Agent, of a response its first line, Content-Length and Content-Type. The type is CQ for a request of a client to a server on this host and CR for its answer, SQ for a request of this host to another server and SR for its answer.',
  'Lines go to a file for each day in the log directory, http-YYYYMMDD.log, diagnostics to standard error. To read interfaces it needs the capability CAP_NET_RAW, to read files none.',
];

export const QUESTIONS: string =
  'Subcommands ask the log that httplog has written, by DuckDB, which is a package of its own: npm install -g @duckdb/node-api. They read the files of the log directory and nothing else, and no process that captures loads them.';

export const OTHER_VARIABLES: readonly Pair[] = [
  ['TZ', 'The time zone of the lines and of the names of files.'],
  [
    'NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID',
    'Set by systemd: it is told that httplog is ready, that it goes on, and that it ends.',
  ],
  ['JOURNAL_STREAM', 'Set by systemd: where it names standard error, diagnostics have the prefixes of sd-daemon(3).'],
];

export const FILES: readonly Pair[] = [
  [
    '/etc/sysconfig/httplog',
    'The configuration file: lines of NAME=value, with the names below ENVIRONMENT. On Debian /etc/default/httplog is a link to it. A change takes effect at the next start.',
  ],
  ['./httplog.conf', 'The configuration file where there is no other.'],
  ['http-YYYYMMDD.log', 'The log of a day, in the log directory; with -log_split http-CQ-YYYYMMDD.log and so on.'],
];

export const SIGNALS: readonly Pair[] = [
  [
    'SIGTERM, SIGINT',
    'End: what has come is written, then the totals are told. A second one, half a second later or more, ends it at once.',
  ],
  ['SIGHUP', 'Open the log files anew. A file that was renamed or removed is opened anew within a second in any case.'],
  ['SIGUSR1', 'Write all counters to the diagnostics.'],
];

export const STATUSES: readonly Pair[] = [
  ['0', 'A clean stop: a signal, -c reached, the end of the file, or nobody reads standard output any more.'],
  [
    '1',
    'It cannot run: no such interface, not permitted, no such file, a file that is no capture. One line says what to do.',
  ],
  ['2', 'A wrong command line, environment variable or configuration file. All mistakes are told.'],
];

export const EXAMPLES: readonly Pair[] = [
  ['httplog -i eth0 -p 80,8080 -d /var/log/httplog', 'Log what passes eth0 into daily files:'],
  ['httplog -r capture.pcap.gz -p any -d -', 'Print what a capture file holds:'],
  ['httplog -i any -p any -pair -format json -d -', 'Requests with their answers, as JSON:'],
  ['httplog -check', 'Say whether a run with the settings of this host could begin:'],
  ['httplog top slow -since 1h', 'Which paths were slowest in the last hour, where httplog runs with -pair:'],
  ['systemctl reload httplog', 'Where it is a service, have it open its files anew:'],
];

export const SEE_ALSO: readonly string[] = ['tcpdump (8)', 'pcap\\-filter (7)', 'systemctl (1)', 'logrotate (8)'];
