// Live: what delivery to ClickHouse costs the host, its server up and its server down.
import { join } from 'node:path';
import { CLICKHOUSE_URL, startClickHouse } from './clickhouse.ts';
import { type Case, type Context, namedCapture } from './context.ts';
import type { Expected, Found } from './expected.ts';
import { linesBelow } from './lines.ts';
import { liveSample } from './live-cases.ts';
import { makeWire, type Wire } from './network.ts';
import { httplogLive, type LiveProgram } from './programs.ts';
import { replay } from './replay.ts';
import { type CaseResult, type Metric, skippedCase } from './results.ts';
import { ROOT } from './root.ts';
import { comparison, inTurn, ratios, type Sample } from './rounds.ts';
import { has } from './tools.ts';

const NAME = 'live-delivery';
const TITLE = 'Live: delivery to ClickHouse, mix at 150,000 packets a second';
const RATE = 150_000;
const LOOPS = 2;
const PORT = 80;
/** The spool, in the working directory. */
const SPOOL = 'spool';
const TO_SERVER: readonly string[] = ['-spool', SPOOL, '-clickhouse', CLICKHOUSE_URL, '-clickhouse_create'];
const METRICS: readonly Metric[] = ['cpu', 'during'];

/** httplog with these flags, and what becomes of its records. */
interface Way {
  readonly name: string;
  readonly flags: readonly string[];
  readonly records: 'none' | 'kept' | 'sent';
}

/** The first is compared with each of the others. */
const WAYS: readonly Way[] = [
  { name: 'httplog -clickhouse, server down', flags: TO_SERVER, records: 'kept' },
  { name: 'httplog -clickhouse, server up', flags: TO_SERVER, records: 'sent' },
  { name: 'httplog -spool', flags: ['-spool', SPOOL], records: 'kept' },
  { name: 'httplog', flags: [], records: 'none' },
];

/** `live-delivery`. */
export const deliveryCase: Case = { name: NAME, title: TITLE, isLive: true, inShort: false, run };

async function run(context: Context): Promise<CaseResult> {
  for (const tool of ['clickhouse-server', 'clickhouse-client']) {
    if (!has(tool)) return skippedCase(NAME, TITLE, `needs ${tool}`);
  }
  const capture = namedCapture('mix', context);
  const wire = makeWire();
  const send = (): Promise<Expected> => replay(wire, capture, RATE, LOOPS);
  const runs = await inTurn(
    WAYS.map((way) => ({ name: way.name, run: () => oneRun(wire, way, send) })),
    context.rounds,
  );
  wire.remove();
  const note =
    `${capture.packets * LOOPS} packets, ${capture.messages * LOOPS} messages, each a record. The server is Debian’s, on the same cores; ` +
    'down, nobody listens at its port. Each message must be a line, and its record in the table or in the spool.';
  const result = comparison({ name: NAME, title: TITLE, note }, runs, METRICS, true);
  const [, up, spool, plain] = runs;
  const more = [up, spool].flatMap((ours) =>
    ours === undefined || plain === undefined ? [] : ratios(ours, [plain], METRICS),
  );
  const drops = Math.max(...runs.map((one) => one.drops ?? Number.NaN));
  return { ...result, ratios: [...result.ratios, ...more], values: { ...result.values, [`${NAME}/drops`]: drops } };
}

/** One run; a server that it has is empty, and there for this run alone, so that it works in no other's time. */
async function oneRun(wire: Wire, way: Way, send: () => Promise<Expected>): Promise<Sample> {
  if (way.records !== 'sent') return liveSample(wire, programOf(way), PORT, send);
  const server = await startClickHouse(wire);
  try {
    let messages = 0;
    const sample = await liveSample(wire, programOf(way), PORT, async () => {
      const sent = await send();
      messages = sent.messages;
      return sent;
    });
    const there = server.records();
    return there === messages ? sample : { ...sample, wrong: `${there} records of ${messages} in the table` };
  } finally {
    await server.stop();
  }
}

function programOf({ name, flags, records }: Way): LiveProgram {
  const program = httplogLive(ROOT, 1, name, flags);
  return {
    ...program,
    find(directory, expected) {
      const found = program.find(directory, expected);
      return { ...spooled(directory, records === 'kept' ? expected.messages : 0), ...found };
    },
  };
}

/** Whether the spool, in the working directory, has just so many records. */
export function spooled(directory: string, wanted: number): Found {
  const records = linesBelow(join(directory, SPOOL), '{"');
  return records === wanted ? {} : { wrong: `${records} records of ${wanted} in the spool` };
}
