/** The only package that knows the engine: loads, instantiates, calls, captures and restores a guest. */
@NullMarked
package dev.wasmbox.internal.engine;

import org.jspecify.annotations.NullMarked;
