/** Guest state and host state as immutable values, and their file form. */
@NullMarked
package dev.wasmbox.internal.state;

import org.jspecify.annotations.NullMarked;
