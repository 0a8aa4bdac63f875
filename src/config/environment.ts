import type { Given, Source } from './given.ts';
import { nearest } from './nearest.ts';
import { VARIABLES } from './options.ts';
import { printable } from './printable.ts';

/** Variables that start_httplog.sh takes for itself. */
const OF_THE_SCRIPT: readonly string[] = ['HTTPLOG_NODE', 'HTTPLOG_PIDFILE', 'HTTPLOG_ERRFILE'];

// Kubernetes puts these into every container of a namespace that has a service named httplog; nobody wrote them.
const OF_KUBERNETES: RegExp = /^HTTPLOG_(SERVICE_(HOST|PORT)(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** What to write instead of a variable that does not exist. */
export function suggestVariable(name: string): string {
  const near = nearest(name, [...VARIABLES.keys()]);
  return near === undefined ? `there are ${[...VARIABLES.keys()].join(', ')}` : `did you mean ${near}?`;
}

/**
 * The settings among the environment's variables. An empty one counts as absent; an unknown `HTTPLOG_` name is a mistake, since a misspelt setting
 * must not be silent. Never throws.
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Source {
  const given: Given[] = [];
  const mistakes: string[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('HTTPLOG_') || text === undefined || text === '') continue;
    const place = `environment ${printable(variable)}`;
    const name = VARIABLES.get(variable);
    if (name !== undefined) given.push({ name, text, origin: 'environment', place });
    else if (!OF_THE_SCRIPT.includes(variable) && !OF_KUBERNETES.test(variable)) {
      mistakes.push(`${place}: there is no such setting; ${suggestVariable(variable)}`);
    }
  }
  return { given, mistakes };
}
