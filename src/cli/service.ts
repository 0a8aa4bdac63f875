// The service manager that started httplog, if one did and wants to hear of it (sd_notify(3), sd_watchdog_enabled(3)).
import type { Manager, ServiceNotices } from '../health/service-notices.ts';
import type { Inside } from '../pipeline/inside.ts';
import type { Diagnose } from './diagnostics.ts';

/** Tells the service manager of a run. */
export interface Service {
  /** The run has begun: this is it. */
  watch(inside: Inside): void;
  stopping(): void;
  close(): void;
}

const NOBODY: Service = { watch: () => {}, stopping: () => {}, close: () => {} };

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens the way to the service manager, which needs no right later. Nothing of it is loaded where no manager wants to hear. */
export async function openService(say: Diagnose, environment: Environment = process.env): Promise<Service> {
  const name = environment.NOTIFY_SOCKET;
  if (name === undefined || name === '') return NOBODY;
  const [{ openNotifier }, { tellManager }] = await Promise.all([
    import('../linux/service-manager.ts'),
    import('../health/service-notices.ts'),
  ]);
  let manager: Manager;
  try {
    manager = { notify: openNotifier(name), watchdog: watchdogOf(environment, process.pid) };
  } catch (error) {
    say(`the service manager cannot be told: ${error instanceof Error ? error.message : String(error)}`, 'warning');
    return NOBODY;
  }
  let notices: ServiceNotices | undefined;
  return {
    watch(inside) {
      notices = tellManager(manager, inside, say);
    },
    stopping: () => notices?.stopping(),
    close: () => notices?.close(),
  };
}

/** Milliseconds of WATCHDOG_USEC, where it is meant for this process. */
export function watchdogOf(
  { WATCHDOG_USEC: time = '', WATCHDOG_PID: meant }: Environment,
  pid: number,
): number | undefined {
  if (!/^[1-9][0-9]*$/.test(time) || (meant !== undefined && meant !== String(pid))) return undefined;
  return Number(time) / 1000;
}
