/** What is done to boxes, and how long it takes, in WasmBox and in other engines: {@code bench/boxes} runs it. */
@NullMarked
package dev.wasmbox.bench.boxes;

import org.jspecify.annotations.NullMarked;
