/** All that reads bytes of strangers, fuzzed: whatever they are, they are read or refused in the words of the API. */
@NullMarked
package dev.wasmbox.fuzz;

import org.jspecify.annotations.NullMarked;
