// What the packet code reaches of the system: nothing. A mistake in it finds a memory of packets and lines, and no calls.
import { expect, test } from 'vitest';
import { packetModule } from '../support/packet-code.ts';

/** What the types of Node.js 20 do not have. */
const { imports } = WebAssembly.Module as unknown as {
  imports(module: WebAssembly.Module): readonly { readonly module: string; readonly name: string }[];
};

test.each([{}, { pair: true, assemble: true }])(
  'the packet code imports its memory and the local date (%j)',
  (mode) => {
    const names = imports(packetModule(mode)).map(({ module, name }) => `${module}.${name}`);
    expect(names.sort()).toEqual(['env.memory', 'time.localOffset']);
  },
);
