/** Engines that need more than the rest of the build does. */
@NullMarked
package dev.wasmbox.bench.peers;

import org.jspecify.annotations.NullMarked;
