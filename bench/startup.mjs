// What `wasmbox run GUEST` does, as a program for Node: a line of standard input is a message to the guest, in a string as
// version 1 of the contract has it (docs/abi.md), and each output is printed as ==> [output].

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { WASI } from "node:wasi";

const wasi = new WASI({ version: "preview1" });
let exported;
const bytes = () => Buffer.from(exported.memory.buffer);
const env = {
    wasmbox_callback(pointer, length) {
        console.log(`==> [${bytes().toString("utf8", pointer + 8, pointer + length)}]`);
    },
    wasmbox_finished() {},
    wasmbox_panicked(pointer, length) {
        throw new Error(bytes().toString("utf8", pointer, pointer + length));
    },
};
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, { ...wasi.getImportObject(), env });
exported = instance.exports;
wasi.initialize(instance);
exported.wasmbox_initialize();
for await (const line of createInterface({ input: process.stdin })) {
    const size = 8 + Buffer.byteLength(line);
    const pointer = exported.wasmbox_malloc(size);
    const message = bytes().subarray(pointer, pointer + size);
    message.writeBigUInt64LE(BigInt(size - 8));
    message.write(line, 8);
    exported.wasmbox_send(pointer, size);
    exported.wasmbox_free(pointer, size);
}
