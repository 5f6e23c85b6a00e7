/** The programs of {@code bench/programs} in WasmBox and in other engines, side by side: {@code bench/compute} runs it. */
@NullMarked
package dev.wasmbox.bench.compute;

import org.jspecify.annotations.NullMarked;
