/** The threads that guests run on: their stacks, and the watchdog that ends a guest which takes too long. */
@NullMarked
package dev.wasmbox.internal.execution;

import org.jspecify.annotations.NullMarked;
