/** Compiled code kept in files, and the signatures without which none of it is ever loaded. */
@NullMarked
package dev.wasmbox.internal.code;

import org.jspecify.annotations.NullMarked;
