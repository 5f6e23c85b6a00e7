/** The names, signatures and rules of the guest's contract; see docs/abi.md. */
@NullMarked
package dev.wasmbox.internal.abi;

import org.jspecify.annotations.NullMarked;
