// Puts the modules of each thread together as CommonJS: a few files instead of fifty, and Node does not start its loader of
// ES modules; what is imported only when it is needed stays apart. The bundle stands as deep as the modules it is made of,
// so that the paths in them hold.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const threads = {
  main: 'dist/src/cli/main.js',
  ask: 'dist/src/cli/ask.js',
  'capture-thread': 'dist/src/pipeline/capture-thread.js',
  'delivery-thread': 'dist/src/pipeline/delivery-thread.js',
  'old-days-thread': 'dist/src/pipeline/old-days-thread.js',
};

/** A hash of all that a thread of the program is made of, by which it knows whether another is of the same build (src/pipeline/build.ts). */
function buildHash() {
  const hash = createHash('sha256');
  const modules = ['dist/src', 'dist/layout'].flatMap((directory) =>
    readdirSync(directory, { recursive: true }).map((name) => `${directory}/${name}`),
  );
  const files = [...modules.filter((name) => name.endsWith('.js')), 'dist/message.wasm', 'dist/packet.wasm'];
  for (const file of files.sort()) {
    const bytes = readFileSync(file);
    hash.update(`${file} ${bytes.length}\n`).update(bytes);
  }
  return hash.update(readFileSync('package.json')).digest('hex').slice(0, 16);
}

const build = buildHash();

const bundle = Object.entries(threads).map(([name, module]) => ({
  input: { [name]: module },
  platform: 'node',
  // Of a package's modules only those that are used come in; of CommonJS all do.
  resolve: { mainFields: ['module', 'main'] },
  // Questions share much with the program that captures; in one bundle it would be parted into more files, and start slower.
  external: ['koffi', '@duckdb/node-api', './ask.js'],
  transform: { define: { HTTPLOG_BUILD: JSON.stringify(build) } },
  output: {
    dir: 'dist/bundle/cli',
    format: 'cjs',
    chunkFileNames: `${name}-[name]-[hash].js`,
  },
}));

// The fuzzers are part of the tests, and run in threads of their own, which take no TypeScript.
const fuzzers = {
  input: { main: 'test/fuzz/main.ts', worker: 'test/fuzz/worker.ts' },
  platform: 'node',
  external: ['koffi', 'binaryen'],
  output: { dir: 'dist/fuzz', format: 'esm', cleanDir: true },
};

export default defineConfig([...bundle, fuzzers]);
