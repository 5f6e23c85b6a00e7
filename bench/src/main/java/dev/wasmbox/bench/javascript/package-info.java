/** JavaScript engines as javax.script has them, side by side; {@code bench/javascript} runs them. */
@NullMarked
package dev.wasmbox.bench.javascript;

import org.jspecify.annotations.NullMarked;
