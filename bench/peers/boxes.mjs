// Boxes in Node's V8: an instance for each, and a copy of its memory for a state. See
// dev.wasmbox.bench.boxes.Measurement for what a harness does and prints.
//
// Usage: node boxes.mjs PLAN MILLISECONDS
import { readFileSync } from "node:fs";

const WARMING_PASSES = 2;
const LEAST_RUNS = 3;
const MOST_RUNS = 200_000;
const MESSAGES_AT_ONCE = 50;
const SMALL_MESSAGE_BYTES = 4096;

class Box {
  constructor(module) {
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      // The others are called by a panic only.
      (imports[from] ??= {})[name] = () => {
        throw new Error(`a guest called ${name}`);
      };
    }
    imports.env.wasmbox_callback = (pointer, length) => {
      this.answer = new Uint8Array(this.guest.memory.buffer, pointer, length).slice();
    };
    this.module = module;
    this.guest = new WebAssembly.Instance(module, imports).exports;
  }

  static start(module) {
    const box = new Box(module);
    box.guest.wasmbox_initialize();
    return box;
  }

  send(message) {
    const guest = this.guest;
    const size = Math.max(message.length, 1);
    const pointer = guest.wasmbox_malloc(size);
    new Uint8Array(guest.memory.buffer).set(message, pointer);
    guest.wasmbox_send(pointer, message.length);
    guest.wasmbox_free(pointer, size);
    return this.answer;
  }

  snapshot() {
    return new Uint8Array(this.guest.memory.buffer).slice();
  }

  restore(state) {
    new Uint8Array(this.guest.memory.buffer).set(state);
  }

  fork() {
    const fork = new Box(this.module);
    fork.restore(this.snapshot());
    return fork;
  }
}

function text(characters) {
  const bytes = Buffer.alloc(8 + characters.length);
  bytes.writeBigUInt64LE(BigInt(characters.length));
  bytes.write(characters, 8);
  return bytes;
}

function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

const MESSAGES = {
  counter: () => text("up"),
  echo: (point) => text("x".repeat(point.message_bytes)),
  pages: (point) => number(point.pages),
};
const ANSWERS = {
  counter: (point, count) => text(`value=${count}`),
  echo: (point) => text("Echo: " + "x".repeat(point.message_bytes)),
  pages: (point, count) => number(count),
};

const now = () => Number(process.hrtime.bigint());

function operation(point, module) {
  const message = MESSAGES[point.guest](point);
  const check = (answer, count) => {
    if (!ANSWERS[point.guest](point, count).equals(answer)) {
      throw new Error(`a wrong answer: ${JSON.stringify(point)}`);
    }
  };
  const box = Box.start(module);
  check(box.send(message), 1);
  const state = box.snapshot();
  const started = (withMessage) => () => {
    const start = now();
    const fresh = Box.start(module);
    if (withMessage) {
      fresh.send(message);
    }
    const time = now() - start;
    check(withMessage ? fresh.answer : fresh.send(message), 1);
    return time;
  };
  const forked = (withMessage) => () => {
    box.send(message);
    const start = now();
    const fork = box.fork();
    if (withMessage) {
      fork.send(message);
    }
    const time = now() - start;
    if (!withMessage && Buffer.compare(box.send(message), fork.send(message)) !== 0) {
      throw new Error(`a fork that answers otherwise: ${JSON.stringify(point)}`);
    }
    return time;
  };
  switch (point.operation) {
    case "message": {
      const count = point.message_bytes <= SMALL_MESSAGE_BYTES && point.pages <= 1 ? MESSAGES_AT_ONCE : 1;
      return () => {
        const start = now();
        for (let i = 0; i < count; i++) {
          box.send(message);
        }
        return (now() - start) / count;
      };
    }
    case "start":
      return started(false);
    case "start+message":
    case "life": // a box ends by being forgotten
      return started(true);
    case "fork":
      return forked(false);
    case "fork+message":
      return forked(true);
    case "snapshot":
      return () => {
        box.send(message);
        const start = now();
        box.snapshot();
        return now() - start;
      };
    case "restore":
      return () => {
        check(box.send(message), 2);
        const start = now();
        box.restore(state);
        return now() - start;
      };
  }
  throw new Error(`there is no operation ${point.operation}`);
}

function repeat(run, millis) {
  const times = [];
  const end = performance.now() + millis;
  while (times.length < LEAST_RUNS || (performance.now() < end && times.length < MOST_RUNS)) {
    times.push(run());
  }
  return times;
}

const [plan, millis] = process.argv.slice(2);
const points = readFileSync(plan, "utf8").trim().split("\n").map((line) => JSON.parse(line));
for (const file of new Set(points.map((point) => point.module))) {
  const module = new WebAssembly.Module(readFileSync(file));
  const here = points.filter((point) => point.module === file);
  for (let pass = 0; pass < WARMING_PASSES; pass++) {
    here.forEach((point) => repeat(operation(point, module), Number(millis)));
  }
  for (const point of here) {
    const times = repeat(operation(point, module), Number(millis)).sort((a, b) => a - b);
    console.log(JSON.stringify({ ...point, best_nanos: times[0], median_nanos: times[times.length >> 1], runs: times.length }));
  }
}
