// Puts the modules of each thread together as CommonJS: a few files instead of fifty, and Node does not start its loader of
// ES modules; what is imported only when it is needed stays apart. The bundle stands as deep as the modules it is made of,
// so that the paths in them hold.
import { defineConfig } from 'rolldown';

const threads = {
  main: 'dist/src/cli/main.js',
  'capture-thread': 'dist/src/pipeline/capture-thread.js',
  'delivery-thread': 'dist/src/pipeline/delivery-thread.js',
  'old-days-thread': 'dist/src/pipeline/old-days-thread.js',
};

export default defineConfig(
  Object.entries(threads).map(([name, module]) => ({
    input: { [name]: module },
    platform: 'node',
    external: ['koffi'],
    output: {
      dir: 'dist/bundle/cli',
      format: 'cjs',
      chunkFileNames: `${name}-[name]-[hash].js`,
    },
  })),
);
