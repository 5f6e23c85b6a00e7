/** A state as a module of its own: what the guest holds becomes what the module begins with. */
@NullMarked
package dev.wasmbox.internal.freeze;

import org.jspecify.annotations.NullMarked;
