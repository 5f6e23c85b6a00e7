package dev.wasmbox.inspect;

import dev.wasmbox.GuestModule;
import dev.wasmbox.internal.prepare.ModuleFacts;
import dev.wasmbox.internal.prepare.ModuleFacts.DataSegment;
import dev.wasmbox.internal.prepare.ModuleFacts.Global;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Where a module's program keeps what in its memory, and what its functions and globals are called: as far as the module
 * says so. Immutable; any number of threads may use one.
 *
 * <p>WebAssembly itself knows no stack, no data and no heap; compilers arrange them. This class knows the arrangements of
 * LLVM's linker, which Rust and C use, by the symbols {@code __stack_pointer}, {@code __data_end} and
 * {@code __heap_base} where the module exports them or has them in its name section. Where they are missing it goes by the data
 * segments and by the stack pointer's place among the globals. {@link #derivation()} says which it was; where nothing
 * fits, it is {@link Region.Kind#OTHER}.
 */
public final class ModuleLayout {

    private static final ModuleLayout UNKNOWN = new ModuleLayout();

    /** The first memory's regions in ascending order; the last of them goes up to the end, whatever that is. */
    private final List<Region> regions = new ArrayList<>();

    private final Map<Integer, ByteRange> otherData = new HashMap<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<String> derivation = new ArrayList<>();
    private final List<String> globalNames = new ArrayList<>();
    private final Map<Integer, String> functionNames;
    private final boolean known;

    private ModuleLayout() {
        known = false;
        functionNames = Map.of();
        derivation.add("no module was given, so nothing is known of what the memory is for");
    }

    private ModuleLayout(ModuleFacts facts) {
        known = true;
        functionNames = facts.functionNames();
        for (Global global : facts.globals()) {
            if (global.mutable()) {
                globalNames.add(global.name() == null ? "" : global.name());
            } else if (global.name() != null && global.initial().isPresent()) {
                symbols.add(new Symbol(global.name(), global.initial().getAsInt()));
            }
        }
        for (DataSegment segment : facts.dataSegments()) {
            if (segment.memory() == 0
                    && segment.name() != null
                    && segment.address().isPresent()) {
                symbols.add(new Symbol(segment.name(), segment.address().getAsInt()));
            }
        }
        symbols.sort(Comparator.comparingInt(Symbol::address).thenComparing(Symbol::name));
        arrange(facts);
        facts.dataSegments().stream()
                .mapToInt(DataSegment::memory)
                .filter(memory -> memory != 0)
                .distinct()
                .forEach(memory -> {
                    ByteRange data = data(facts, memory);
                    if (data != null) {
                        otherData.put(memory, data);
                    }
                });
    }

    /**
     * The layout of a module's program.
     *
     * @param module the module
     * @return the layout
     */
    public static ModuleLayout of(GuestModule module) {
        return new ModuleLayout(ModuleFacts.of(module.wasm()));
    }

    /** {@return the layout of a program of which no module is at hand: nothing is known} */
    public static ModuleLayout unknown() {
        return UNKNOWN;
    }

    /** {@return whether it is the layout of a module} */
    public boolean isKnown() {
        return known;
    }

    // How the regions are found.

    private void arrange(ModuleFacts facts) {
        ByteRange data = data(facts, 0);
        Integer stackTop = stackTop(facts);
        Integer dataEnd = address("__data_end");
        Integer heapBase = address("__heap_base");
        boolean stackFirst = stackTop != null && (data == null || stackTop <= data.address());

        int dataStart = 0;
        int end = 0;
        if (stackTop != null && stackFirst) {
            region(Region.Kind.STACK, 0, stackTop);
            dataStart = stackTop;
            end = stackTop;
        } else if (data != null) {
            dataStart = data.address();
            region(Region.Kind.OTHER, 0, dataStart);
            end = dataStart;
        }
        if (dataEnd != null && dataEnd >= dataStart) {
            end = Math.max(end, dataEnd);
            derivation.add("data: up to the symbol __data_end (" + hex(dataEnd) + ")");
        } else if (data != null) {
            end = Math.max(end, data.end());
            derivation.add("data: what the data segments fill (up to " + hex(data.end())
                    + "); the module has no symbol __data_end");
        }
        region(Region.Kind.DATA, dataStart, end);
        if (stackTop != null && !stackFirst) {
            region(Region.Kind.STACK, end, stackTop);
            end = Math.max(end, stackTop);
        }
        if (heapBase != null && heapBase >= end) {
            derivation.add("heap: from the symbol __heap_base (" + hex(heapBase) + ") to the memory's end");
            region(Region.Kind.DATA, end, heapBase);
            region(Region.Kind.HEAP, heapBase, Integer.MAX_VALUE);
        } else if (stackTop != null) {
            derivation.add("heap: what comes after the " + (stackFirst ? "data" : "stack")
                    + ", to the memory's end; the module has no symbol __heap_base, so "
                    + "static variables that begin as zero may lie at its beginning");
            region(Region.Kind.HEAP, end, Integer.MAX_VALUE);
        } else {
            derivation.add("nothing else is known: the module has neither a stack pointer nor a symbol __heap_base");
            region(Region.Kind.OTHER, end, Integer.MAX_VALUE);
        }
    }

    private void region(Region.Kind kind, int start, int end) {
        if (end <= start) {
            return;
        }
        Region last = regions.isEmpty() ? null : regions.getLast();
        if (last != null && last.kind() == kind && last.end() == start) {
            regions.removeLast();
            regions.add(new Region(kind, last.start(), end));
        } else {
            regions.add(new Region(kind, start, end));
        }
    }

    /** Where the stack begins, from which it grows downwards. */
    private @Nullable Integer stackTop(ModuleFacts facts) {
        for (Global global : facts.globals()) {
            if ("__stack_pointer".equals(global.name()) && isTop(global.initial())) {
                int top = global.initial().getAsInt();
                derivation.add("stack: below what the symbol __stack_pointer begins with (" + hex(top) + ")");
                return top;
            }
        }
        if (!facts.globals().isEmpty()) {
            Global first = facts.globals().getFirst();
            if (first.mutable() && first.name() == null && isTop(first.initial())) {
                int top = first.initial().getAsInt();
                derivation.add("stack: below what the first global begins with (" + hex(top)
                        + "), which is the stack pointer where LLVM's linker made the module");
                return top;
            }
        }
        return null;
    }

    /** Whether a number can be the end of a stack: LLVM aligns it, and no stack is smaller than a page. */
    private static boolean isTop(OptionalInt initial) {
        return initial.isPresent() && initial.getAsInt() >= 4096 && initial.getAsInt() % 16 == 0;
    }

    /** What a memory's data segments fill, gaps included. */
    private static @Nullable ByteRange data(ModuleFacts facts, int memory) {
        int start = Integer.MAX_VALUE;
        int end = 0;
        for (DataSegment segment : facts.dataSegments()) {
            // An address in the upper half of what 32 bits can tell is in no memory that a box can have.
            if (segment.memory() == memory
                    && segment.length() > 0
                    && segment.address().orElse(-1) >= 0) {
                start = Math.min(start, segment.address().getAsInt());
                end = (int) Math.max(
                        end,
                        Math.min(Integer.MAX_VALUE, (long) segment.address().getAsInt() + segment.length()));
            }
        }
        return end <= start ? null : new ByteRange(start, end - start);
    }

    private @Nullable Integer address(String name) {
        return symbols.stream()
                .filter(symbol -> symbol.name().equals(name) && symbol.address() > 0)
                .map(Symbol::address)
                .findFirst()
                .orElse(null);
    }

    private static String hex(int address) {
        return "0x" + Integer.toHexString(address);
    }

    // What is known.

    /**
     * The regions of a memory.
     *
     * @param memory the memory's index
     * @param sizeBytes its size
     * @return the regions in ascending order: without gaps, from the memory's beginning to its end
     */
    public List<Region> regions(int memory, int sizeBytes) {
        List<Region> all = regions;
        if (memory != 0 || all.isEmpty()) {
            ByteRange data = otherData.getOrDefault(memory, new ByteRange(0, 0));
            all = List.of(
                    new Region(Region.Kind.OTHER, 0, data.address()),
                    new Region(Region.Kind.DATA, data.address(), data.end()),
                    new Region(Region.Kind.OTHER, data.end(), Integer.MAX_VALUE));
        }
        return all.stream()
                .map(region -> new Region(region.kind(), region.start(), Math.min(region.end(), sizeBytes)))
                .filter(region -> region.length() > 0)
                .toList();
    }

    /**
     * What a part of a memory is for.
     *
     * @param memory the memory's index
     * @param address an address
     * @return the kind of the region that it lies in
     */
    public Region.Kind regionAt(int memory, int address) {
        return regions(memory, Integer.MAX_VALUE).stream()
                .filter(region -> region.contains(address))
                .findFirst()
                .map(Region::kind)
                .orElse(Region.Kind.OTHER);
    }

    /** {@return the addresses that have names, ascending} */
    public List<Symbol> symbols() {
        return List.copyOf(symbols);
    }

    /**
     * What a function is called.
     *
     * @param index its index, or -1 for none
     * @return its name, or {@code func 7}, or {@code null} in words
     */
    public String functionName(int index) {
        return index == -1 ? "null" : functionNames.getOrDefault(index, "func " + index);
    }

    /**
     * What a global is called.
     *
     * @param index its place among the mutable globals, from 0
     * @return its name, empty if it has none
     */
    public String globalName(int index) {
        return index < globalNames.size() ? globalNames.get(index) : "";
    }

    /** {@return how the regions were found, in sentences for people} */
    public List<String> derivation() {
        return List.copyOf(derivation);
    }
}
