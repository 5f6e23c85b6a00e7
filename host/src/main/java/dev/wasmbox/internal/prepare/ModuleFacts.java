package dev.wasmbox.internal.prepare;

import dev.wasmbox.InvalidModuleException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a module tells of its program to who looks at its state: where its data lies, what its globals begin with, and what
 * things are called. Immutable.
 *
 * @param functionNames the names of functions by their index: those of the name section, else those under which they are
 *     exported or imported
 * @param globals the globals that the module defines, in its order
 * @param dataSegments the data segments, in the module's order
 */
public record ModuleFacts(Map<Integer, String> functionNames, List<Global> globals, List<DataSegment> dataSegments) {

    /** A constant expression of one constant. */
    private static final int I32_CONST = 0x41;

    private static final int END = 0x0B;
    private static final int I32 = 0x7F;

    /**
     * A global.
     *
     * @param mutable whether it can change
     * @param initial the number that it begins with, if it is an i32 that begins with a constant
     * @param name what it is called, or null
     */
    public record Global(boolean mutable, OptionalInt initial, @Nullable String name) {}

    /**
     * A data segment.
     *
     * @param memory the memory that it is for
     * @param address where it is put when the guest begins, if that is a constant
     * @param length its length in bytes
     * @param name what it is called, or null
     */
    public record DataSegment(int memory, OptionalInt address, int length, @Nullable String name) {}

    /**
     * Reads a module that is known to be well-formed. A name section that is not counts as absent from there on.
     *
     * @param wasm its bytes
     * @return the facts
     * @throws InvalidModuleException if it is not well-formed
     */
    public static ModuleFacts of(byte[] wasm) {
        return new Reading(wasm).facts();
    }

    /** The reading of one module. */
    private static final class Reading {

        private final Map<Integer, String> functionNames = new HashMap<>();
        private final Map<Integer, String> globalNames = new HashMap<>();
        private final Map<Integer, String> dataNames = new HashMap<>();
        private final List<Global> globals = new ArrayList<>();
        private final List<DataSegment> dataSegments = new ArrayList<>();
        private int importedFunctions;
        private int importedGlobals;

        Reading(byte[] wasm) {
            ModuleReader module = new ModuleReader(wasm);
            for (ModuleReader.Section section : module.sections()) {
                BinaryReader reader =
                        new BinaryReader(wasm, section.contentStart(), section.end(), "section " + section.number());
                switch (section.number()) {
                    case 2 -> each(reader, () -> readImport(reader));
                    case 6 -> each(reader, () -> readGlobal(reader));
                    case 7 -> each(reader, () -> readExport(reader));
                    case 11 -> each(reader, () -> readData(reader));
                    default -> {}
                }
            }
            List<byte[]> names = module.customSections().getOrDefault("name", List.of());
            if (!names.isEmpty()) {
                readNames(names.getFirst());
            }
        }

        ModuleFacts facts() {
            List<Global> namedGlobals = new ArrayList<>();
            for (Global global : globals) {
                namedGlobals.add(new Global(
                        global.mutable(), global.initial(), globalNames.get(importedGlobals + namedGlobals.size())));
            }
            List<DataSegment> namedSegments = new ArrayList<>();
            for (DataSegment segment : dataSegments) {
                namedSegments.add(new DataSegment(
                        segment.memory(), segment.address(), segment.length(), dataNames.get(namedSegments.size())));
            }
            return new ModuleFacts(Map.copyOf(functionNames), List.copyOf(namedGlobals), List.copyOf(namedSegments));
        }

        private static void each(BinaryReader reader, Runnable read) {
            for (int i = reader.count(1, "entries"); i > 0; i--) {
                read.run();
            }
        }

        private void readImport(BinaryReader reader) {
            String name = reader.name("the module of an import") + "." + reader.name("the name of an import");
            int kind = reader.u8("the kind of an import");
            switch (kind) {
                case 0 -> {
                    reader.u32("a type");
                    functionNames.put(importedFunctions++, name);
                }
                case 1 -> {
                    Types.skipReferenceType(reader);
                    skipLimits(reader);
                }
                case 2 -> skipLimits(reader);
                case 3 -> {
                    Types.skipValueType(reader);
                    reader.u8("whether a global can change");
                    globalNames.put(importedGlobals++, name);
                }
                default -> {
                    reader.u8("a tag");
                    reader.u32("a type");
                }
            }
        }

        private static void skipLimits(BinaryReader reader) {
            int flags = reader.u8("limits");
            reader.u32("a size");
            if ((flags & 1) != 0) {
                reader.u32("a maximum");
            }
        }

        private void readGlobal(BinaryReader reader) {
            boolean number = reader.peek() == I32;
            Types.skipValueType(reader);
            boolean mutable = reader.flag("whether a global can change");
            OptionalInt initial = constant(reader);
            globals.add(new Global(mutable, number ? initial : OptionalInt.empty(), null));
        }

        private void readExport(BinaryReader reader) {
            String name = reader.name("the name of an export");
            int kind = reader.u8("the kind of an export");
            int index = reader.u32("the index of an export");
            if (kind == 0) {
                functionNames.putIfAbsent(index, name);
            } else if (kind == 3) {
                globalNames.putIfAbsent(index, name);
            }
        }

        private void readData(BinaryReader reader) {
            int flags = reader.u32("a data segment");
            int memory = flags == 2 ? reader.u32("the index of a memory") : 0;
            OptionalInt address = flags == 1 ? OptionalInt.empty() : constant(reader);
            int start = reader.skipBytes("a data segment");
            dataSegments.add(new DataSegment(memory, address, reader.position() - start, null));
        }

        /** Passes over a constant expression, and returns its value if it is nothing but an i32. */
        private static OptionalInt constant(BinaryReader reader) {
            if (reader.peek() == I32_CONST) {
                reader.u8("a constant expression");
                int value = (int) reader.signed(32, "a constant");
                if (reader.peek() == END) {
                    reader.u8("a constant expression");
                    return OptionalInt.of(value);
                }
            }
            InstructionReader.skipExpression(reader);
            return OptionalInt.empty();
        }

        private void readNames(byte[] section) {
            try {
                BinaryReader reader = new BinaryReader(section, 0, section.length, "the name section");
                while (reader.hasMore()) {
                    int kind = reader.u8("the kind of names");
                    BinaryReader names = reader.part("names");
                    switch (kind) {
                        case 1 -> readNames(names, functionNames);
                        case 7 -> readNames(names, globalNames);
                        case 9 -> readNames(names, dataNames);
                        default -> {}
                    }
                }
            } catch (InvalidModuleException e) {
                // Engines ignore this section when it is malformed, and so do we.
            }
        }

        private static void readNames(BinaryReader reader, Map<Integer, String> names) {
            each(reader, () -> names.put(reader.u32("an index"), reader.name("a name")));
        }
    }
}
