package dev.wasmbox.schema;

import dev.wasmbox.internal.contract.ContractText;
import java.util.List;

/** A type of values, named and laid out as Rust has it. Its text form is its {@code toString}. */
public sealed interface SchemaType {

    /** What holds no other values. */
    enum Scalar implements SchemaType {
        /** A truth. */
        BOOL("bool"),
        /** A Unicode scalar value. */
        CHAR("char"),
        /** A text. */
        STRING("String"),
        /** A number of IEEE 754 with 32 bits. */
        F32("f32"),
        /** A number of IEEE 754 with 64 bits. */
        F64("f64"),
        /** An integer of 8 bits without a sign. */
        U8("u8"),
        /** An integer of 16 bits without a sign. */
        U16("u16"),
        /** An integer of 32 bits without a sign. */
        U32("u32"),
        /** An integer of 64 bits without a sign. */
        U64("u64"),
        /** An integer of 128 bits without a sign. */
        U128("u128"),
        /** An integer of 8 bits. */
        I8("i8"),
        /** An integer of 16 bits. */
        I16("i16"),
        /** An integer of 32 bits. */
        I32("i32"),
        /** An integer of 64 bits. */
        I64("i64"),
        /** An integer of 128 bits. */
        I128("i128"),
        /** A length of time in nanoseconds, not negative. */
        DURATION("Duration"),
        /** A point in time in nanoseconds, from 1970 on. */
        SYSTEM_TIME("SystemTime");

        private final String word;

        Scalar(String word) {
            this.word = word;
        }

        /** {@return what it is called in the text} */
        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * A value or none.
     *
     * @param content the value
     */
    record Option(SchemaType content) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * Any number of values in a row: {@code Vec<T>}.
     *
     * @param element each of them
     */
    record Sequence(SchemaType element) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * Any number of values, each of them once: {@code Set<T>}.
     *
     * @param element each of them
     */
    record Unique(SchemaType element) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * Values by keys: {@code Map<K, V>}.
     *
     * @param key each key
     * @param value each value
     */
    record Mapping(SchemaType key, SchemaType value) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * So many values in a row: {@code [T; N]}.
     *
     * @param element each of them
     * @param length how many
     */
    record FixedArray(SchemaType element, int length) implements SchemaType {
        /** Checks that the length is not negative. */
        public FixedArray {
            if (length < 0) {
                throw new IllegalArgumentException("an array cannot have " + length + " elements");
            }
        }

        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * One value after the other: {@code (A, B)}. Without elements it is the unit.
     *
     * @param elements their types
     */
    record Tuple(List<SchemaType> elements) implements SchemaType {
        /** Copies the list. */
        public Tuple {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * A type that is defined elsewhere, see {@link Schema#definitions()}.
     *
     * @param path its whole name, such as {@code game::Command}
     */
    record Reference(String path) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }

    /**
     * A type that is defined where it is used, so that its name is for people only.
     *
     * @param definition what it is
     */
    record Inline(Definition definition) implements SchemaType {
        @Override
        public String toString() {
            return ContractText.of(this);
        }
    }
}
