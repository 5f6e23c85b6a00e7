package dev.wasmbox.internal.prepare;

import dev.wasmbox.InvalidModuleException;

/** The types of values, and the refusal of those that a box cannot hold. */
public final class Types {

    static final int I32 = 0x7F;
    static final int I64 = 0x7E;
    static final int F64 = 0x7C;
    static final int F32 = 0x7D;

    private static final int REFERENCE = 0x64;
    private static final int NULLABLE_REFERENCE = 0x63;

    private Types() {}

    static void skipValueTypes(BinaryReader reader) {
        for (int types = reader.count(1, "types"); types > 0; types--) {
            skipValueType(reader);
        }
    }

    /** Passes over the type of a value. */
    public static void skipValueType(BinaryReader reader) {
        switch (reader.peek()) {
            case 0x7F, 0x7E, F32, F64 -> reader.skip(1, "a type");
            case 0x7B -> throw vectors(reader);
            default -> skipReferenceType(reader);
        }
    }

    /** Passes over the type of a reference. */
    public static void skipReferenceType(BinaryReader reader) {
        switch (reader.peek()) {
            case REFERENCE, NULLABLE_REFERENCE -> {
                reader.skip(1, "a reference type");
                skipHeapType(reader);
            }
            default -> {
                int start = reader.position();
                if (reader.peek() >= 0x40 && reader.peek() < 0x80) {
                    skipHeapType(reader);
                } else {
                    int found = reader.u8("a type");
                    throw reader.malformed(start, "a type", "0x" + Integer.toHexString(found));
                }
            }
        }
    }

    /** Passes over what a reference refers to: a type of the module, or one of the abstract ones. */
    static void skipHeapType(BinaryReader reader) {
        int start = reader.position();
        int first = reader.peek();
        long type = reader.signed(33, "a reference type");
        if (type >= 0) {
            return;
        }
        switch (first) {
            case 0x70, 0x6F, 0x69, 0x74, 0x73, 0x72 -> {} // func, extern, exn, and the bottoms of the three
            case 0x71, 0x6E, 0x6D, 0x6C, 0x6B, 0x6A -> throw garbageCollection(reader);
            default -> throw reader.malformed(start, "a reference type", "0x" + Integer.toHexString(first));
        }
    }

    static InvalidModuleException vectors(BinaryReader reader) {
        return reader.unsupported(
                "SIMD (v128)",
                "the engine does not run and whose results differ between machines: compile it without simd128");
    }

    static InvalidModuleException garbageCollection(BinaryReader reader) {
        return reader.unsupported(
                "garbage-collected types (struct, array, i31, recursive groups)", "a snapshot could not hold");
    }
}
