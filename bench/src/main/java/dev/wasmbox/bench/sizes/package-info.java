/** How large snapshots are, in every form. */
@NullMarked
package dev.wasmbox.bench.sizes;

import org.jspecify.annotations.NullMarked;
