/** Runs test262, the tests of the JavaScript standard, in boxes: {@code bench/conformance}. */
@NullMarked
package dev.wasmbox.bench.conformance;

import org.jspecify.annotations.NullMarked;
