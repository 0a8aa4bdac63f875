// Interim answers (RFC 9110, section 15.2).

const SWITCHING_PROTOCOLS = 101;

/** Whether the final answer is still to come: a switch to another protocol is final. */
export function isInterim(status: u32): bool {
  return status >= 100 && status < 200 && status !== SWITCHING_PROTOCOLS;
}
