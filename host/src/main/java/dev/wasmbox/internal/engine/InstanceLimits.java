package dev.wasmbox.internal.engine;

/**
 * How large the parts of an instance may become.
 *
 * @param memoryBytes each memory, in bytes
 * @param tableElements each table
 */
public record InstanceLimits(long memoryBytes, int tableElements) {}
