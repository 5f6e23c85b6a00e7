/** What a guest sees of its host: its clock, its entropy, its log, and the functions that it may import. */
@NullMarked
package dev.wasmbox.internal.world;

import org.jspecify.annotations.NullMarked;
