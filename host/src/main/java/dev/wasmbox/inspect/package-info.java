/**
 * Looks into snapshots: what is in one, what changed between two, and what a file holds without reading all of it.
 *
 * <p>Begin with {@link dev.wasmbox.inspect.SnapshotDiff} for two snapshots, with {@link dev.wasmbox.inspect.SnapshotPicture}
 * for something to look at, and with {@link dev.wasmbox.inspect.ModuleLayout} for the names that a module gives to what is
 * in its memory.
 */
@NullMarked
package dev.wasmbox.inspect;

import org.jspecify.annotations.NullMarked;
