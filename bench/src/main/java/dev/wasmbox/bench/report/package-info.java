/** Makes docs/performance.md of all that was measured: {@code bench/run} runs it. */
@NullMarked
package dev.wasmbox.bench.report;

import org.jspecify.annotations.NullMarked;
