import { fileURLToPath } from 'node:url';
import type { Option } from '../config/option.ts';
import { OPTIONS } from '../config/options.ts';

const HEAD = `# Flags, variables and the configuration file

<!-- Made from the table in src/config/options.ts by \`node dist/src/cli/flags-page.js > docs/flags.md\`. Do not edit. -->

Flags are Go style: one dash or two, \`-flag value\` or \`-flag=value\`; a boolean flag takes no value or \`=true\`/\`=false\`. The value of a flag beats
the environment, which beats the configuration file, which beats the default. An empty variable counts as absent, in the environment and in the file.
`;

const FOOT = `## The configuration file

It is the file that \`-config\` names, else \`/etc/sysconfig/httplog\`, else \`./httplog.conf\`; the last one only if it is no link, belongs to root or the
running user, and nobody else may write it. It holds \`NAME=value\` lines, comments from \`#\` or \`;\` at a line's beginning, and empty lines, at most
64 KB. A value stands bare or in single or double quotes. Names that do not begin with \`HTTPLOG_\` are ignored; an unknown one that does is a mistake.

The file means the same to httplog, to systemd's \`EnvironmentFile=\` and to a shell that sources it (which knows no \`;\` comments,
though). What they would read differently is a mistake: a backslash; \`$\` and a backtick, except between single quotes; in a bare value a blank, one of
\`; & | < > ( )\`, or \`~\` at its beginning; a comment behind a value; \`export\`; Windows line ends.

A mistake in the command line, the environment or the file ends httplog with exit status 2, and all of them are told at once, one line each. Unknown
\`HTTPLOG_\` variables of the environment are mistakes too, but for those of \`start_httplog.sh\` (\`HTTPLOG_NODE\`, \`HTTPLOG_PIDFILE\`, \`HTTPLOG_ERRFILE\`)
and those that Kubernetes makes for a service named httplog (\`HTTPLOG_SERVICE_HOST\`, \`HTTPLOG_PORT_80_TCP\` and the like; it also makes \`HTTPLOG_PORT\`:
set that one yourself, or \`enableServiceLinks: false\`).
`;

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function row(option: Option<unknown>): string {
  const { flag, argument, variable, defaultShown, allowed, help } = option;
  const shown = defaultShown ?? code(option.default);
  const name = code(argument === undefined ? `-${flag}` : `-${flag} ${argument}`);
  return `| ${[name, code(variable), cell(shown), cell(allowed), cell(help)].join(' | ')} |`;
}

/** The page docs/flags.md, made from the table of flags. */
export function flagsPage(): string {
  const titles = ['| flag | environment and file | default | allowed | meaning |', '|---|---|---|---|---|'];
  const table = [...titles, ...Object.values(OPTIONS).map(row)].join('\n');
  return `${HEAD}\n${table}\n\n${FOOT}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(flagsPage());
