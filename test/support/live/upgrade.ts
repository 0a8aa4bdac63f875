import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROGRAM } from './program.ts';
import { makeDirectory } from './workspace.ts';

// A program that is replaced on disk while it runs.

/** A program of a test's own. */
export interface OwnProgram {
  /** Has the program that is started behind it be this one: `prepare` of a capture. */
  readonly prepare: string;
  /** Puts a module of another build in the place of this one. */
  replace(module: string): void;
}

/** Copies the bundle. */
export function ownProgram(): OwnProgram {
  const copy = makeDirectory();
  const bundle = join(dirname(PROGRAM), '../dist/bundle');
  cpSync(bundle, copy, { recursive: true });
  chmodSync(copy, 0o755);
  return {
    prepare: `mount --bind '${copy}' '${bundle}'`,
    replace(module) {
      const path = join(copy, 'cli', module);
      const before = readFileSync(path, 'utf8');
      const after = before.replace(/build === "[0-9a-f]{16}"/, 'build === "another"');
      if (after === before) throw new Error(`${module} knows no build`);
      writeFileSync(path, after);
    },
  };
}
