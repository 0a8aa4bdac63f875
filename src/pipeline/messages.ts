// What threads tell the main thread, which alone writes diagnostics: a kind and its values.

/** From a capture thread. */
export type CaptureMessage =
  /** Links or addresses changed. */
  | { readonly kind: 'network' }
  /** The packet code trapped on a packet, which is passed over. */
  | { readonly kind: 'trap'; readonly reason: string }
  /** The thread has done its work: why (layout/stops), and for a file what was left over. */
  | { readonly kind: 'ended'; readonly stop: number; readonly end: FileEnd | undefined };

/** How the reading of a capture file ended. */
export interface FileEnd {
  /** At the file's end: bytes behind the last whole record, not 0 where it breaks off. 0 where reading stopped before. */
  readonly left: number;
  /** Bytes before the place where reading ended. */
  readonly position: number;
  /** What the system or the unpacking said when no more could be read. */
  readonly error: string | undefined;
  /** The link type for which there is no filter program, with that stop. */
  readonly linkType: number;
}

/** From the writer thread. */
export type WriterMessage =
  /** A write failed; it is told once for each split until one of it succeeds again. */
  | { readonly kind: 'failed'; readonly path: string; readonly code: string }
  /** Writing of a split goes on after failures, which lost so many lines. */
  | { readonly kind: 'resumed'; readonly lost: number }
  /** Nobody reads standard output any more. */
  | { readonly kind: 'gone' };
