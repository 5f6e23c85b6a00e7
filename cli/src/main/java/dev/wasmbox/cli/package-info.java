/**
 * The command line. {@link dev.wasmbox.cli.Main#run} is all of it as a function; every command is a class of its own.
 */
@NullMarked
package dev.wasmbox.cli;

import org.jspecify.annotations.NullMarked;
