/** The guest's world: WASI preview 1, closed and deterministic; see docs/determinism.md. */
@NullMarked
package dev.wasmbox.internal.wasi;

import org.jspecify.annotations.NullMarked;
