// What a capture thread tells the main thread, which alone writes lines and diagnostics: a kind and its values.

export type CaptureMessage =
  /** Areas are full. */
  | { readonly kind: 'full' }
  /** Links or addresses changed. */
  | { readonly kind: 'network' }
  /** The packet code trapped on a packet, which is passed over. */
  | { readonly kind: 'trap'; readonly reason: string }
  /** The thread has done its work. */
  | { readonly kind: 'ended' };
