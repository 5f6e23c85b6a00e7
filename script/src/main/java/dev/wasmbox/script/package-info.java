/**
 * What the interpreters of script languages have in common: a box whose calls can be undone, recorded and replayed, and the
 * functions of its host; and how that looks to {@code javax.script}. What they say to users is each language's own.
 */
@NullMarked
package dev.wasmbox.script;

import org.jspecify.annotations.NullMarked;
