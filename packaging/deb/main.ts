// npm run package: makes dist/package/httplog_VERSION_ARCHITECTURE.deb of what npm run build has made.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeControl } from './control.ts';
import { type Package, ROOT } from './package.ts';
import { settle } from './settle.ts';
import { layOut } from './tree.ts';

/** Debian's names of the machines for which httplog is packed. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

function run(command: string, ...values: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, values, { encoding: 'utf8', cwd: ROOT });
  if (error !== undefined || status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout.trim();
}

/** SOURCE_DATE_EPOCH (reproducible-builds.org), else when the last commit was made; without git when package.json was. */
function sourceTime(): number {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) return Number(given);
  try {
    return Number(run('git', 'log', '-1', '--format=%ct'));
  } catch {
    return Math.floor(statSync(join(ROOT, 'package.json')).mtimeMs / 1000);
  }
}

function packageOf(version: string): Package {
  const architecture = ARCHITECTURES[process.arch];
  if (architecture === undefined) throw new Error(`no package for ${process.arch}: there are amd64 and arm64`);
  return { version, architecture, time: sourceTime() };
}

/** Makes the package in a directory; the path of it. */
function makePackage(version: string, directory: string): string {
  const made = packageOf(version);
  const tree = mkdtempSync(join(tmpdir(), 'httplog-package-'));
  try {
    layOut(tree, made);
    writeControl(tree, made);
    settle(tree, made.time);
    mkdirSync(directory, { recursive: true });
    const path = join(directory, `httplog_${version}_${made.architecture}.deb`);
    process.env.SOURCE_DATE_EPOCH = String(made.time);
    // How many threads pack shows in the result.
    run('dpkg-deb', '--root-owner-group', '--threads-max=1', '-Zxz', '--build', tree, path);
    return path;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function ownVersion(): string {
  return String((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: unknown }).version);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [version = ownVersion(), directory = join(ROOT, 'dist/package')] = process.argv.slice(2);
  const path = makePackage(version, directory);
  console.log(`${path}: ${Math.ceil(statSync(path).size / 1024)} KB`);
}
