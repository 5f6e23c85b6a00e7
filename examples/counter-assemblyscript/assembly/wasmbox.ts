// What is between the program and its host: docs/abi.md, for strings. Copy it into a program of your own.

// @ts-ignore: decorator
@external("env", "wasmbox_callback")
declare function callback(pointer: usize, length: usize): void;

// @ts-ignore: decorator
@external("env", "wasmbox_panicked")
declare function panicked(pointer: usize, length: usize): void;

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "random_get")
declare function random_get(pointer: usize, length: usize): u32;

export function wasmbox_initialize(): void {}

// Messages are put where the garbage collector does not look.
export function wasmbox_malloc(size: usize): usize {
  return heap.alloc(size);
}

export function wasmbox_free(pointer: usize, size: usize): void {
  heap.free(pointer);
}

/** The message, which has to be one string: its length in bytes as u64, and UTF-8. */
export function readString(pointer: usize, length: usize): string {
  if (length < 8 || load<u64>(pointer) != <u64>(length - 8)) {
    throw new Error("the input is no string: its length as u64, and then so many bytes");
  }
  const text = String.UTF8.decodeUnsafe(pointer + 8, length - 8);
  // The decoder takes anything; what was UTF-8 becomes the same bytes again.
  const bytes = utf8(text);
  if (<usize>bytes.byteLength != length - 8 || memory.compare(changetype<usize>(bytes), pointer + 8, length - 8) != 0) {
    throw new Error("the input is no string: it is not UTF-8");
  }
  return text;
}

/** Sends a string. Half a surrogate pair, which UTF-8 cannot say, becomes U+FFFD. */
export function sendString(text: string): void {
  const bytes = utf8(text);
  const output = new ArrayBuffer(8 + bytes.byteLength);
  store<u64>(changetype<usize>(output), bytes.byteLength);
  memory.copy(changetype<usize>(output) + 8, changetype<usize>(bytes), bytes.byteLength);
  callback(changetype<usize>(output), output.byteLength);
}

function utf8(text: string): ArrayBuffer {
  return String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
}

/** What AssemblyScript calls instead of `env.abort`: for `throw`, a failed `assert`, an index out of range. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = utf8(`panicked at ${file ? file : "?"}:${line}:${column}: ${message ? message : "aborted"}`);
  panicked(changetype<usize>(text), text.byteLength);
  unreachable();
}

/** What `Math.random` calls instead of `env.seed`: the box's own entropy. */
export function seed(): f64 {
  const bytes = new ArrayBuffer(8);
  random_get(changetype<usize>(bytes), 8);
  return load<f64>(changetype<usize>(bytes));
}
