import { expect, test } from 'vitest';
import { type Deaths, type KeptThread, keepThread } from './thread.ts';

const BEGINNING = `import { workerData, parentPort } from 'node:worker_threads';
const nth = Atomics.add(workerData, 0, 1) + 1;
parentPort.postMessage(nth);
`;
/** The last message of a thread whose work is done. */
const DONE = 0;
const END = `
parentPort.postMessage(${DONE});`;

interface Heard {
  numbers: number[];
  reasons: string[];
  lives: boolean[];
  promise: Promise<void>;
}

/** Keeps a thread whose program is this; `nth` is how many have been started. */
function keep(program: string, deaths: Deaths = []): Heard {
  const numbers: number[] = [];
  const reasons: string[] = [];
  const lives: boolean[] = [];
  const kept: KeptThread<number> = {
    module: `data:text/javascript,${encodeURIComponent(BEGINNING + program + END)}`,
    data: new Int32Array(new SharedArrayBuffer(4)),
    hear(number) {
      if (number !== DONE) numbers.push(number);
      return number === DONE;
    },
    lives: (alive) => lives.push(alive),
    died: (reason) => reasons.push(reason),
  };
  return { numbers, reasons, lives, promise: keepThread(kept, deaths) };
}

test('a thread that says so has done its work', async () => {
  const { numbers, reasons, promise } = keep('');
  await promise;
  expect([numbers, reasons]).toEqual([[1], []]);
});

test('one that dies is started again with the same data', async () => {
  const { numbers, reasons, lives, promise } = keep("if (nth < 3) throw new Error('death ' + nth);");
  await promise;
  expect(lives).toEqual([true, false, true, false, true, false]);
  expect([numbers, reasons]).toEqual([
    [1, 2, 3],
    ['death 1', 'death 2'],
  ]);
});

test('an exit with a status is a death too', async () => {
  const { numbers, reasons, promise } = keep('if (nth < 2) process.exit(3);');
  await promise;
  expect(numbers).toEqual([1, 2]);
  expect(reasons).toEqual(['exit status 3']);
});

test('one that ends with status 0 before it said so died, as one does that is terminated in its beginning', async () => {
  const { numbers, reasons, promise } = keep('if (nth < 2) process.exit(0);');
  await promise;
  expect([numbers, reasons]).toEqual([[1, 2], ['exit status 0']]);
});

test('the third death within a minute ends it', async () => {
  const { numbers, reasons, promise } = keep("throw new Error('death ' + nth);");
  await expect(promise).rejects.toThrow('threads die too often: death 3');
  expect([numbers, reasons]).toEqual([
    [1, 2, 3],
    ['death 1', 'death 2'],
  ]);
});

test('a thread for which the system has no room is one that died', async () => {
  const reasons: string[] = [];
  // Structured clone refuses a function as it refuses what does not fit: in the constructor.
  const data = { count: new Int32Array(new SharedArrayBuffer(4)), unfit: undefined as unknown };
  const kept: KeptThread<number> = {
    module: 'data:text/javascript,throw new Error("first")',
    data,
    hear: () => false,
    lives: () => {},
    died(reason) {
      reasons.push(reason);
      data.unfit = () => {};
    },
  };
  await expect(keepThread(kept, [])).rejects.toThrow(/^threads die too often: .*could not be cloned/);
  expect(reasons).toEqual(['first', expect.stringContaining('could not be cloned')]);
});

test('the deaths of all threads of a run count together', async () => {
  const deaths: Deaths = [];
  const dies = 'throw new Error("death");';
  const ends = await Promise.allSettled([keep(dies, deaths).promise, keep(dies, deaths).promise]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(deaths.length).toBeLessThanOrEqual(4);
});

test('deaths of more than a minute ago are forgotten', async () => {
  const now = performance.now();
  const deaths: Deaths = [now - 70_000, now - 65_000, now - 60_500];
  const { reasons, promise } = keep("if (nth < 3) throw new Error('death ' + nth);", deaths);
  await promise;
  expect(reasons).toEqual(['death 1', 'death 2']);
});
