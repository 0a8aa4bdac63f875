// Fuzzes targets, one after the other or several at a time: `npm run fuzz -- -seconds 600 pcap pcapng`. Exit status 1 if there
// is a finding; what did it stands then in the findings folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { nameOf } from './corpus.ts';
import { instrumentedCode, TARGETS } from './targets.ts';
import { type Report, SHARED_HEADER, type Task } from './worker.ts';

/** An input that takes longer does not end. */
const LIMIT_SECONDS = 60;
/** Bytes of the longest input of any target. */
const LONGEST = 65_536;

const USAGE = `npm run fuzz -- [-seconds N] [-jobs N] [-seed N] [-findings FOLDER] [-keep] [TARGET...]
  -seconds   for all targets together (90)
  -jobs      targets at a time (1)
  -seed      of the first target (the time)
  -findings  folder for what is found (./fuzz-findings)
  -keep      writes test/fuzz/corpus anew
  targets: ${TARGETS.join(', ')}
`;

/** Runs a target in a thread; one that hangs is a finding. */
function run(task: Task): Promise<Report> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
  const words = new Int32Array(task.shared, 0, 2);
  return new Promise((resolve, reject) => {
    let before = -1;
    const watch = setInterval(() => {
      const executions = Atomics.load(words, 0);
      if (executions > 0 && executions === before) {
        const input = new Uint8Array(task.shared, SHARED_HEADER, words[1]).slice();
        const findings = [{ input, message: `does not end within ${LIMIT_SECONDS} seconds` }];
        const { target, seconds } = task;
        void worker.terminate();
        resolve({ target, executions, seconds, reached: [], places: 0, ofPacketCode: false, corpus: 0, findings });
      }
      before = executions;
    }, LIMIT_SECONDS * 1000);
    worker.once('message', (report: Report) => resolve(report));
    worker.once('error', reject);
    worker.once('exit', (code) => {
      clearInterval(watch);
      reject(new Error(`the thread of ${task.target} ended with ${code}`));
    });
  });
}

function tell(report: Report, folder: string): void {
  const { target, executions, seconds, reached, places, corpus, findings } = report;
  const rate = Math.round(executions / seconds);
  console.log(
    `${target}: ${executions} executions in ${seconds.toFixed(1)} s (${rate}/s), ${reached.length} of ${places} places, corpus ${corpus}, findings ${findings.length}`,
  );
  for (const { input, message } of findings) {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${target}-${nameOf(input)}`);
    writeFileSync(path, input);
    writeFileSync(`${path}.txt`, message);
    console.log(`  ${path}: ${message.split('\n')[0]?.slice(0, 1000)}`);
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2).map((word) => word.replace(/^-(?=[a-z]{2})/, '--')),
    options: {
      seconds: { type: 'string', default: '90' },
      jobs: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(1 + (Date.now() % 1_000_000_007)) },
      findings: { type: 'string', default: 'fuzz-findings' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const wanted = positionals.length === 0 ? [...TARGETS] : positionals;
  const seconds = Number(values.seconds) / wanted.length;
  const seed = Number(values.seed);
  console.log(`seed ${seed}, ${seconds.toFixed(1)} s for each of ${wanted.length} targets`);
  const code = instrumentedCode();
  const left = wanted.map((target, i) => ({ target, seed: seed + i }));
  let found = 0;
  const branches = new Set<number>();
  const job = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      const shared = new SharedArrayBuffer(SHARED_HEADER + LONGEST);
      const report = await run({ ...one, code, seconds, keep: values.keep, shared });
      found += report.findings.length;
      if (report.ofPacketCode) for (const place of report.reached) branches.add(place);
      tell(report, values.findings);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, job));
  console.log(`packet code: ${branches.size} of ${code.branches} branches reached`);
  return found === 0 ? 0 : 1;
}

process.exit(await main());
