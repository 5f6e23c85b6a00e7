/** The text of contracts: reading, writing, and what has to hold in it. Knows nothing of modules and codecs. */
@NullMarked
package dev.wasmbox.internal.contract;

import org.jspecify.annotations.NullMarked;
