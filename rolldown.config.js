// Puts the modules of each thread together, for a start that opens a few files instead of fifty; what is imported only
// when it is needed stays apart. The bundle stands as deep as the modules it is made of, so that the paths in them hold.
import { defineConfig } from 'rolldown';

const threads = {
  main: 'dist/src/cli/main.js',
  'capture-thread': 'dist/src/pipeline/capture-thread.js',
  'writer-thread': 'dist/src/pipeline/writer-thread.js',
};

export default defineConfig(
  Object.entries(threads).map(([name, module]) => ({
    input: { [name]: module },
    platform: 'node',
    external: ['koffi'],
    output: { dir: 'dist/bundle/cli', chunkFileNames: `${name}-[name]-[hash].js` },
  })),
);
