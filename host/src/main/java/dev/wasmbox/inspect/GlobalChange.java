package dev.wasmbox.inspect;

import dev.wasmbox.GlobalContents;
import org.jspecify.annotations.Nullable;

/**
 * A global that is not as it was.
 *
 * @param index its place among the mutable globals, from 0
 * @param before what it was, null if it was not there
 * @param after what it is, null if it is not there any more
 */
public record GlobalChange(int index, @Nullable GlobalContents before, @Nullable GlobalContents after) {}
