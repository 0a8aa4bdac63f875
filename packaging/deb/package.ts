import { fileURLToPath } from 'node:url';

/** What is packed. */
export interface Package {
  readonly version: string;
  /** Debian's name. */
  readonly architecture: string;
  /** Seconds since 1970: the time of every file, so that the same sources make the same package. */
  readonly time: number;
}

/** The checkout: this module is dist/packaging/deb/package.js. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url));
