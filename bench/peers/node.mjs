// The programs in Node's V8. See dev.wasmbox.bench.compute.Harness for what a harness does and prints.
//
// Usage: node node.mjs MODULE MILLISECONDS_PER_PASS
import { readFileSync } from "node:fs";

const PASSES = 2;

const [file, millis] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
let answer;
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  // WASI's functions are called by a panic only.
  (imports[from] ??= {})[name] = () => {
    throw new Error(`a program called ${name}`);
  };
}
imports.env.wasmbox_callback = (pointer, length) => {
  answer = new Uint8Array(guest.memory.buffer, pointer, length).slice();
};
const guest = new WebAssembly.Instance(module, imports).exports;
guest.wasmbox_initialize();

function send(message) {
  const size = Math.max(message.length, 1);
  const pointer = guest.wasmbox_malloc(size);
  new Uint8Array(guest.memory.buffer).set(message, pointer);
  guest.wasmbox_send(pointer, message.length);
  guest.wasmbox_free(pointer, size);
  return answer;
}

const run = (program) => new DataView(send([program]).buffer).getBigUint64(0, true);

function repeat(program, expected, times) {
  const end = performance.now() + Number(millis);
  while (performance.now() < end) {
    const start = process.hrtime.bigint();
    const result = run(program);
    times.push(process.hrtime.bigint() - start);
    if (result !== expected) {
      throw new Error("a program gives now this, now that");
    }
  }
}

function passes(expected) {
  const times = expected.map(() => []);
  for (let pass = 0; pass < PASSES; pass++) {
    expected.forEach((result, program) => repeat(program, result, times[program]));
  }
  return times;
}

const names = new TextDecoder().decode(send([])).split("\n");
const results = names.map((_, program) => run(program));
passes(results);
const times = passes(results);
names.forEach((name, program) => {
  const nanos = times[program].sort((a, b) => Number(a - b));
  const result = results[program].toString(16).padStart(16, "0");
  console.log([name, result, nanos[0], nanos[nanos.length >> 1], nanos.length].join("\t"));
});
