package dev.wasmbox.internal.prepare;

/**
 * How many values a function takes and returns.
 *
 * @param parameters the number of its parameters
 * @param results the number of its results
 */
record FunctionType(int parameters, int results) {}
