/**
 * Which memory makes snapshots cheap, and what it costs the guest: {@code bench/memory} runs it. The designs are
 * implementations of the engine's memory, used with the engine directly: nothing here is part of the library, and
 * nothing of the library is measured.
 */
@NullMarked
package dev.wasmbox.bench.memory;

import org.jspecify.annotations.NullMarked;
