/**
 * Codecs that speak JSON and CBOR through Jackson.
 *
 * <p>Jackson is an optional dependency: whoever uses this package adds {@code jackson-databind}, and for CBOR
 * {@code jackson-dataformat-cbor}, to the class path.
 */
@NullMarked
package dev.wasmbox.jackson;

import org.jspecify.annotations.NullMarked;
