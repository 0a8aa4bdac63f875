// The capture files of the benchmark, made when first wanted and kept in a cache outside the project.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Body, type Made, makeTraffic, type Plan, TRAFFIC_VERSION } from './traffic.ts';

/** Payload of a full segment over IPv4, in bytes. */
const SEGMENT = 1448;

/** Small answers, pages and pictures: of all packets 18 % begin a message. */
const WEB_BODIES: readonly Body[] = [
  { bytes: 100, weight: 0.33 },
  { bytes: 1024, weight: 0.315 },
  { bytes: 10240, weight: 0.27 },
  { bytes: 102400, weight: 0.085 },
];
const NO_BODY: readonly Body[] = [{ bytes: 0, weight: 1 }];

const WEB: Plan = {
  seed: 2019,
  packets: 500_000,
  flows: 200,
  port: 80,
  content: 'browser',
  bodies: WEB_BODIES,
  control: true,
  wrapped: false,
};

/** Captures with a name of their own. */
export type CaptureName = 'mix' | 'heads' | 'none' | 'none443' | 'tiny' | 'tagged';

/** What they hold, at full size. */
export const PLANS: Readonly<Record<CaptureName, Plan>> = {
  mix: WEB,
  heads: { ...WEB, seed: 2020, packets: 439_014, bodies: NO_BODY, control: false },
  none: { ...WEB, seed: 2021, packets: 300_000, content: 'sealed' },
  none443: { ...WEB, seed: 2021, packets: 300_000, content: 'sealed', port: 443 },
  tiny: { ...WEB, seed: 2022, packets: 300_000, content: 'calls', bodies: [{ bytes: 27, weight: 1 }] },
  tagged: { ...WEB, seed: 2023, packets: 200_000, wrapped: true },
};

/** The plan with a tenth of the packets: for a look, not for figures. */
export function short(plan: Plan): Plan {
  return { ...plan, packets: Math.round(plan.packets / 10) };
}

/** A plan of which this share (0.01 to 1) of the packets begin messages: full segments of body make up the rest. */
export function withShare(share: number, packets: number): Plan {
  const more = 2 / share - 2;
  const whole = Math.floor(more + 1e-9);
  const bodies = [
    { bytes: whole * SEGMENT, weight: 1 - (more - whole) },
    { bytes: (whole + 1) * SEGMENT, weight: more - whole },
  ];
  return { ...WEB, seed: 2024, packets, bodies, control: false };
}

/** A plan of heads only on so many connections. */
export function withFlows(flows: number, packets: number): Plan {
  return { ...WEB, seed: 2025, packets, flows, bodies: NO_BODY, control: false };
}

/** A capture file on disk. */
export interface Capture extends Made {
  readonly path: string;
  readonly plan: Plan;
  /** Requests and responses: what a program that misses none counts. */
  readonly messages: number;
}

/** Where captures and results are kept: `HTTPLOG_BENCH_DIR`, or below the system's folder for temporary files. */
export function benchDirectory(): string {
  const directory = process.env.HTTPLOG_BENCH_DIR ?? join(tmpdir(), 'httplog-bench');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** Removes captures that another version of the maker made. */
export function removeOldCaptures(): void {
  for (const name of readdirSync(benchDirectory())) {
    if (/^captures-\d+$/.test(name) && name !== `captures-${TRAFFIC_VERSION}`)
      rmSync(join(benchDirectory(), name), { recursive: true });
  }
}

/** The capture of a plan, made now if it is not there. */
export function captureOf(name: string, plan: Plan, say: (line: string) => void): Capture {
  const directory = join(benchDirectory(), `captures-${TRAFFIC_VERSION}`);
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${name}-${plan.packets}.pcap`);
  const note = `${path}.json`;
  const asked = JSON.stringify(plan);
  if (existsSync(path) && existsSync(note)) {
    const { plan: had, made } = JSON.parse(readFileSync(note, 'utf8')) as { plan: Plan; made: Made };
    if (JSON.stringify(had) === asked) return described(path, plan, made);
  }
  say(`making ${path}`);
  rmSync(note, { force: true });
  const made = makeTraffic(`${path}.part`, plan);
  renameSync(`${path}.part`, path);
  writeFileSync(note, JSON.stringify({ plan, made }));
  return described(path, plan, made);
}

function described(path: string, plan: Plan, made: Made): Capture {
  return { ...made, path, plan, messages: made.requests + made.responses };
}
