package dev.wasmbox.internal.freeze;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.Limits;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.internal.abi.Abi;
import dev.wasmbox.internal.prepare.BinaryReader;
import dev.wasmbox.internal.prepare.BinaryWriter;
import dev.wasmbox.internal.prepare.InstructionReader;
import dev.wasmbox.internal.prepare.ModuleReader;
import dev.wasmbox.internal.prepare.ModuleReader.Section;
import dev.wasmbox.internal.prepare.Types;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A module that begins with a guest's state: an ordinary WebAssembly module, for any engine.
 *
 * <p>The same module and the same state make the same bytes. A module that was frozen and is frozen again before its
 * first message comes out as it went in.
 */
public final class FrozenModule {

    /*
     * The module as it was loaded is copied section by section, and these are written anew:
     *
     *   - memories and tables begin with the size that they have in the state, and no other contents than what new active
     *     segments give them: one for each run of bytes that are not zero, of references that are not null. A gap that
     *     costs less than the header of another segment is written out; so are larger ones where the segments would
     *     otherwise be more than engines take.
     *   - mutable globals begin with a constant, of exactly the bits that the state has.
     *   - the start section goes. Initialisation, which a host calls by name, becomes a function that does nothing. It
     *     comes last, so that no function's number changes. (Only the exports change: the guest may call its own function
     *     under its own name still.)
     *   - the segments that the module had. Code refers to them by their number, so those up to the highest number that
     *     occurs in the code keep theirs; the others can have no effect any more, and go. Those that stay are as they were
     *     if the guest can still use them: passive and not dropped. Of the others nothing but their being empty can be
     *     noticed, whether they were dropped or, being active, dropped by themselves when the module was instantiated.
     *   - a reference to a function may be taken only of one that is named outside of the code. The segments that go may
     *     have been the only ones to do so; one declarative segment does it now, for all.
     *
     * Nothing else changes, and no number of anything that has one, so that the code is copied as it is, and what custom
     * sections say of it (`name`, DWARF's offsets) remains true. Wizer of the Bytecode Alliance does the same for a module
     * after its initialisation, for one memory and numbers in globals.
     */

    private static final int TYPE = 1;
    private static final int FUNCTION = 3;
    private static final int TABLE = 4;
    private static final int MEMORY = 5;
    private static final int GLOBAL = 6;
    private static final int EXPORT = 7;
    private static final int ELEMENT = 9;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;

    private static final int I32_CONST = 0x41;
    private static final int I64_CONST = 0x42;
    private static final int F32_CONST = 0x43;
    private static final int F64_CONST = 0x44;
    private static final int REF_NULL = 0xD0;
    private static final int REF_FUNC = 0xD2;
    private static final int FUNCREF = 0x70;

    /** What another data segment costs, in bytes: its kind, its offset as an expression, its length. */
    private static final int SEGMENT_HEADER_BYTES = 8;

    private static final String WAY_OUT = "; restore the snapshot into a box instead";

    /**
     * What engines take.
     *
     * @param dataSegments how many data segments
     * @param elementSegments how many element segments
     * @param bytes the size of a module, in bytes
     */
    public record Bounds(int dataSegments, int elementSegments, long bytes) {}

    /** The browsers' (WebAssembly JavaScript Interface, "Implementation-defined Limits"), and a box's where less. */
    public static final Bounds STANDARD = new Bounds(100_000, GuestState.MAXIMUM_SEGMENTS, 1L << 30);

    private final byte[] wasm;
    private final GuestState state;
    private final Bounds bounds;
    private final ModuleReader module;
    private final CodeUses uses;
    /** The contents of the sections that are written anew, by their number; nothing where there is to be none. */
    private final Map<Integer, BinaryWriter> rewritten = new HashMap<>();

    private FrozenModule(byte[] wasm, GuestState state, Bounds bounds) {
        this.wasm = wasm;
        this.state = state;
        this.bounds = bounds;
        this.module = new ModuleReader(wasm);
        this.uses = CodeUses.of(wasm, section(ModuleReader.CODE), module.importedFunctions());
    }

    /**
     * Freezes a state.
     *
     * @param wasm the module, as it was loaded
     * @param state a state that fits the module
     * @return the module that begins with it, in a new array
     * @throws SnapshotException naming the first thing that a module cannot express
     */
    public static byte[] of(byte[] wasm, GuestState state) {
        return of(wasm, state, STANDARD);
    }

    /** As {@link #of(byte[], GuestState)}, for other engines. */
    public static byte[] of(byte[] wasm, GuestState state, Bounds bounds) {
        return new FrozenModule(wasm, state, bounds).write();
    }

    private byte[] write() {
        each(TABLE, this::table);
        each(MEMORY, this::memory);
        globals();
        exports();
        rewritten.put(ModuleReader.START, new BinaryWriter(0));
        elements();
        data();
        return assemble();
    }

    // The state. Nothing else of this class knows how it is kept.

    private int memoryPages(int index) {
        return state.memories().get(index).sizeBytes() / Limits.PAGE_BYTES;
    }

    private byte[] memoryContents(int index) {
        return state.memories().get(index).toBytes();
    }

    /** {@return the functions' indices, -1 for null} */
    private int[] tableReferences(int index) {
        return state.tables().get(index).references();
    }

    // Sections.

    private @Nullable Section section(int number) {
        return module.sections().stream()
                .filter(section -> section.number() == number)
                .findFirst()
                .orElse(null);
    }

    private BinaryReader reader(Section section) {
        return new BinaryReader(wasm, section.contentStart(), section.end(), "a section");
    }

    /** Writes one thing of a section anew: reads it, whatever its number is, and appends it. */
    @FunctionalInterface
    private interface Rewriting {
        void apply(int index, BinaryReader reader, BinaryWriter writer);
    }

    /** Writes a section anew, each thing in it by itself, if it is there. */
    private void each(int number, Rewriting rewriting) {
        Section section = section(number);
        if (section != null) {
            BinaryReader reader = reader(section);
            int count = reader.count(1, "things");
            BinaryWriter writer = new BinaryWriter(section.end() - section.contentStart()).u32(count);
            for (int i = 0; i < count; i++) {
                rewriting.apply(i, reader, writer);
            }
            rewritten.put(number, writer);
        }
    }

    private byte[] assemble() {
        // A custom section stands before the section that it stood before. So where one has to be added, that comes
        // first.
        record Part(int order, boolean custom, Consumer<BinaryWriter> content) {}
        List<Part> parts = new ArrayList<>();
        int next = Integer.MAX_VALUE;
        for (Section section : module.sections().reversed()) {
            if (section.number() == ModuleReader.CUSTOM) {
                parts.addFirst(new Part(next, true, writer -> writeCustom(section, writer)));
            } else {
                next = ModuleReader.order(section.number());
                if (!rewritten.containsKey(section.number())) {
                    parts.addFirst(new Part(next, false, writer -> writer.raw(wasm, section.start(), section.end())));
                }
            }
        }
        rewritten.forEach((number, content) -> {
            if (content.size() > 0) {
                parts.add(new Part(ModuleReader.order(number), false, writer -> writer.u8(number)
                        .u32(content.size())
                        .raw(content)));
            }
        });
        parts.sort(Comparator.comparingInt(Part::order).thenComparing(Part::custom, Comparator.reverseOrder()));
        BinaryWriter frozen = new BinaryWriter(wasm.length).raw(wasm, 0, 8);
        parts.forEach(part -> part.content().accept(frozen));
        requireSize(frozen.size(), 0);
        return frozen.toBytes();
    }

    /** Copies a custom section, without the names of segments, which have other numbers now. */
    private void writeCustom(Section section, BinaryWriter writer) {
        BinaryReader reader = reader(section);
        if (reader.name("a name").equals("name")) {
            BinaryWriter content = new BinaryWriter(section.end() - section.contentStart())
                    .u32(4)
                    .raw("name".getBytes(UTF_8));
            try {
                while (reader.hasMore()) {
                    int start = reader.position();
                    int kind = reader.u8("a kind of names");
                    reader.part("names");
                    if (kind != 8 && kind != 9) { // element segments, data segments
                        content.raw(wasm, start, reader.position());
                    }
                }
                writer.u8(ModuleReader.CUSTOM).u32(content.size()).raw(content);
                return;
            } catch (InvalidModuleException _) {
                // A damaged custom section is no error, and none that is to be repaired here.
            }
        }
        writer.raw(wasm, section.start(), section.end());
    }

    // Memories, tables, globals.

    private void memory(int index, BinaryReader reader, BinaryWriter writer) {
        limits(reader, memoryPages(index), writer);
    }

    private void table(int index, BinaryReader reader, BinaryWriter writer) {
        boolean initialised = reader.peek() == 0x40;
        if (initialised) {
            reader.skip(2, "a table with a first value");
        }
        int type = reader.position();
        Types.skipReferenceType(reader);
        writer.raw(wasm, type, reader.position());
        limits(reader, tableReferences(index).length, writer);
        if (initialised) {
            InstructionReader.skipExpression(reader);
        }
    }

    private void limits(BinaryReader reader, int minimum, BinaryWriter writer) {
        int flags = reader.u8("limits");
        reader.u32("a minimum");
        writer.u8(flags).u32(minimum);
        if ((flags & 1) != 0) {
            writer.u32(reader.u32("a maximum"));
        }
    }

    private void globals() {
        Iterator<GlobalValue> values = state.globals().iterator();
        each(GLOBAL, (index, reader, writer) -> {
            int start = reader.position();
            Types.skipValueType(reader);
            boolean mutable = reader.flag("whether a global can change");
            int typed = reader.position();
            InstructionReader.skipExpression(reader);
            if (mutable) {
                writer.raw(wasm, start, typed);
                constant(index, values.next(), writer);
            } else {
                // May refer to others that cannot change either, and has the value that it had.
                writer.raw(wasm, start, reader.position());
            }
        });
    }

    private static void constant(int index, GlobalValue value, BinaryWriter writer) {
        long bits = value.low();
        switch (value.type()) {
            case 0x7F -> writer.u8(I32_CONST).signed(bits); // sign-extended
            case 0x7E -> writer.u8(I64_CONST).signed(bits);
            case 0x7D -> littleEndian(writer.u8(F32_CONST), bits, Float.BYTES);
            case 0x7C -> littleEndian(writer.u8(F64_CONST), bits, Double.BYTES);
            case FUNCREF, 0x6F -> reference(bits, value.type(), writer);
            default ->
                throw new SnapshotException("this snapshot cannot be frozen: global " + index + " is of type 0x"
                        + Integer.toHexString(value.type()) + ", whose values have no constant" + WAY_OUT);
        }
        writer.u8(InstructionReader.END);
    }

    private static void littleEndian(BinaryWriter writer, long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            writer.u8((int) (bits >>> (8 * i)) & 0xFF);
        }
    }

    private static void reference(long function, int type, BinaryWriter writer) {
        if (function < 0) {
            writer.u8(REF_NULL).u8(type);
        } else {
            writer.u8(REF_FUNC).u32((int) function);
        }
    }

    // Initialisation.

    /** Points the exports that initialise the guest to a function that does nothing. */
    private void exports() {
        int[] nothing = {-1};
        boolean[] needed = {false};
        each(EXPORT, (_, reader, _) -> {
            if (readInitializer(reader)) {
                int function = reader.u32("a function");
                if (!uses.empty().get(function)) {
                    needed[0] = true;
                } else if (nothing[0] < 0) {
                    nothing[0] = function;
                }
            } else {
                reader.u32("an index");
            }
        });
        if (needed[0] && nothing[0] < 0) {
            nothing[0] = addEmptyFunction();
        }
        each(EXPORT, (_, reader, writer) -> {
            int start = reader.position();
            boolean initializer = readInitializer(reader);
            writer.raw(wasm, start, reader.position());
            int index = reader.u32("an index");
            writer.u32(initializer && !uses.empty().get(index) ? nothing[0] : index);
        });
    }

    private static boolean readInitializer(BinaryReader reader) {
        boolean initializer = Abi.INITIALIZERS.contains(reader.name("a name"));
        return reader.u8("a kind") == 0 && initializer;
    }

    private int addEmptyFunction() {
        int functions = appended(FUNCTION, new BinaryWriter(5).u32(emptyType()));
        appended(
                ModuleReader.CODE,
                new BinaryWriter(8).u32(CodeUses.EMPTY_BODY.length).raw(CodeUses.EMPTY_BODY));
        return module.importedFunctions() + functions;
    }

    /** {@return the number of the type of a function that takes and returns nothing, as initialisation is of that type} */
    private int emptyType() {
        BinaryReader reader = reader(Objects.requireNonNull(section(TYPE), "functions have types"));
        reader.count(1, "types");
        for (int type = 0; ; type++) {
            reader.u8("a function type");
            if (skipValueTypes(reader) + skipValueTypes(reader) == 0) {
                return type;
            }
        }
    }

    private static int skipValueTypes(BinaryReader reader) {
        int count = reader.count(1, "types");
        for (int i = 0; i < count; i++) {
            Types.skipValueType(reader);
        }
        return count;
    }

    /** Writes a section anew, with one thing more at its end, and returns how many there were. */
    private int appended(int number, BinaryWriter addition) {
        Section section = Objects.requireNonNull(section(number), "initialisation is a function of the module's own");
        BinaryReader reader = reader(section);
        int count = reader.count(1, "things");
        int start = reader.position();
        BinaryWriter writer = new BinaryWriter(section.end() - section.contentStart() + 16);
        // As wide as it was: DWARF counts from the beginning of the code section.
        int rest = count + 1;
        for (int width = start - section.contentStart(); width > 1 || (rest & ~0x7F) != 0; width--) {
            writer.u8((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        writer.u8(rest).raw(wasm, start, section.end()).raw(addition);
        rewritten.put(number, writer);
        return count;
    }

    // Segments.

    private void elements() {
        int kept = uses.elementSegments();
        BinaryWriter segments = new BinaryWriter(1024);
        Section section = section(ELEMENT);
        if (section != null) {
            BinaryReader reader = reader(section);
            reader.u32("a number of element segments");
            for (int i = 0; i < kept; i++) {
                keepElements(i, reader, segments);
            }
        }
        int declaring = uses.references().isEmpty() ? 0 : 1;
        int[] count = {kept + declaring};
        List<int[]> tables = new ArrayList<>();
        for (int i = 0; i < state.tables().size(); i++) {
            tables.add(tableReferences(i));
        }
        int gap = gap(0, "element segments", kept + declaring, bounds.elementSegments(), candidate -> tables.stream()
                .mapToInt(table -> Runs.count(table.length, i -> table[i] >= 0, candidate))
                .sum());
        for (int i = 0; i < tables.size(); i++) {
            int index = i;
            int[] table = tables.get(i);
            Runs.forEach(table.length, j -> table[j] >= 0, gap, (start, end) -> {
                count[0]++;
                activeElements(index, table, start, end, segments);
            });
        }
        if (declaring > 0) {
            segments.u8(3).u8(0).u32(uses.references().cardinality());
            uses.references().stream().forEach(segments::u32);
        }
        rewritten.put(ELEMENT, section(count[0], segments));
    }

    /** Flags: not active (1), with a table or declared only (2), by expressions instead of indices (4). */
    private void keepElements(int index, BinaryReader reader, BinaryWriter writer) {
        int start = reader.position();
        int flags = reader.u32("an element segment");
        boolean active = (flags & 1) == 0;
        boolean byExpressions = (flags & 4) != 0;
        if (active) {
            if ((flags & 2) != 0) {
                reader.u32("a table");
            }
            InstructionReader.skipExpression(reader);
        }
        int typeStart = reader.position();
        if ((flags & 3) != 0) {
            if (byExpressions) {
                Types.skipReferenceType(reader);
            } else {
                reader.u8("a kind of elements");
            }
        }
        int typeEnd = reader.position();
        for (int left = reader.count(1, "elements"); left > 0; left--) {
            if (byExpressions) {
                InstructionReader.skipExpression(reader);
            } else {
                reader.u32("a function");
            }
        }
        if ((flags & 3) == 1 && !state.droppedElements().get(index)) {
            writer.raw(wasm, start, reader.position());
        } else if (byExpressions) {
            writer.u8(7);
            if (typeStart == typeEnd) {
                writer.u8(FUNCREF);
            } else {
                writer.raw(wasm, typeStart, typeEnd);
            }
            writer.u32(0);
        } else {
            writer.u8(3).u8(0).u32(0);
        }
    }

    private static void activeElements(int index, int[] table, int start, int end, BinaryWriter writer) {
        boolean byExpressions = Runs.count(end - start, i -> table[start + i] >= 0, 0) > 1;
        writer.u8((index == 0 ? 0 : 2) + (byExpressions ? 4 : 0));
        if (index > 0) {
            writer.u32(index);
        }
        offset(start, writer);
        if (index > 0) {
            writer.u8(byExpressions ? FUNCREF : 0);
        }
        writer.u32(end - start);
        for (int i = start; i < end; i++) {
            if (byExpressions) {
                reference(table[i], FUNCREF, writer);
                writer.u8(InstructionReader.END);
            } else {
                writer.u32(table[i]);
            }
        }
    }

    private void data() {
        int kept = uses.dataSegments();
        BinaryWriter segments = new BinaryWriter(1024);
        Section section = section(DATA);
        if (section != null) {
            BinaryReader reader = reader(section);
            reader.u32("a number of data segments");
            for (int i = 0; i < kept; i++) {
                keepData(i, reader, segments);
            }
        }
        int[] count = {kept};
        int memories = state.memories().size();
        int gap = gap(SEGMENT_HEADER_BYTES, "data segments", kept, bounds.dataSegments(), candidate -> {
            int runs = 0;
            for (int i = 0; i < memories; i++) {
                byte[] bytes = memoryContents(i);
                runs += Runs.count(bytes.length, j -> bytes[j] != 0, candidate);
            }
            return runs;
        });
        for (int i = 0; i < memories; i++) {
            int index = i;
            byte[] bytes = memoryContents(i);
            Runs.forEach(bytes.length, j -> bytes[j] != 0, gap, (start, end) -> {
                count[0]++;
                requireSize(segments.size(), end - start);
                if (index == 0) {
                    segments.u8(0);
                } else {
                    segments.u8(2).u32(index);
                }
                offset(start, segments);
                segments.u32(end - start).raw(bytes, start, end);
            });
        }
        rewritten.put(DATA, section(count[0], segments));
        // Where code refers to segments, it has to be known beforehand how many there are.
        rewritten.put(DATA_COUNT, kept > 0 ? new BinaryWriter(5).u32(count[0]) : new BinaryWriter(0));
    }

    private void keepData(int index, BinaryReader reader, BinaryWriter writer) {
        int start = reader.position();
        int flags = reader.u32("a data segment");
        if (flags == 2) {
            reader.u32("a memory");
        }
        if (flags != 1) {
            InstructionReader.skipExpression(reader);
        }
        reader.skipBytes("a data segment");
        if (flags == 1 && !state.droppedData().get(index)) {
            writer.raw(wasm, start, reader.position());
        } else {
            writer.u8(1).u32(0);
        }
    }

    private static BinaryWriter section(int count, BinaryWriter contents) {
        return count == 0
                ? new BinaryWriter(0)
                : new BinaryWriter(contents.size() + 5).u32(count).raw(contents);
    }

    private static void offset(int value, BinaryWriter writer) {
        writer.u8(I32_CONST).signed(value).u8(InstructionReader.END);
    }

    // Bounds.

    /** {@return how long a gap within a segment may be, so that the segments are not too many; the least that will do} */
    private static int gap(int least, String what, int kept, int bound, IntUnaryOperator runsWith) {
        for (long gap = least; gap <= Integer.MAX_VALUE; gap = 2 * gap + 1) {
            if ((long) kept + runsWith.applyAsInt((int) gap) <= bound) {
                return (int) gap;
            }
        }
        throw new SnapshotException("this snapshot cannot be frozen: the module's own " + kept + " " + what
                + " leave no room for the state's among the " + bound + " that a module may have" + WAY_OUT);
    }

    private void requireSize(long bytes, int more) {
        if (bytes + more > bounds.bytes()) {
            throw new SnapshotException("this snapshot cannot be frozen: the module would have more than "
                    + bounds.bytes() + " bytes, which is the most that a module may have" + WAY_OUT);
        }
    }
}
