// The files of the package, where Debian wants them.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { manPage } from '../../src/cli/man-page.ts';
import { changelog } from './control.ts';
import { type Package, ROOT } from './package.ts';

const LIBRARY = 'usr/lib/httplog';
const DOCUMENTS = 'usr/share/doc/httplog';

/** What koffi is of at run time: its loader, and the native part for this machine and glibc. */
const KOFFI = ['package.json', 'index.cjs', 'src/koffi/index.cjs', 'src/koffi/src/static.cjs'];
const nativePart = [`package.json`, 'index.js', `linux_${process.arch}/koffi.node`];

/** Files that are taken as they are. */
const COPIED: readonly (readonly [string, string])[] = [
  ['dist/bundle', `${LIBRARY}/dist/bundle`],
  ['dist/message.wasm', `${LIBRARY}/dist/message.wasm`],
  ['dist/packet.wasm', `${LIBRARY}/dist/packet.wasm`],
  ['bin/package.json', `${LIBRARY}/bin/package.json`],
  ['start_httplog.sh', `${LIBRARY}/start_httplog.sh`],
  ...KOFFI.map((file) => [`node_modules/koffi/${file}`, `${LIBRARY}/node_modules/koffi/${file}`] as const),
  ...nativePart.map((file) => {
    const path = `node_modules/@koromix/koffi-linux-${process.arch}/${file}`;
    return [path, `${LIBRARY}/${path}`] as const;
  }),
  ['packaging/httplog.service', 'usr/lib/systemd/system/httplog.service'],
  ['packaging/httplog.sysusers', 'usr/lib/sysusers.d/httplog.conf'],
  ['packaging/httplog.logrotate', `${DOCUMENTS}/examples/httplog.logrotate`],
  ['packaging/prometheus-rules.yml', `${DOCUMENTS}/examples/prometheus-rules.yml`],
  ['packaging/grafana-dashboard.json', `${DOCUMENTS}/examples/grafana-dashboard.json`],
  ['packaging/deb/copyright', `${DOCUMENTS}/copyright`],
];

/** Puts every file but those of DEBIAN/ under a directory. */
export function layOut(tree: string, { version, time }: Package): void {
  for (const [from, to] of COPIED) cpSync(join(ROOT, from), place(tree, to), { recursive: true });
  const write = (to: string, text: string | Uint8Array): void => writeFileSync(place(tree, to), text);
  write(`${LIBRARY}/package.json`, `${JSON.stringify({ name: 'httplog', version })}\n`);
  write(`${LIBRARY}/bin/httplog.js`, program());
  write('etc/sysconfig/httplog', configuration());
  write('usr/share/man/man8/httplog.8.gz', packed(manPage(version, dayOf(time))));
  write(`${DOCUMENTS}/changelog.gz`, packed(changelog({ version, time })));
  symlinkSync('../lib/httplog/bin/httplog.js', place(tree, 'usr/bin/httplog'));
}

/** A path of the tree, whose directory is there. */
function place(tree: string, path: string): string {
  const whole = join(tree, path);
  mkdirSync(dirname(whole), { recursive: true });
  return whole;
}

/** gzip without a name and a time. */
function packed(text: string): Uint8Array {
  return gzipSync(text, { level: 9 });
}

function dayOf(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** Puts a text in the place of another that must be there. */
function replaced(text: string, what: string, by: string): string {
  if (!text.includes(what)) throw new Error(`"${what}" is no longer there to be replaced`);
  return text.replace(what, by);
}

/** With the node of the package that it depends on, whatever the PATH finds first. */
function program(): string {
  return replaced(readFileSync(join(ROOT, 'bin/httplog.js'), 'utf8'), '#!/usr/bin/env node', '#!/usr/bin/node');
}

/** The sample with what differs in a package: it lies where it is read, and the log directory is that of the unit. */
function configuration(): string {
  const sample = readFileSync(join(ROOT, 'packaging/httplog.conf'), 'utf8');
  const placed = replaced(
    sample,
    'Copy this file to /etc/sysconfig/httplog, or as httplog.conf to the directory of start_httplog.sh, and take the #',
    'Take the #',
  );
  return replaced(placed, '#HTTPLOG_DIR=/log/httplog', 'HTTPLOG_DIR=/var/log/httplog');
}
