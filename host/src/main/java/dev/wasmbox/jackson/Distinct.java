package dev.wasmbox.jackson;

import dev.wasmbox.internal.codec.Mismatch;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** Values that may be there once, told apart by their bytes: in an order, as hashes would be the guest's choice. */
final class Distinct {

    private final Set<byte[]> seen = new TreeSet<>(Arrays::compare);

    void add(byte[] bytes) {
        if (!seen.add(bytes)) {
            throw new Mismatch("expected every element of a set and every key of a map once, found this one again");
        }
    }
}
