/** Files that are there whole or not at all. */
@NullMarked
package dev.wasmbox.internal.files;

import org.jspecify.annotations.NullMarked;
