/**
 * Runs Python in a box, between whose evaluations the whole interpreter, with every variable, closure and half-read
 * generator in it, is a value.
 *
 * <p>Begin with {@link dev.wasmbox.python.Python}: load it once, start any number of {@link dev.wasmbox.python.PythonBox}es.
 * {@link dev.wasmbox.python.PythonScriptEngine} is the same for programs that use {@code javax.script}.
 */
@NullMarked
package dev.wasmbox.python;

import org.jspecify.annotations.NullMarked;
