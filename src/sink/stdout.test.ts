import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';

// In a process of its own, for standard output is the whole process's. It runs the compiled program (npm run build).

const PROGRAM = `
import { openStdout } from ${JSON.stringify(new URL('../../dist/src/sink/stdout.js', import.meta.url).href)};
const batchOf = (text) => {
  return { split: 0, day: 20190901, parts: [Buffer.from(text)] };
};
let gone = 0;
const destination = openStdout(() => gone++);
const say = (value) => process.stderr.write(JSON.stringify(value) + '\\n');
`;

let child: ChildProcess | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
});

/** Starts a program; `said` is what it says on standard error when it has ended. */
function start(program: string): { process: ChildProcess; said: Promise<unknown[]> } {
  const started = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM + program]);
  child = started;
  let text = '';
  started.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const said = once(started, 'close').then(() =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  );
  return { process: started, said };
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}

test('lines', async () => {
  const { process: started, said } = start(
    `say(await destination.write(batchOf('one\\ntwo\\n')));
     say(await destination.write(batchOf('third\\n')));
     await destination.reopen(); await destination.check(); await destination.close();`,
  );
  const text = await readAll(started.stdout as NodeJS.ReadableStream);
  expect(text).toBe('one\ntwo\nthird\n');
  expect(await said).toEqual([
    { bytes: 8, parts: 1, lost: 0, torn: false },
    { bytes: 6, parts: 1, lost: 0, torn: false },
  ]);
});

test('a preamble, once and first; it counts in bytes', async () => {
  const { process: started, said } = start(
    `const other = openStdout(() => {}, Buffer.from('#head\\n'));
     say(await other.write(batchOf('one\\n')));
     await other.reopen();
     say(await other.write(batchOf('two\\n')));`,
  );
  expect(await readAll(started.stdout as NodeJS.ReadableStream)).toBe('#head\none\ntwo\n');
  expect(await said).toEqual([
    { bytes: 10, parts: 1, lost: 0, torn: false },
    { bytes: 4, parts: 1, lost: 0, torn: false },
  ]);
});

test('a reader that went away before the preamble is told as any', async () => {
  const { process: started, said } = start(
    `const other = openStdout(() => gone++, Buffer.from('#head\\n'));
     process.stdin.once('data', async () => {
       say({ ...(await other.write(batchOf('a\\nb\\n'))), gone });
       process.exit();
     });`,
  );
  (started.stdout as import('node:stream').Readable).destroy();
  started.stdin?.write('go');
  expect(await said).toEqual([{ bytes: 0, parts: 1, lost: 2, torn: false, gone: 1 }]);
});

test('a slow reader is waited for, also where the pipe does not block', async () => {
  const { process: started, said } = start(
    `process.stdout.write('');
     const line = 'x'.repeat(99) + '\\n';
     say(await destination.write(batchOf(line.repeat(30000))));`,
  );
  const stream = started.stdout as NodeJS.ReadableStream;
  await new Promise((resolve) => setTimeout(resolve, 500));
  const text = await readAll(stream);
  expect(text).toHaveLength(3_000_000);
  expect(await said).toEqual([{ bytes: 3_000_000, parts: 1, lost: 0, torn: false }]);
});

test('a reader that goes away is told once; what it did not get is lost, and no failure', async () => {
  const { process: started, said } = start(
    `const line = 'x'.repeat(99) + '\\n';
     const first = await destination.write(batchOf(line.repeat(30000)));
     const second = await destination.write(batchOf('a\\nb\\nc\\n'));
     say({ first: first.lost > 0 && first.lost < 30000 && first.bytes > 0, failure: first.failure ?? null, second, gone });`,
  );
  const stream = started.stdout as import('node:stream').Readable;
  await once(stream, 'readable');
  stream.read();
  stream.destroy();
  expect(await said).toEqual([
    { first: true, failure: null, second: { bytes: 0, parts: 1, lost: 3, torn: false }, gone: 1 },
  ]);
});
