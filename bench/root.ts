// Where the project lies: this file may run as source or compiled.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(folder: string): string {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return find(dirname(folder));
}

/** The project's folder. */
export const ROOT: string = find(dirname(fileURLToPath(import.meta.url)));

/** The script that `httplog` names, in a checkout of the project. */
export function programIn(root: string): string {
  return join(root, 'bin/httplog.js');
}
