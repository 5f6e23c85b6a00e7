/**
 * Runs JavaScript in a box, between whose evaluations the whole engine, with every variable, closure, pending promise and
 * half-read generator in it, is a value.
 *
 * <p>Begin with {@link dev.wasmbox.javascript.JavaScript}: load it once, start any number of
 * {@link dev.wasmbox.javascript.JavaScriptBox}es. {@link dev.wasmbox.javascript.WasmBoxScriptEngine} is the same for
 * programs that use {@code javax.script}.
 */
@NullMarked
package dev.wasmbox.javascript;

import org.jspecify.annotations.NullMarked;
