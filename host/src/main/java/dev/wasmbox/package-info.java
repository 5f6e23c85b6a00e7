/**
 * Runs a guest program in a box, between whose messages the whole guest is a value.
 *
 * <p>Begin with {@link dev.wasmbox.GuestModule}: load one, start any number of {@link dev.wasmbox.WasmBox}es from it,
 * and take {@link dev.wasmbox.Snapshot}s of them.
 */
@NullMarked
package dev.wasmbox;

import org.jspecify.annotations.NullMarked;
