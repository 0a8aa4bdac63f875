// `-check`: whether a run could begin, and what it would do. Nothing stays behind, and no packet is heard.
import { existsSync } from 'node:fs';
import type { Options } from '../config/check.ts';
import { shown } from '../deliver/clickhouse-url.ts';
import type { User } from '../linux/users.ts';
import { proveFileRun } from '../pipeline/file-run.ts';
import { proveLiveRun, threadsOf } from '../pipeline/live-run.ts';
import { codeOf } from '../sink/destination.ts';
import { fileNames } from '../sink/log-file.ts';
import { findLogFiles } from '../sink/old-days.ts';
import { planOldDays } from '../sink/old-files.ts';
import { deliverySettings } from './delivery-settings.ts';
import { explain } from './explain.ts';
import { chooseInterfaces } from './interfaces.ts';
import { proveProfileFiles } from './profiles.ts';
import { proveOutput, proveSpool } from './prove-output.ts';
import { chooseUser } from './user.ts';

/** What was found. Each string is a line. */
export interface Found {
  /** What a run would do. */
  readonly plan: readonly string[];
  /** What to know of it. */
  readonly notices: readonly string[];
  /** Why it could not begin; empty if it could. */
  readonly mistakes: readonly string[];
  /** One of them is of the settings themselves: a filter that libpcap does not understand. */
  readonly isUsage: boolean;
}

/** Looks at all that a run needs, and goes on after a mistake to find the others. */
export async function checkRun(options: Options): Promise<Found> {
  const plan: string[] = [];
  const notices: string[] = [];
  const mistakes: string[] = [];
  let isUsage = false;
  const attempt = async (part: () => Promise<readonly (string | undefined)[]>): Promise<boolean> => {
    try {
      plan.push(...(await part()).filter((line) => line !== undefined));
      return true;
    } catch (error) {
      mistakes.push(explain(error));
      isUsage ||= codeOf(error) === 'EFILTER';
      return false;
    }
  };
  let user: User | undefined;
  await attempt(async () => [options.file === undefined ? planLive(options, notices) : await planFile(options)]);
  const isUserKnown = await attempt(async () => {
    const choice = chooseUser(options);
    user = choice.user;
    if (choice.notice !== undefined) notices.push(choice.notice);
    return [user && `becomes the user ${user.name} (uid ${user.id}, gid ${user.group}), and keeps no privilege`];
  });
  // What is written is the user's: without one nothing can be said of it.
  if (isUserKnown) {
    const isWritable = await attempt(async () => [planOutput(options, user)]);
    if (isWritable && options.file === undefined) await attempt(() => planOld(options));
    await attempt(async () => [await planSpool(options, user)]);
    await attempt(async () => {
      await proveProfileFiles(options, user);
      return [];
    });
  }
  await attempt(() => planMetricsOf(options, notices));
  return { plan, notices, mistakes, isUsage };
}

async function planMetricsOf({ metrics }: Options, notices: string[]): Promise<readonly string[]> {
  if (metrics === undefined) return [];
  const { planMetrics } = await import('./plan-metrics.ts');
  const { plan, notice } = await planMetrics(metrics);
  if (notice !== undefined) notices.push(notice);
  return [plan];
}

function planLive(options: Options, notices: string[]): string {
  const { interfaces, notice } = chooseInterfaces(options.interfaces, options.interfaceIsDefault);
  if (notice !== undefined) notices.push(notice);
  const settings = { ...options, interfaces };
  proveLiveRun(settings);
  const threads = threadsOf(options);
  const rings = `${threads} capture thread${threads === 1 ? '' : 's'}, a ring of ${options.bufferMegabytes} MB each`;
  return `reads ${interfaces.join(', ')}, ${portsOf(options)}${filterOf(options)}: ${rings}`;
}

async function planFile(options: Options): Promise<string> {
  const file = options.file ?? '-';
  await proveFileRun({ file, filter: options.filter });
  return `reads ${file === '-' ? 'standard input' : file}, ${portsOf(options)}${filterOf(options)}`;
}

function portsOf({ ports }: Options): string {
  if (ports === 'any') return 'all ports';
  return `ports ${ports.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(',')}`;
}

function filterOf({ filter }: Options): string {
  return filter === '' ? '' : `, only what matches "${filter}"`;
}

function planOutput(options: Options, user: User | undefined): string {
  const { directory, file, format, split } = options;
  const isThere = proveOutput(options, user);
  if (directory === '-') return `writes ${format} to standard output`;
  const example = file === undefined ? fileNames(split, new Date())[0] : undefined;
  return `writes ${format} to ${directory}/${example ?? 'http-YYYYMMDD.log'}${isThere ? '' : ', and makes that directory'}`;
}

async function planSpool(options: Options, user: User | undefined): Promise<string | undefined> {
  proveSpool(options, user);
  const { spool, spoolMegabytes } = options;
  return spool === undefined
    ? undefined
    : `spools records in ${spool}, at most ${spoolMegabytes} MB${await deliveryOf(options)}`;
}

async function deliveryOf(options: Options): Promise<string> {
  const { clickhouse, otlp } = (await deliverySettings(options)) ?? {};
  const urls = [...(clickhouse?.urls ?? []).map(shown), ...(otlp?.urls ?? []).map(({ href }) => href)];
  return urls.length === 0 ? '' : `, and sends them to ${urls.join(', ')}`;
}

/** What becomes of old days, and how many files of them are there. */
async function planOld({ directory, keepDays, compress }: Options): Promise<readonly string[]> {
  if (directory === '-' || (keepDays === undefined && compress === undefined)) return [];
  const { files } = existsSync(directory) ? await findLogFiles(directory) : { files: [] };
  const { remove, pack } = planOldDays(files, { keepDays, compress }, new Date());
  const now = ({ length }: readonly unknown[]): string => `${length} ${length === 1 ? 'file' : 'files'} now`;
  return [
    ...(keepDays === undefined ? [] : [`removes log files of more than ${keepDays} days ago: ${now(remove)}`]),
    ...(compress === undefined ? [] : [`packs log files of days that are over with ${compress}: ${now(pack)}`]),
  ];
}
