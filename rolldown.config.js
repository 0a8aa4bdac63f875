// Puts the modules of each thread together as CommonJS: a few files instead of fifty, and Node does not start its loader of
// ES modules; what is imported only when it is needed stays apart. The bundle stands as deep as the modules it is made of,
// so that the paths in them hold.
import { defineConfig } from 'rolldown';

const threads = {
  main: 'dist/src/cli/main.js',
  ask: 'dist/src/cli/ask.js',
  'capture-thread': 'dist/src/pipeline/capture-thread.js',
  'old-days-thread': 'dist/src/pipeline/old-days-thread.js',
};

const bundle = Object.entries(threads).map(([name, module]) => ({
  input: { [name]: module },
  platform: 'node',
  // Questions share much with the program that captures; in one bundle it would be parted into more files, and start slower.
  external: ['koffi', '@duckdb/node-api', './ask.js'],
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
