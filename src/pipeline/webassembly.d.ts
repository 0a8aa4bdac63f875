// What this program uses of the WebAssembly JavaScript Interface (https://webassembly.github.io/spec/js-api/). Neither
// TypeScript's ES libraries nor Node's types declare it, and its DOM library would bring a browser's globals along.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class RuntimeError extends Error {}
}
