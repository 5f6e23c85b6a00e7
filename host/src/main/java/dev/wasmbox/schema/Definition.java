package dev.wasmbox.schema;

import dev.wasmbox.internal.contract.ContractText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A type with a name of its own. Its text form is its {@code toString}. */
public sealed interface Definition {

    /** {@return its whole name, such as {@code game::Command}} */
    String path();

    /** {@return the last part of its name, such as {@code Command}} */
    default String simpleName() {
        return path().substring(path().lastIndexOf(':') + 1);
    }

    /**
     * A struct.
     *
     * @param path its whole name
     * @param fields what it holds
     */
    record Struct(String path, Fields fields) implements Definition {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * An enum.
     *
     * @param path its whole name
     * @param variants what a value can be, in their order
     */
    record Enumeration(String path, List<Variant> variants) implements Definition {
        /** Copies the list, and checks that each variant has a name of its own. */
        public Enumeration {
            variants = List.copyOf(variants);
            Set<String> names = new HashSet<>();
            for (Variant variant : variants) {
                if (!names.add(variant.name)) {
                    throw new IllegalArgumentException("two variants of " + path + " are called " + variant.name);
                }
            }
        }

        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * What a value of an enum can be.
     *
     * @param name its name, as the guest writes it
     * @param fields what it holds
     */
    record Variant(String name, Fields fields) {}
}
