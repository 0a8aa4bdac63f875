// Which build this is. The program may be replaced on disk while it runs: a thread that is started behind that would be of the new one, on
// memories that the old one has laid out.

declare const HTTPLOG_BUILD: string | undefined;

/** A hash of the program, which the bundler writes in; modules that are not bundled are all of one tree. */
export const BUILD: string = typeof HTTPLOG_BUILD === 'string' ? HTTPLOG_BUILD : 'not bundled';

/** For a thread, before it touches anything: throws where the thread that started it is of another build. */
export function requireBuild(build: string): void {
  if (build === BUILD) return;
  throw Object.assign(new Error('httplog on disk is another version now: restart it'), { code: 'EBUILD' });
}
