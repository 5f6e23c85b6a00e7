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

/** Of all threads: this Node cannot tell it of one. The others have hardly anything to do once all is compiled. */
function processorNanos() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function repeat(program, expected, times) {
  const end = processorNanos() + Number(millis) * 1e6;
  while (processorNanos() < end) {
    const start = processorNanos();
    const result = run(program);
    times.push(processorNanos() - start);
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
  const nanos = times[program].sort((a, b) => a - b);
  const result = results[program].toString(16).padStart(16, "0");
  console.log([name, result, nanos[0], nanos[nanos.length >> 1], nanos.length].join("\t"));
});
