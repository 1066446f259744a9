/** The few names of WebAssembly used here; the full ones come only with the types of browsers. */
declare namespace WebAssembly {
  type Imports = Record<string, object>;
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Record<string, unknown>;
  }
}
