import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One source file, and what it imports. */
export interface Source {
  /** From the project's folder: `src/linux/libc.ts`. */
  path: string;
  text: string;
  /** Its own modules that it imports, as paths with `.ts`. */
  imports: string[];
  /** Packages, and Node's modules. */
  packages: string[];
  isTest: boolean;
}

const IMPORT = /(?:^|\n)(?:import|export)\s[^'"`;]*?from '([^']+)'|\bimport\('([^']+)'\)|(?:^|\n)import '([^']+)'/g;

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const found = [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
  const required = [...text.matchAll(/\brequire\([^)]*\)\('([^']+)'\)|createRequire\([^)]*\)\('([^']+)'\)/g)];
  const own = found.filter((name) => name.startsWith('.'));
  return {
    path,
    text,
    imports: own.map((name) => normalize(join(dirname(path), name.endsWith('.ts') ? name : `${name}.ts`))),
    packages: [
      ...found.filter((name) => !name.startsWith('.')),
      ...required.map((match) => match[1] ?? match[2] ?? ''),
    ],
    isTest: path.endsWith('.test.ts'),
  };
}

/** All sources below these folders. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => readSource(`${folder}/${name}`)),
  );
}
