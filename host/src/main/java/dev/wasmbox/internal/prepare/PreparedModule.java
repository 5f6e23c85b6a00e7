package dev.wasmbox.internal.prepare;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the engine gets, and what it must not do by itself. The arrays are shared, not copied: nobody changes them.
 *
 * @param wasm the module's bytes after every pass; the very same array as before if nothing had to be rewritten
 * @param startFunction the index of the function that the module wants to be called once, before all others; it takes
 *     and returns nothing, and the engine no longer calls it
 * @param customSections the contents of the custom sections by name; of one name, in their order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PreparedModule(byte[] wasm, OptionalInt startFunction, Map<String, List<byte[]>> customSections) {

    /** Keeps the sections as they are now. */
    public PreparedModule {
        customSections = Map.copyOf(customSections);
    }
}
