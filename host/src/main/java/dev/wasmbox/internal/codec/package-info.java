/** How Java values become bytes and back. */
@NullMarked
package dev.wasmbox.internal.codec;

import org.jspecify.annotations.NullMarked;
