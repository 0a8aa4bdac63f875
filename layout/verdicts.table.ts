import * as verdicts from './verdicts.ts';

/** The verdicts on packets that give no line, and what docs and metrics call them. */
export const VERDICTS: readonly { readonly number: number; readonly name: string; readonly help: string }[] = [
  { number: verdicts.VERDICT_SHORT, name: 'short', help: 'a header reaches beyond the captured bytes' },
  { number: verdicts.VERDICT_MALFORMED, name: 'malformed', help: 'a header contradicts itself' },
  { number: verdicts.VERDICT_NOT_IP, name: 'not_ip', help: 'not IP, or a link type that is not read' },
  { number: verdicts.VERDICT_NOT_TCP, name: 'not_tcp', help: 'IP, but not TCP' },
  { number: verdicts.VERDICT_FRAGMENT, name: 'fragment', help: 'a later fragment' },
  { number: verdicts.VERDICT_OTHER_PORT, name: 'other_port', help: 'neither port is wanted' },
  { number: verdicts.VERDICT_EMPTY, name: 'empty', help: 'a segment without payload' },
  { number: verdicts.VERDICT_NO_MESSAGE, name: 'no_message', help: 'the payload begins no message' },
  {
    number: verdicts.VERDICT_OTHER_INTERFACE,
    name: 'other_interface',
    help: 'an interface that is not read, or the outgoing half of loopback',
  },
  { number: verdicts.VERDICT_FILTERED, name: 'filtered', help: 'refused by the filter expression' },
];
