package dev.wasmbox.internal.prepare;

import dev.wasmbox.InvalidModuleException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads everything of a module but the code: checks that each section is well-formed (not that it is valid, which is
 * the engine's part) and keeps what the passes need to know.
 */
public final class ModuleReader {

    /** The number of a custom section. */
    public static final int CUSTOM = 0;

    /** The number of the start section. */
    public static final int START = 8;

    /** The number of the code section. */
    public static final int CODE = 10;

    private static final byte[] PREAMBLE = {0, 'a', 's', 'm', 1, 0, 0, 0};

    /** What the sections are called, by their number. */
    private static final List<String> NAMES = List.of(
            "custom section",
            "type section",
            "import section",
            "function section",
            "table section",
            "memory section",
            "global section",
            "export section",
            "start section",
            "element section",
            "code section",
            "data section",
            "data count section",
            "tag section");

    /** The place of each section in the order in which they have to come. */
    private static final int[] ORDER = {0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6};

    /** The most parameters of a function, and the most results; browsers allow as many. */
    private static final int MAXIMUM_TYPES = 1_000;

    private static final int NO_START = -1;

    /**
     * A section.
     *
     * @param number its number
     * @param start where it starts, with its number
     * @param contentStart where its content starts
     * @param end where both end
     */
    public record Section(int number, int start, int contentStart, int end) {}

    private final byte[] bytes;
    private final List<Section> sections = new ArrayList<>();
    private final List<FunctionType> types = new ArrayList<>();
    /** The type of every function, first the imported ones. */
    private final List<FunctionType> functions = new ArrayList<>();

    private final Map<String, List<byte[]>> customSections = new HashMap<>();
    private int importedFunctions;
    private int startFunction = NO_START;

    /**
     * Reads a module.
     *
     * @param bytes the module, not to be changed
     * @throws InvalidModuleException if it is not well-formed, or needs what a box does not have
     */
    public ModuleReader(byte[] bytes) {
        this.bytes = bytes;
        BinaryReader module = new BinaryReader(bytes, 0, bytes.length, "the module");
        if (!Arrays.equals(bytes, 0, Math.min(bytes.length, 4), PREAMBLE, 0, 4)) {
            throw new InvalidModuleException("this is not a WebAssembly module:"
                    + " it does not begin with the four bytes that every module begins with (00 61 73 6d)");
        }
        for (byte expected : PREAMBLE) {
            if (module.u8("the first eight bytes of a WebAssembly module") != expected) {
                throw module.malformed(
                        module.position() - 1, "the first eight bytes of a WebAssembly module", "others");
            }
        }
        int lastOrder = 0;
        while (module.hasMore()) {
            int start = module.position();
            int number = module.u8("a section");
            if (number >= NAMES.size()) {
                throw module.malformed(start, "a section (0 to 13)", String.valueOf(number));
            }
            String name = NAMES.get(number);
            if (number != CUSTOM) {
                if (ORDER[number] <= lastOrder) {
                    throw module.malformed(start, "each section once and in its order", "the " + name);
                }
                lastOrder = ORDER[number];
            }
            BinaryReader content = module.part("the " + name);
            sections.add(new Section(number, start, content.position(), module.position()));
            readSection(number, content);
        }
        if (sections.stream().noneMatch(section -> section.number() == CODE) && functions.size() > importedFunctions) {
            throw module.malformed(bytes.length, "a code section", "none");
        }
    }

    /** {@return the sections in their order} */
    public List<Section> sections() {
        return sections;
    }

    /** {@return the place of sections of that number in the order in which they have to come} */
    public static int order(int number) {
        return ORDER[number];
    }

    /** {@return how many functions the module imports; their indices come first} */
    public int importedFunctions() {
        return importedFunctions;
    }

    /** {@return the types of the functions that the module defines itself} */
    List<FunctionType> definedFunctions() {
        return functions.subList(importedFunctions, functions.size());
    }

    /** {@return the start function, or a negative number if there is none} */
    int startFunction() {
        return startFunction;
    }

    /** {@return the contents of the custom sections by name; of one name, in their order} */
    Map<String, List<byte[]>> customSections() {
        return customSections;
    }

    private void readSection(int number, BinaryReader reader) {
        switch (number) {
            case CUSTOM -> {
                String name = reader.name("the name of a custom section");
                int start = reader.position();
                reader.skip(reader.remaining(), "a custom section");
                customSections.computeIfAbsent(name, _ -> new ArrayList<>()).add(copy(start, reader.position()));
            }
            case 1 -> each(reader, 2, "types", () -> readType(reader));
            case 2 -> each(reader, 4, "imports", () -> readImport(reader));
            case 3 ->
                each(reader, 1, "functions", () -> functions.add(types.get(reader.index(types.size(), "a type"))));
            case 4 -> each(reader, 3, "tables", () -> skipTable(reader));
            case 5 -> each(reader, 2, "memories", () -> skipLimits(reader, "memories"));
            case 6 ->
                each(reader, 4, "globals", () -> {
                    skipGlobalType(reader);
                    InstructionReader.skipExpression(reader);
                });
            case 7 ->
                each(reader, 3, "exports", () -> {
                    reader.skipBytes("the name of an export");
                    reader.u8("the kind of an export");
                    reader.u32("the index of an export");
                });
            case START -> readStart(reader);
            case 9 -> each(reader, 2, "element segments", () -> skipElements(reader));
            case CODE -> {
                return; // read function by function, elsewhere
            }
            case 11 -> each(reader, 2, "data segments", () -> skipData(reader));
            case 12 -> reader.u32("a number of data segments");
            default -> each(reader, 2, "tags", () -> skipTag(reader));
        }
        reader.expectEnd();
    }

    private static void each(BinaryReader reader, int minimumSize, String what, Runnable read) {
        for (int i = reader.count(minimumSize, what); i > 0; i--) {
            read.run();
        }
    }

    private void readType(BinaryReader reader) {
        int start = reader.position();
        int form = reader.u8("a function type");
        switch (form) {
            case 0x60 -> {
                int parameters = skipTypes(reader, "parameters");
                int results = skipTypes(reader, "results");
                types.add(new FunctionType(parameters, results));
            }
            case 0x5F, 0x5E, 0x50, 0x4F, 0x4E -> throw Types.garbageCollection(reader);
            default -> throw reader.malformed(start, "a function type", "0x" + Integer.toHexString(form));
        }
    }

    private static int skipTypes(BinaryReader reader, String what) {
        int start = reader.position();
        int count = reader.count(1, what);
        if (count > MAXIMUM_TYPES) {
            throw reader.malformed(start, "at most " + MAXIMUM_TYPES + " " + what, String.valueOf(count));
        }
        for (int i = 0; i < count; i++) {
            Types.skipValueType(reader);
        }
        return count;
    }

    private void readImport(BinaryReader reader) {
        reader.skipBytes("the module of an import");
        reader.skipBytes("the name of an import");
        int start = reader.position();
        int kind = reader.u8("the kind of an import");
        switch (kind) {
            case 0 -> {
                functions.add(types.get(reader.index(types.size(), "a type")));
                importedFunctions++;
            }
            case 1 -> {
                Types.skipReferenceType(reader);
                skipLimits(reader, "tables");
            }
            case 2 -> skipLimits(reader, "memories");
            case 3 -> skipGlobalType(reader);
            case 4 -> skipTag(reader);
            default -> throw reader.malformed(start, "the kind of an import (0 to 4)", String.valueOf(kind));
        }
    }

    private static void skipTable(BinaryReader reader) {
        boolean initialised = reader.peek() == 0x40;
        if (initialised) {
            reader.skip(1, "a table");
            int start = reader.position();
            if (reader.u8("a table") != 0) {
                throw reader.malformed(start, "a table with a first value", "something else");
            }
        }
        Types.skipReferenceType(reader);
        skipLimits(reader, "tables");
        if (initialised) {
            InstructionReader.skipExpression(reader);
        }
    }

    private static void skipLimits(BinaryReader reader, String what) {
        int start = reader.position();
        int flags = reader.u8("the limits of " + what);
        if ((flags & 0x04) != 0 && flags < 0x08) {
            throw reader.unsupported(what + " with 64-bit addresses", "the engine does not have");
        }
        if (flags > 0x03) {
            throw reader.malformed(start, "the limits of " + what + " (0 to 3)", String.valueOf(flags));
        }
        reader.u32("a size");
        if ((flags & 0x01) != 0) {
            reader.u32("a maximum");
        }
    }

    private static void skipGlobalType(BinaryReader reader) {
        Types.skipValueType(reader);
        reader.flag("whether a global can change");
    }

    private void skipTag(BinaryReader reader) {
        int start = reader.position();
        if (reader.u8("a tag") != 0) {
            throw reader.malformed(start, "a tag of an exception", "something else");
        }
        reader.index(types.size(), "a type");
    }

    private void readStart(BinaryReader reader) {
        int start = reader.position();
        startFunction = reader.index(functions.size(), "a function");
        FunctionType type = functions.get(startFunction);
        if (type.parameters() != 0 || type.results() != 0) {
            throw reader.malformed(
                    start,
                    "a start function that takes and returns nothing",
                    "one with %d parameters and %d results".formatted(type.parameters(), type.results()));
        }
    }

    /** The flags say: not active (1), with a table or declared only (2), by expressions instead of indices (4). */
    private static void skipElements(BinaryReader reader) {
        int start = reader.position();
        int flags = reader.u32("an element segment");
        if (Integer.compareUnsigned(flags, 7) > 0) {
            throw reader.malformed(start, "an element segment (0 to 7)", Integer.toUnsignedString(flags));
        }
        boolean active = (flags & 1) == 0;
        boolean byExpressions = (flags & 4) != 0;
        if (active && (flags & 2) != 0) {
            reader.u32("the index of a table");
        }
        if (active) {
            InstructionReader.skipExpression(reader);
        }
        if ((flags & 3) != 0) {
            if (byExpressions) {
                Types.skipReferenceType(reader);
            } else if (reader.u8("the kind of elements") != 0) {
                throw reader.malformed(reader.position() - 1, "functions as elements (0)", "something else");
            }
        }
        each(reader, 1, "elements", () -> {
            if (byExpressions) {
                InstructionReader.skipExpression(reader);
            } else {
                reader.u32("the index of a function");
            }
        });
    }

    private static void skipData(BinaryReader reader) {
        int start = reader.position();
        int flags = reader.u32("a data segment");
        if (Integer.compareUnsigned(flags, 2) > 0) {
            throw reader.malformed(start, "a data segment (0 to 2)", Integer.toUnsignedString(flags));
        }
        if (flags == 2) {
            reader.u32("the index of a memory");
        }
        if (flags != 1) {
            InstructionReader.skipExpression(reader);
        }
        reader.skipBytes("a data segment");
    }

    private byte[] copy(int start, int end) {
        return Arrays.copyOfRange(bytes, start, end);
    }
}
