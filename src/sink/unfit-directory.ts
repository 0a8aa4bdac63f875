/**
 * What is wrong with a log directory, with a file in it or with the way there: the path, and the system's code or one of ours
 * (pipeline/advice has the words for both).
 */
export class UnfitDirectory extends Error {
  readonly path: string;
  readonly code: string;

  constructor(path: string, code: string) {
    super(`${path}: ${code}`);
    this.path = path;
    this.code = code;
  }
}
