/** Measurements; {@code bench/run} runs them. */
@NullMarked
package dev.wasmbox.bench;

import org.jspecify.annotations.NullMarked;
