// Which interfaces are read: those that were named must exist; the default gives way to the interface of the default route.
import { defaultRouteInterface } from '../linux/default-route.ts';
import { listInterfaces } from '../linux/interfaces.ts';
import { CannotRun } from './cannot-run.ts';

/** The interfaces to read, and what to say of it. Throws CannotRun where one does not exist. */
export function chooseInterfaces(
  wanted: readonly string[],
  isDefault: boolean,
): { readonly interfaces: readonly string[]; readonly notice: string | undefined } {
  if (wanted[0] === 'any') return { interfaces: wanted, notice: undefined };
  const names = listInterfaces().map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return { interfaces: wanted, notice: undefined };
  const route = isDefault ? defaultRouteInterface() : undefined;
  if (route !== undefined) {
    return { interfaces: [route], notice: `there is no ${missing[0]}: reading ${route}, which has the default route` };
  }
  throw new CannotRun(`no such interface: ${missing.join(', ')}; -i takes any or of these: ${names.join(', ')}`);
}
