/** What a filter of the old start script's kind says: the port, if it names one. */
export interface OldFilter {
  readonly port: number | undefined;
}

function portOf(digits: string | undefined): number | undefined {
  const port = Number(digits);
  return digits !== undefined && port >= 1 && port <= 65535 ? port : undefined;
}

/**
 * Recognises the value that the start script of 2019 exported as HTTPLOG_FILTER (`port 80 and tcp`) and its like: `port N`, `tcp`, `tcp port N`, or
 * `port N` and `tcp` joined by `and` in either order, in any case and with any blanks. The old program never read that variable, so such a value
 * was never a filter. Anything else is one: undefined.
 */
export function readOldFilter(text: string): OldFilter | undefined {
  const words = text.trim().toLowerCase().split(/\s+/).join(' ');
  if (words === 'tcp') return { port: undefined };
  const parts = /^(?:tcp (?:and )?)?port ([0-9]{1,5})$/.exec(words) ?? /^port ([0-9]{1,5}) and tcp$/.exec(words);
  const port = portOf(parts?.[1]);
  return port === undefined ? undefined : { port };
}
