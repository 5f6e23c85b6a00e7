// Runs a guest as someone would who knows docs/abi.md and nothing else of WasmBox: in Node, that is, in V8.
//
// Usage: node frozen-module-host.mjs MODULE
// Standard input has a message a line, in hexadecimal digits. Standard output gets a line for the initialisation and one
// for each message: the outputs, in hexadecimal digits, as a JSON array, or "trapped", which is the last line then.
// Otherwise the last line is the size of the memory in pages and its SHA-256.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

let guest;
let outputs = [];

// Asked for anew each time: when the memory grows, what there was of it is detached.
const bytes = () => new Uint8Array(guest.memory.buffer);
const view = () => new DataView(guest.memory.buffer);

const env = {
  wasmbox_callback: (pointer, length) =>
    outputs.push(Buffer.from(bytes().slice(pointer >>> 0, (pointer >>> 0) + (length >>> 0))).toString("hex")),
  wasmbox_finished: () => {},
  wasmbox_panicked: () => {},
};

// What a guest may need after its initialisation. There is no entropy, no clock and no environment here: one that asks for
// them has been initialised again, and fails.
const wasi = {
  fd_write(_, vectors, count, written) {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += view().getUint32(vectors + 8 * i + 4, true);
    }
    view().setUint32(written, sum, true);
    return 0;
  },
};

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const imports = { env, wasi_snapshot_preview1: { ...wasi } };
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  imports[from][name] ??= () => {
    throw new Error(`the guest called ${from}.${name}`);
  };
}

function call(work) {
  outputs = [];
  try {
    work();
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) {
      throw error;
    }
    console.log("trapped");
    process.exit(0);
  }
  console.log(JSON.stringify(outputs));
}

guest = new WebAssembly.Instance(module, imports).exports;
call(() => {
  guest._initialize?.();
  guest.wasmbox_initialize();
});
for (const line of readFileSync(0, "latin1").split("\n").slice(0, -1)) {
  const message = Buffer.from(line, "hex");
  call(() => {
    const exchange = guest.wasmbox_exchange?.value >>> 0;
    if (guest.wasmbox_exchange && message.length <= view().getUint32(exchange, true)) {
      bytes().set(message, exchange + 4);
      guest.wasmbox_send(exchange + 4, message.length);
    } else {
      const size = Math.max(1, message.length);
      const pointer = guest.wasmbox_malloc(size) >>> 0;
      bytes().set(message, pointer);
      guest.wasmbox_send(pointer, message.length);
      guest.wasmbox_free(pointer, size);
    }
  });
}
console.log(`${bytes().length / 65536} ${createHash("sha256").update(bytes()).digest("hex")}`);
