package dev.wasmbox.inspect;

/**
 * An address that has a name.
 *
 * @param name the name
 * @param address the address, in the first memory
 */
public record Symbol(String name, int address) {}
