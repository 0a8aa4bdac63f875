// What dpkg reads of the package: DEBIAN/, and the changelog.
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Package, ROOT } from './package.ts';

/** Debian's names for who packs (debchange(1)). */
const { DEBFULLNAME: name = 'httplog maintainers', DEBEMAIL: address = 'maintainers@httplog.invalid' } = process.env;
const MAINTAINER = `${name} <${address}>`;

const SCRIPTS: readonly string[] = ['preinst', 'postinst', 'prerm', 'postrm'];

/** Files and links of a tree, their paths from it, in the order of their bytes. */
function filesOf(tree: string, below = ''): string[] {
  const entries = readdirSync(join(tree, below), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const path = join(below, entry.name);
      return entry.isDirectory() ? filesOf(tree, path) : [path];
    })
    .sort();
}

/** Kilobytes, as Debian's policy counts them: each file filled up to one. */
function installedKilobytes(tree: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + Math.max(1, Math.ceil(lstatSync(join(tree, file)).size / 1024)), 0);
}

function control({ version, architecture }: Package, kilobytes: number): string {
  return `Package: httplog
Version: ${version}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Depends: nodejs (>= 20), libc6 (>= 2.25), libgcc-s1, libstdc++6 (>= 5), init-system-helpers (>= 1.54), passwd
Suggests: libpcap0.8, logrotate, prometheus
Section: net
Priority: optional
Description: log of HTTP requests and responses from the wire
 httplog watches the network traffic of this host, of a mirror port or of a
 capture file, and writes one line for every HTTP request and every response
 that it sees, or one for both, as text, as JSON, or in the formats of NGINX
 and Zeek. Nothing in the watched applications changes.
 .
 It runs as a user whose only right is to read packets. An expression of
 pcap-filter(7) needs libpcap0.8.
`;
}

/** Writes DEBIAN/ beside the files. */
export function writeControl(tree: string, made: Package): void {
  const files = filesOf(tree);
  const regular = files.filter((file) => lstatSync(join(tree, file)).isFile());
  const debian = join(tree, 'DEBIAN');
  mkdirSync(debian);
  writeFileSync(join(debian, 'control'), control(made, installedKilobytes(tree, files)));
  writeFileSync(
    join(debian, 'conffiles'),
    lines(regular.filter((file) => file.startsWith('etc/')).map((file) => `/${file}`)),
  );
  writeFileSync(
    join(debian, 'md5sums'),
    lines(regular.filter((file) => !file.startsWith('etc/')).map((file) => sumOf(tree, file))),
  );
  for (const script of SCRIPTS) cpSync(join(ROOT, 'packaging/deb', script), join(debian, script));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

function sumOf(tree: string, file: string): string {
  return `${createHash('md5')
    .update(readFileSync(join(tree, file)))
    .digest('hex')}  ${file}`;
}

/** Debian's changelog (deb-changelog(5)), which names the one of the sources. */
export function changelog({ version, time }: Pick<Package, 'version' | 'time'>): string {
  const date = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
  return `httplog (${version}) unstable; urgency=medium

  * Version ${version}: what has changed stands in CHANGELOG.md of the sources.

 -- ${MAINTAINER}  ${date}
`;
}
