/** The types of a contract as source code of the languages that guests and hosts are written in. */
@NullMarked
package dev.wasmbox.cli.types;

import org.jspecify.annotations.NullMarked;
