// npm run bench: runs the cases, prints the tables, and writes docs/performance.md where all of them ran.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { benchDirectory, removeOldCaptures } from './captures.ts';
import { undoAll, undoOnSignals } from './children.ts';
import type { Case, Context } from './context.ts';
import { deliveryCase } from './delivery.ts';
import { fileCases } from './file-cases.ts';
import { garbageCase } from './garbage.ts';
import { idleCase } from './idle.ts';
import { liveCases } from './live-cases.ts';
import { machineLine, peerVersions, thisMachine } from './machine.ts';
import { microCase } from './micro.ts';
import { whyNoWire } from './network.ts';
import { plot } from './plot.ts';
import { questionsCase } from './questions.ts';
import { aligned, caseText, figureTable, page, replaceSection, sectionOf } from './report.ts';
import { type CaseResult, type Results, skippedCase } from './results.ts';
import { ROOT } from './root.ts';
import { scalingCases } from './scaling.ts';
import { longSoakCase, soakCase } from './soak.ts';
import { startCase } from './start.ts';
import { has, installTools } from './tools.ts';
import { transactionCases } from './transaction-cases.ts';

const CASES: readonly Case[] = [
  ...fileCases,
  ...transactionCases,
  ...liveCases,
  deliveryCase,
  ...scalingCases,
  questionsCase,
  startCase,
  idleCase,
  garbageCase,
  soakCase,
  microCase,
];
/** A peer's wrong output is its own. */
const PEER_WRONG = /^(tcpdump|httpry|ngrep|tcpflow|tshark)\b/;
const PAGE = join(ROOT, 'docs/performance.md');
const EXIT_WRONG = 1;
const EXIT_USAGE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const names = CASES.map(({ name }) => name);
  if (words.some((word) => /^--?(h|help)$/.test(word))) return print(USAGE);
  if (words.some((word) => /^--?list$/.test(word))) return print(`${names.join('\n')}\n`);
  let asked: ReturnType<typeof readArguments>;
  try {
    asked = readArguments(words, names);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return EXIT_USAGE;
  }
  undoOnSignals();
  removeOldCaptures();
  const begin = performance.now();
  const say = (line: string): void =>
    console.error(`bench, ${Math.round((performance.now() - begin) / 1000)} s: ${line}`);
  installTools(say);
  const context: Context = {
    isShort: asked.isShort,
    rounds: asked.rounds ?? (asked.isShort ? 3 : 5),
    whyNotLive: whyNotLive(),
    say,
  };
  const wanted = CASES.filter(({ name, inShort }) =>
    asked.only.length > 0 ? asked.only.includes(name) : inShort || !asked.isShort,
  );
  const cases = await runAll(asked.isLongSoak ? [longSoakCase] : wanted, context);
  const results: Results = {
    machine: thisMachine(),
    peers: peerVersions(),
    isWhole: !asked.isShort && cases.length === CASES.length && cases.every(({ skipped }) => skipped === undefined),
    seconds: (performance.now() - begin) / 1000,
    cases,
  };
  undoAll();
  return finish(results, asked.isShort);
}

/** What live cases need is checked once. */
function whyNotLive(): string | undefined {
  if (!has('/usr/bin/time')) return 'needs GNU time (Debian’s package time)';
  if (!has('tcpreplay')) return 'needs tcpreplay';
  return whyNoWire();
}

async function runAll(wanted: readonly Case[], context: Context): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of wanted) {
    context.say(one.title);
    results.push(await runCase(one, context));
    console.log(caseText(results.at(-1) as CaseResult));
  }
  return results;
}

/** A case that fails is wrong, and the others go on. */
async function runCase(one: Case, context: Context): Promise<CaseResult> {
  const { name, title } = one;
  if (one.isLive && context.whyNotLive !== undefined) return skippedCase(name, title, context.whyNotLive);
  if (!has('/usr/bin/time')) return skippedCase(name, title, 'needs GNU time (Debian’s package time)');
  try {
    return await one.run(context);
  } catch (error) {
    undoAll();
    const reason = error instanceof Error ? error.message : String(error);
    return { ...skippedCase(name, title, `failed: ${reason}`), wrong: [`${name}: ${reason}`] };
  }
}

function finish(results: Results, isShort: boolean): number {
  console.log(`\n${machineLine(results.machine)}\n`);
  // In a small capture the start of Node.js is most of what is measured.
  if (isShort) console.log('A look at small captures: the figures to reach are judged by the whole benchmark.');
  else console.log(aligned(figureTable(results)));
  writeFileSync(join(benchDirectory(), 'results.json'), JSON.stringify(results, undefined, 1));
  if (results.isWhole) {
    writeFileSync(PAGE, page(results, sectionOf(readFileSync(PAGE, 'utf8'), longSoakCase.title)));
    writeFileSync(join(ROOT, 'docs/performance.svg'), plot(results.cases));
    console.log('\nwritten: docs/performance.md, docs/performance.svg');
  }
  const soak = results.cases.find(({ name }) => name === longSoakCase.name);
  if (soak !== undefined && soak.skipped === undefined) {
    writeFileSync(PAGE, replaceSection(readFileSync(PAGE, 'utf8'), soak, results.machine));
    console.log('\nwritten: its section in docs/performance.md');
  }
  const failures = results.cases.flatMap(({ wrong }) => wrong).filter((one) => !PEER_WRONG.test(one));
  for (const one of failures) console.error(`wrong: ${one}`);
  return failures.length > 0 ? EXIT_WRONG : 0;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
