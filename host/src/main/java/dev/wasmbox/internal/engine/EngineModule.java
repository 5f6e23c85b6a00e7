package dev.wasmbox.internal.engine;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.LimitException;
import dev.wasmbox.SnapshotException;
import dev.wasmbox.internal.engine.ModuleShape.Kind;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.state.TableImage;
import dev.wasmbox.internal.world.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import run.endive.compiler.Cache;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.ImportFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.InterpreterMachine;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.Element;
import run.endive.wasm.types.ExternalType;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.Global;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.MutabilityType;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.ValType;

/**
 * A module as the engine has it: parsed, validated, compiled once. Immutable and safe for any number of threads. It
 * makes instances, either in their initial state or in a given one; neither runs any of the guest's code.
 */
public final class EngineModule {

    /** What {@link #compiledFunction(String)} makes of a function. */
    static final MethodType COMPILED_FUNCTION =
            MethodType.methodType(int.class, int.class, int.class, Memory.class, Instance.class);

    private final WasmModule module;
    private final @Nullable CodeLoader code;
    private final ModuleShape shape;
    private final OptionalInt startFunction;
    private final int functionCount;
    private final List<Integer> mutableGlobalTypes;

    /** Tables of states that were checked: most boxes have the same, and to look at each element takes its time. */
    private volatile List<TableImage> checkedTables = List.of();

    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();

    /** A module with its compiled code, or without any, to be interpreted. */
    private EngineModule(WasmModule module, @Nullable CodeLoader code, ModuleShape shape, OptionalInt startFunction) {
        this.module = module;
        this.code = code;
        this.shape = shape;
        this.startFunction = startFunction;
        this.functionCount = module.importSection().count(ExternalType.FUNCTION)
                + module.functionSection().functionCount();
        this.mutableGlobalTypes = mutableGlobalTypes(module);
    }

    /**
     * Parses and validates a module, and refuses one whose state could not be captured.
     *
     * @param wasm the module, prepared: without a start section
     * @param startFunction the index of the function that its start section named, which has no parameters and no results
     * @return the module, to be interpreted
     * @throws InvalidModuleException naming the first thing that is wrong with it
     */
    public static EngineModule parse(byte[] wasm, OptionalInt startFunction) {
        WasmModule module;
        try {
            module = Parser.parse(wasm);
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            throw new InvalidModuleException("this is not a valid WebAssembly module: " + e.getMessage(), e);
        }
        refuseWhatCannotBeCaptured(module);
        ModuleShape shape = shapeOf(module);
        return new EngineModule(module, null, shape, startFunction);
    }

    /**
     * A module whose compiled code is there.
     *
     * @param code what {@link #compile} made of it
     * @param startFunction as for {@link #parse}
     * @return the module, to be run as compiled code
     * @throws InvalidModuleException if that is no such code
     */
    public static EngineModule ofCode(byte[] code, OptionalInt startFunction) {
        return handlingCode(() -> {
            CompiledCode compiled = CompiledCode.of(code);
            EngineModule outline = parse(compiled.outline(), startFunction);
            return new EngineModule(outline.module, new CodeLoader(compiled), outline.shape, startFunction);
        });
    }

    /**
     * Compiles this module to Java bytecode.
     *
     * @param wasm what it was parsed from
     * @return the code, to be kept
     * @throws InvalidModuleException if the engine cannot do that
     */
    public byte[] compile(byte[] wasm) {
        return handlingCode(() -> {
            byte[][] jar = new byte[1][];
            MachineFactoryCompiler.builder(module)
                    // Functions that are too large for a Java method are interpreted; they behave alike.
                    .withInterpreterFallback(InterpreterFallback.SILENT)
                    .withCache(new Cache() {
                        @Override
                        public byte @Nullable [] get(String key) {
                            return null;
                        }

                        @Override
                        public void putIfAbsent(String key, byte[] data) {
                            jar[0] = data;
                        }
                    })
                    .compile();
            return CompiledCode.fromEngine(jar[0], wasm).toBytes();
        });
    }

    private static <T> T handlingCode(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception | LinkageError e) {
            // Whatever the engine throws: signed code that is damaged makes it throw nearly anything.
            throw new InvalidModuleException(
                    "this module is valid, but its compiled code cannot be made or loaded ("
                            + Objects.requireNonNullElse(e.getMessage(), e.toString())
                            + "); run it with the interpreter instead",
                    e);
        }
    }

    /** {@return what the module imports and exports} */
    public ModuleShape shape() {
        return shape;
    }

    /**
     * A new instance in the module's initial state: its data and its elements are in place, none of its code has run.
     *
     * @param imports one function for each import, in the module's order
     * @param limits how large its parts may become
     * @return the instance, which is in no world yet
     * @throws LimitException if its initial state exceeds the limits
     * @throws InvalidModuleException if its initial state is impossible
     */
    public GuestInstance instantiate(List<HostFunction> imports, InstanceLimits limits) {
        checkInitialSize(limits);
        return build(imports, limits, null);
    }

    /**
     * A new instance in a given state.
     *
     * @param imports one function for each import, in the module's order
     * @param limits how large its parts may become
     * @param state the state
     * @return the instance, which is in no world yet
     * @throws SnapshotException if the state is not one of this module, or exceeds the limits
     */
    public GuestInstance restore(List<HostFunction> imports, InstanceLimits limits, GuestState state) {
        checkFits(state, limits);
        GuestInstance instance = build(imports, limits, state);
        instance.setAllButMemories(state);
        return instance;
    }

    private GuestInstance build(List<HostFunction> imports, InstanceLimits limits, @Nullable GuestState state) {
        Iterator<PagedBytes> images = state == null ? null : state.memories().iterator();
        HostCalls host = new HostCalls(imports);
        Function<MemoryLimits, Memory> memoryFactory = memoryLimits -> new FlatMemory(
                memoryLimits, maximumPages(memoryLimits, limits), images == null ? null : images.next(), host);
        ImportFunction[] importFunctions = new ImportFunction[imports.size()];
        for (int i = 0; i < importFunctions.length; i++) {
            importFunctions[i] = importFunction(imports.get(i), i, host);
        }
        try {
            Instance instance = Instance.builder(module)
                    .withImportValues(
                            ImportValues.builder().addFunction(importFunctions).build())
                    .withMachineFactory(
                            code == null
                                    ? InterpreterMachine::new
                                    : made -> new GuestMachine(code.newMachine(made), host))
                    .withMemoryFactory(memoryFactory)
                    .withTableFactory((table, value) -> new LimitedTable(table, value, limits.tableElements(), host))
                    .withStart(false)
                    .build();
            if (instance.getMachine() instanceof GuestMachine machine) {
                machine.connect(instance);
            }
            return new GuestInstance(this, instance, host, limits);
        } catch (UninstantiableException e) {
            throw new InvalidModuleException("this module cannot be instantiated: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            String what = state == null ? "what this module needs to begin with" : "the state that is to be restored";
            throw new LimitException("the Java heap has no room for " + what + "; raise -Xmx", e);
        } catch (WasmEngineException e) {
            throw new InvalidModuleException("the engine refuses this module: " + e.getMessage(), e);
        }
    }

    private static ImportFunction importFunction(HostFunction function, int index, HostCalls host) {
        return new run.endive.runtime.HostFunction(
                function.module(),
                function.name(),
                typeOf(function),
                (instance, arguments) -> host.call(index, arguments));
    }

    /** {@return the function that the module's start section named} */
    OptionalInt startFunction() {
        return startFunction;
    }

    /** Makes the module's code look, from now on, if its thread is interrupted: before that it may not notice. */
    public void beInterruptible() {
        if (code != null) {
            code.beInterruptible();
        }
    }

    /**
     * A function that the module exports, as compiled code.
     *
     * @param name its name; it has at most two parameters and at most one result, all of them i32
     * @return a function of two numbers, of which those are ignored that are too many, the memory and the instance, whose
     *     result is zero where it has none; or null if the module is interpreted
     */
    @Nullable
    MethodHandle compiledFunction(String name) {
        return code == null ? null : functions.computeIfAbsent(name, exported -> compiledFunction(code, exported));
    }

    private MethodHandle compiledFunction(CodeLoader loader, String name) {
        int index = shape.export(name).index();
        FunctionType type = module.typeSection().types()[functionTypeIndex(module, index)];
        MethodType exact = MethodType.methodType(type.returns().isEmpty() ? void.class : int.class)
                .appendParameterTypes(Collections.nCopies(type.params().size(), int.class))
                .appendParameterTypes(Memory.class, Instance.class);
        int ignored = 2 - type.params().size();
        return MethodHandles.dropArguments(
                        Objects.requireNonNull(loader.function(index, exact)),
                        type.params().size(),
                        Collections.nCopies(ignored, int.class))
                .asType(COMPILED_FUNCTION);
    }

    private static FunctionType typeOf(HostFunction function) {
        return FunctionType.of(typesOf(function.parameters()), typesOf(function.result()));
    }

    private static List<ValType> typesOf(String letters) {
        return letters.chars()
                .mapToObj(letter -> letter == 'i' ? ValType.I32 : ValType.I64)
                .toList();
    }

    // Checks.

    private static void refuseWhatCannotBeCaptured(WasmModule module) {
        int memories =
                module.memorySection().map(section -> section.memoryCount()).orElse(0);
        if (memories > GuestState.MAXIMUM_MEMORIES) {
            throw new InvalidModuleException("this module has " + memories + " memories; at most "
                    + GuestState.MAXIMUM_MEMORIES + " are supported");
        }
        for (int i = 0; i < memories; i++) {
            if (module.memorySection().orElseThrow().getMemory(i).limits().shared()) {
                throw new InvalidModuleException("memory " + i
                        + " of this module is shared between threads, which a snapshot cannot hold;"
                        + " build the guest without threads");
            }
        }
        if (module.tableSection().tableCount() > GuestState.MAXIMUM_TABLES) {
            throw new InvalidModuleException(
                    "this module has " + module.tableSection().tableCount() + " tables; at most "
                            + GuestState.MAXIMUM_TABLES + " are supported");
        }
        refuseTooMany("data segments", module.dataSection().dataSegmentCount());
        refuseTooMany("element segments", module.elementSection().elementCount());
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            refuseOtherReferences(
                    "table " + i, module.tableSection().getTable(i).elementType());
        }
        for (int i = 0; i < module.globalSection().globalCount(); i++) {
            Global global = module.globalSection().getGlobal(i);
            if (global.valueType().isReference()) {
                refuseOtherReferences("global " + i, global.valueType());
            }
        }
    }

    private static void refuseTooMany(String what, int count) {
        if (count > GuestState.MAXIMUM_SEGMENTS) {
            throw new InvalidModuleException("this module has " + count + " " + what + "; at most "
                    + GuestState.MAXIMUM_SEGMENTS + " are supported");
        }
    }

    private static void refuseOtherReferences(String what, ValType type) {
        if (!type.equals(ValType.FuncRef) && !type.equals(ValType.ExternRef)) {
            throw new InvalidModuleException(what + " of this module holds references of type " + type.name()
                    + ", which a snapshot cannot hold; only funcref and externref are supported");
        }
    }

    private static int functionTypeIndex(WasmModule module, int function) {
        int imported = module.importSection().count(ExternalType.FUNCTION);
        return function < imported
                ? importedFunctionType(module, function)
                : module.functionSection().getFunctionType(function - imported);
    }

    private static int importedFunctionType(WasmModule module, int index) {
        return module.importSection().stream()
                .filter(entry -> entry.importType() == ExternalType.FUNCTION)
                .skip(index)
                .map(entry -> ((FunctionImport) entry).typeIndex())
                .findFirst()
                .orElseThrow();
    }

    private void checkInitialSize(InstanceLimits limits) {
        for (int i = 0; i < memoryCount(); i++) {
            long initial = (long) memoryLimits(i).initialPages() * Memory.PAGE_SIZE;
            if (initial > limits.memoryBytes()) {
                throw new LimitException("this module needs a memory of " + initial
                        + " bytes to begin with, but the box allows " + limits.memoryBytes()
                        + "; raise its memory limit");
            }
        }
        for (int i = 0; i < module.tableSection().tableCount(); i++) {
            long initial = module.tableSection().getTable(i).limits().min();
            if (initial > limits.tableElements()) {
                throw new LimitException("this module needs a table of " + initial
                        + " elements to begin with, but the box allows " + limits.tableElements()
                        + "; raise its limit of table elements");
            }
        }
    }

    /**
     * Checks that a state is one that an instance of this module can be in.
     *
     * @param state the state
     * @param limits how large its parts may be
     * @throws SnapshotException if it is not
     */
    public void checkFits(GuestState state, InstanceLimits limits) {
        List<PagedBytes> memories = state.memories();
        expect("memories", memoryCount(), memories.size());
        for (int i = 0; i < memories.size(); i++) {
            int pages = memories.get(i).sizeBytes() / Memory.PAGE_SIZE;
            MemoryLimits declared = memoryLimits(i);
            if (pages < declared.initialPages() || pages > declared.maximumPages()) {
                throw new SnapshotException(
                        "memory " + i + " has " + pages + " pages in this snapshot, but in the module from "
                                + declared.initialPages() + " to " + declared.maximumPages());
            }
            if (pages > maximumPages(declared, limits)) {
                throw new SnapshotException("this snapshot needs a memory of " + (long) pages * Memory.PAGE_SIZE
                        + " bytes, but the box allows " + limits.memoryBytes() + "; raise its memory limit");
            }
        }
        expect("mutable globals", mutableGlobalTypes.size(), state.globals().size());
        for (int i = 0; i < mutableGlobalTypes.size(); i++) {
            GlobalValue value = state.globals().get(i);
            int type = mutableGlobalTypes.get(i);
            if (value.type() != type) {
                throw new SnapshotException("mutable global " + i + " is of type " + value.type()
                        + " in this snapshot, but of type " + type + " in the module");
            }
            if (value.high() != 0 || value.low() != normal(value.type(), value.low())) {
                throw new SnapshotException(
                        "mutable global " + i + " has more bits in this snapshot than its type in the module, " + type);
            }
            if (value.type() == ValType.ID.FuncRef || value.type() == ValType.ID.ExternRef) {
                checkReference("mutable global " + i, value.low(), value.type());
            }
        }
        expect("tables", module.tableSection().tableCount(), state.tables().size());
        List<TableImage> checked = checkedTables;
        for (int i = 0; i < state.tables().size(); i++) {
            checkTable(i, state.tables().get(i), limits, checked);
        }
        checkedTables = state.tables();
        expectBelow(
                "data segment",
                module.dataSection().dataSegmentCount(),
                state.droppedData().length());
        expectBelow(
                "element segment",
                module.elementSection().elementCount(),
                state.droppedElements().length());
    }

    @SuppressWarnings("ReferenceEquality") // one that is equal but not the same is looked at once more
    private void checkTable(int index, TableImage image, InstanceLimits limits, List<TableImage> checked) {
        Table table = module.tableSection().getTable(index);
        if (image.size() < table.limits().min() || image.size() > table.limits().max()) {
            throw new SnapshotException("table " + index + " has " + image.size()
                    + " elements in this snapshot, but in the module from "
                    + table.limits().min() + " to "
                    + table.limits().max());
        }
        if (image.size() > limits.tableElements()) {
            throw new SnapshotException("this snapshot needs a table of " + image.size()
                    + " elements, but the box allows " + limits.tableElements()
                    + "; raise its limit of table elements");
        }
        if (index < checked.size() && checked.get(index) == image) {
            return;
        }
        for (int reference : image.references()) {
            checkReference("table " + index, reference, typeCode(table.elementType()));
        }
    }

    private void checkReference(String where, long reference, int type) {
        int functions = type == ValType.ID.ExternRef ? 0 : functionCount;
        if (reference < -1 || reference >= functions) {
            throw new SnapshotException(
                    where + " refers to function " + reference + " in this snapshot, but the module has " + functions);
        }
    }

    private static void expect(String what, int expected, int found) {
        if (expected != found) {
            throw new SnapshotException("this snapshot has " + found + " " + what + ", but the module has " + expected);
        }
    }

    private static void expectBelow(String what, int count, int length) {
        if (length > count) {
            throw new SnapshotException("this snapshot has dropped " + what + " " + (length - 1)
                    + ", but the module has " + count + " of them");
        }
    }

    // What the module says.

    int memoryCount() {
        return module.memorySection().map(section -> section.memoryCount()).orElse(0);
    }

    Element[] elements() {
        return module.elementSection().elements();
    }

    private MemoryLimits memoryLimits(int index) {
        return module.memorySection().orElseThrow().getMemory(index).limits();
    }

    private static int maximumPages(MemoryLimits declared, InstanceLimits limits) {
        return (int) Math.min(declared.maximumPages(), limits.memoryBytes() / Memory.PAGE_SIZE);
    }

    private static List<Integer> mutableGlobalTypes(WasmModule module) {
        List<Integer> types = new ArrayList<>();
        for (Global global : module.globalSection().globals()) {
            if (isMutable(global)) {
                types.add(typeCode(global.valueType()));
            }
        }
        return types;
    }

    static boolean isMutable(Global global) {
        return global.mutabilityType() == MutabilityType.Var;
    }

    /** The one form of a value of 32 bits in 64, whatever the engine has left in the upper half. */
    static long normal(int type, long low) {
        return type == ValType.ID.I32 || type == ValType.ID.F32 ? (int) low : low;
    }

    /** The type's code in the binary format; the engine spells a nullable reference differently. */
    static int typeCode(ValType type) {
        if (type.equals(ValType.FuncRef)) {
            return ValType.ID.FuncRef;
        }
        return type.equals(ValType.ExternRef) ? ValType.ID.ExternRef : type.opcode();
    }

    private static ModuleShape shapeOf(WasmModule module) {
        List<ModuleShape.Import> imports = new ArrayList<>();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var entry = module.importSection().getImport(i);
            String type = entry instanceof FunctionImport function
                    ? describe(module.typeSection().types()[function.typeIndex()])
                    : "";
            imports.add(new ModuleShape.Import(entry.module(), entry.name(), kind(entry.importType()), type));
        }
        Map<String, ModuleShape.Export> exports = new LinkedHashMap<>();
        for (int i = 0; i < module.exportSection().exportCount(); i++) {
            var export = module.exportSection().getExport(i);
            int count = countOf(module, export.exportType());
            if (Integer.compareUnsigned(export.index(), count) >= 0) {
                throw new InvalidModuleException("this is not a valid WebAssembly module: its export '" + export.name()
                        + "' is " + export.exportType().name().toLowerCase(Locale.ROOT) + " "
                        + Integer.toUnsignedString(export.index()) + ", but there are " + count);
            }
            String type = "";
            if (export.exportType() == ExternalType.FUNCTION) {
                type = describe(module.typeSection().types()[functionTypeIndex(module, export.index())]);
            } else if (export.exportType() == ExternalType.GLOBAL) {
                type = globalType(module, export.index());
            }
            exports.put(export.name(), new ModuleShape.Export(kind(export.exportType()), type, export.index()));
        }
        return new ModuleShape(List.copyOf(imports), Map.copyOf(exports));
    }

    private static String globalType(WasmModule module, int index) {
        int imported = module.importSection().count(ExternalType.GLOBAL);
        if (index < imported) {
            return ""; // The module is refused for its import.
        }
        Global global = module.globalSection().getGlobal(index - imported);
        return (isMutable(global) ? "mut " : "") + global.valueType().name().toLowerCase(Locale.ROOT);
    }

    /** How many of a kind there are, imported ones included. */
    private static int countOf(WasmModule module, ExternalType type) {
        int defined =
                switch (type) {
                    case FUNCTION -> module.functionSection().functionCount();
                    case MEMORY ->
                        module.memorySection()
                                .map(section -> section.memoryCount())
                                .orElse(0);
                    case TABLE -> module.tableSection().tableCount();
                    case GLOBAL -> module.globalSection().globalCount();
                    case TAG ->
                        module.tagSection().map(section -> section.tagCount()).orElse(0);
                };
        return module.importSection().count(type) + defined;
    }

    private static Kind kind(ExternalType type) {
        return switch (type) {
            case FUNCTION -> Kind.FUNCTION;
            case MEMORY -> Kind.MEMORY;
            case TABLE -> Kind.TABLE;
            case GLOBAL -> Kind.GLOBAL;
            case TAG -> Kind.TAG;
        };
    }

    private static String describe(FunctionType type) {
        return describe(type.params()) + " -> " + describe(type.returns());
    }

    private static String describe(List<ValType> types) {
        return types.stream()
                .map(type -> type.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
