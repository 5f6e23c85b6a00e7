package dev.wasmbox;

import dev.wasmbox.internal.abi.Abi;
import dev.wasmbox.internal.abi.Guest;
import dev.wasmbox.internal.abi.IdleGuests;
import dev.wasmbox.internal.code.PrecompiledFile;
import dev.wasmbox.internal.contract.ContractSection;
import dev.wasmbox.internal.engine.EngineModule;
import dev.wasmbox.internal.engine.InstanceLimits;
import dev.wasmbox.internal.files.AtomicFile;
import dev.wasmbox.internal.freeze.FrozenModule;
import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.prepare.PreparedModule;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.state.Sha256;
import dev.wasmbox.internal.state.SnapshotFormat;
import dev.wasmbox.internal.state.TableImage;
import dev.wasmbox.internal.world.HostFunction;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A guest program, ready to run: loaded, checked and compiled once. Immutable; any number of boxes on any threads share
 * one. It holds memory only and need not be closed.
 *
 * {@snippet :
 * GuestModule module = GuestModule.load(Path.of("counter.wasm"));
 * try (WasmBox<String, String> box = module.start()) {
 *     box.send("up"); // [value=1]
 *     Snapshot snapshot = box.snapshot();
 *     box.send("up"); // [value=2]
 *     box.restore(snapshot);
 *     box.send("up"); // [value=2]
 * }
 * }
 */
public final class GuestModule {

    /** What the engine takes, and more than any compiler makes. */
    private static final long MAXIMUM_BYTES = 1L << 30;

    /** No limits but those of a state. */
    private static final InstanceLimits LARGEST = new InstanceLimits(Limits.MAXIMUM_MEMORY_BYTES, Integer.MAX_VALUE);

    private final byte[] wasm;
    private final byte[] digest;
    private final Engine engine;
    private final EngineModule engineModule;
    private final List<HostFunction> imports;
    private final @Nullable Contract contract;

    /** How many pairs of codecs are kept. Nearly always, all boxes have the same, but for what looks into them. */
    private static final int MOST_RESOLVED = 8;

    /** The options' codecs as they were resolved, the last ones first. */
    private volatile List<Resolved> resolved = List.of();

    /** Computed when it is first asked for. */
    private volatile @Nullable Snapshot base;

    /** What the first box held when it was initialised. Captures of all other boxes share with it; it means nothing else. */
    private volatile @Nullable Initialised initialised;

    private final IdleGuests idle = new IdleGuests();

    /**
     * What a box held when it was initialised.
     *
     * @param state the state
     * @param always whether it does not depend on the box's options, so that no other box has to be initialised
     */
    private record Initialised(GuestState state, boolean always) {}

    private GuestModule(
            byte[] wasm,
            byte[] digest,
            Engine engine,
            EngineModule engineModule,
            List<HostFunction> imports,
            @Nullable Contract contract) {
        this.wasm = wasm;
        this.digest = digest;
        this.engine = engine;
        this.engineModule = engineModule;
        this.imports = imports;
        this.contract = contract;
    }

    /**
     * Loads a module from a file, with the standard options.
     *
     * @param file a WebAssembly module, or one that {@link #precompile(SigningKey)} made
     * @return the module
     * @throws IOException if the file cannot be read
     * @throws InvalidModuleException if it is no module that can run in a box
     */
    public static GuestModule load(Path file) throws IOException {
        return load(file, ModuleOptions.standard());
    }

    /**
     * Loads a module from a file.
     *
     * @param file a WebAssembly module, or one that {@link #precompile(SigningKey)} made
     * @param options how it is to be prepared
     * @return the module
     * @throws IOException if the file cannot be read
     * @throws InvalidModuleException if it is no module that can run in a box
     */
    public static GuestModule load(Path file, ModuleOptions options) throws IOException {
        if (Files.size(file) > MAXIMUM_BYTES) {
            throw new InvalidModuleException(
                    "this file has " + Files.size(file) + " bytes, but a module has at most " + MAXIMUM_BYTES);
        }
        return loadOwned(Files.readAllBytes(file), options);
    }

    /**
     * Loads a module from a stream.
     *
     * @param stream a WebAssembly module, or one that {@link #precompile(SigningKey)} made; it is read to its end and
     *     not closed
     * @param options how it is to be prepared
     * @return the module
     * @throws IOException if the stream cannot be read
     * @throws InvalidModuleException if it is no module that can run in a box
     */
    public static GuestModule load(InputStream stream, ModuleOptions options) throws IOException {
        return loadOwned(stream.readAllBytes(), options);
    }

    /**
     * Loads a module from its bytes.
     *
     * @param bytes a WebAssembly module, or one that {@link #precompile(SigningKey)} made; they are copied
     * @param options how it is to be prepared
     * @return the module
     * @throws InvalidModuleException if it is no module that can run in a box
     */
    public static GuestModule load(byte[] bytes, ModuleOptions options) {
        return loadOwned(bytes.clone(), options);
    }

    private static GuestModule loadOwned(byte[] bytes, ModuleOptions options) {
        if (SnapshotFormat.isSnapshot(bytes)) {
            return loadOwned(moduleIn(bytes), options);
        }
        PrecompiledFile precompiled = PrecompiledFile.isPrecompiled(bytes) ? PrecompiledFile.read(bytes) : null;
        byte[] wasm = precompiled == null ? bytes : precompiled.wasm();
        byte[] digest = precompiled == null ? Sha256.of(wasm) : precompiled.digest();
        PreparedModule prepared;
        EngineModule ready;
        if (options.engine() == Engine.INTERPRETED) {
            prepared = ModulePreparation.prepare(wasm);
            ready = EngineModule.parse(prepared.wasm(), prepared.startFunction());
        } else {
            FolderCache cache = new FolderCache(wasm, digest, options);
            byte[] code = precompiled == null ? null : trusted(precompiled, bytes, options);
            if (code == null) {
                code = cache.load();
            }
            if (code == null) {
                code = compile(wasm);
                cache.store(code);
            }
            // Neither prepared nor parsed once more, but for what is not in the code: that takes longer than all else.
            prepared = ModulePreparation.withoutCode(wasm);
            ready = EngineModule.ofCode(code, prepared.startFunction());
        }
        List<HostFunction> imports = Abi.check(ready.shape());
        Contract contract = ContractSection.read(prepared.customSections());
        return new GuestModule(wasm, digest, options.engine(), ready, imports, contract);
    }

    private static byte[] compile(byte[] wasm) {
        PreparedModule prepared = ModulePreparation.prepareForCompilation(wasm);
        EngineModule parsed = EngineModule.parse(prepared.wasm(), prepared.startFunction());
        Abi.check(parsed.shape()); // before the time is spent
        ContractSection.read(prepared.customSections());
        return parsed.compile(prepared.wasm());
    }

    private static byte[] moduleIn(byte[] snapshot) {
        byte[] wasm;
        try {
            wasm = SnapshotFormat.wasm(snapshot);
        } catch (SnapshotException e) {
            throw new InvalidModuleException("there is no module to be had from this: " + e.getMessage(), e);
        }
        if (wasm == null) {
            throw new InvalidModuleException("this is a snapshot, not a module, and not self-contained; load the module"
                    + " that it was taken of, and restore the snapshot into a box of it");
        }
        if (SnapshotFormat.isSnapshot(wasm)) {
            throw new InvalidModuleException(
                    "what this self-contained snapshot has for its module is a snapshot itself");
        }
        return wasm;
    }

    /** The code of a precompiled file if it may be run here, otherwise a warning and null. */
    private static byte @Nullable [] trusted(PrecompiledFile precompiled, byte[] file, ModuleOptions options) {
        SigningKey key = options.signingKey();
        String reason;
        if (key == null) {
            reason = "no signing key was given to verify it with";
        } else if (!key.verify(file, precompiled.signedLength(), precompiled.signature())) {
            reason = "it is not signed with your key";
        } else if (!precompiled.engine().equals(PrecompiledFile.THIS_ENGINE)) {
            reason = "it is for another engine (" + precompiled.engine() + ", this is " + PrecompiledFile.THIS_ENGINE
                    + ")";
        } else {
            return precompiled.code();
        }
        options.warn("the compiled code in this precompiled module is not used, because " + reason
                + "; the module is compiled afresh");
        return null;
    }

    /** The options' folder of compiled code, or none. */
    private record FolderCache(byte[] wasm, byte[] digest, ModuleOptions options) {

        private @Nullable Path file() {
            Path folder = options.cache();
            return folder == null ? null : folder.resolve(HexFormat.of().formatHex(digest) + ".precompiled");
        }

        byte @Nullable [] load() {
            Path file = file();
            if (file == null || !Files.exists(file)) {
                return null;
            }
            try {
                byte[] bytes = Files.readAllBytes(file);
                if (PrecompiledFile.isPrecompiled(bytes)) {
                    PrecompiledFile precompiled = PrecompiledFile.read(bytes);
                    boolean current = precompiled.engine().equals(PrecompiledFile.THIS_ENGINE)
                            && Arrays.equals(precompiled.wasm(), wasm);
                    return current ? trusted(precompiled, bytes, options) : null;
                }
            } catch (IOException | InvalidModuleException e) {
                options.warn("the compiled code in " + file + " cannot be used (" + e.getMessage()
                        + "); the module is compiled afresh");
            }
            return null;
        }

        void store(byte[] code) {
            Path file = file();
            SigningKey key = options.signingKey();
            if (file == null || key == null) {
                return;
            }
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                AtomicFile.replace(file, signed(wasm, code, key));
            } catch (IOException e) {
                options.warn("the compiled code cannot be kept in " + file + " (" + e.getMessage() + ")");
            }
        }
    }

    private static byte[] signed(byte[] wasm, byte[] code, SigningKey key) {
        return PrecompiledFile.write(wasm, code, data -> key.sign(data, data.length));
    }

    /**
     * This module with its compiled code, signed. {@link #load(Path, ModuleOptions) Loaded} with the same key by the same
     * version of this library, it need not be compiled again; everywhere else it is still the module.
     *
     * @param key what the code is signed with
     * @return the contents of a file, in a new array
     */
    public byte[] precompile(SigningKey key) {
        return signed(wasm, compile(wasm), key);
    }

    /**
     * Starts a box whose messages and outputs are strings.
     *
     * @return the box, whose guest has been initialised; it belongs to the caller
     * @throws TrapException if the guest was ended during its initialisation
     * @throws LimitException if the module needs more to begin with than a box allows
     * @throws TypeMismatchException if the guest states in its contract that they are no strings
     * @throws BoxStateException if this thread is interrupted
     */
    public WasmBox<String, String> start() {
        return start(BoxOptions.strings());
    }

    /**
     * Starts a box.
     *
     * @param options how it is to be
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box, whose guest has been initialised; it belongs to the caller
     * @throws TrapException if the guest was ended during its initialisation
     * @throws LimitException if the module needs more to begin with than the options allow
     * @throws TypeMismatchException if the options' codecs are for other types than the guest states in its contract
     * @throws BoxStateException if this thread is interrupted
     */
    public <I, O> WasmBox<I, O> start(BoxOptions<I, O> options) {
        WasmBox<I, O> box = newBox(options, null);
        box.initialize();
        return box;
    }

    /**
     * Wakes a box in a snapshot's state, without running the guest's initialisation. Its entropy is
     * {@linkplain Entropy#reseed() reseeded}.
     *
     * @param snapshot a snapshot of a box of this module
     * @return the box; it belongs to the caller
     * @throws SnapshotException if it is of another module
     * @throws TypeMismatchException if the guest states in its contract that they are no strings
     */
    public WasmBox<String, String> restore(Snapshot snapshot) {
        return restore(snapshot, BoxOptions.strings());
    }

    /**
     * Wakes a box in a snapshot's state, without running the guest's initialisation. Its entropy is
     * {@linkplain Entropy#reseed() reseeded}.
     *
     * @param snapshot a snapshot of a box of this module
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box; it belongs to the caller
     * @throws SnapshotException if it is of another module, or too large for the options' limits
     * @throws TypeMismatchException if the options' codecs are for other types than the guest states in its contract
     */
    public <I, O> WasmBox<I, O> restore(Snapshot snapshot, BoxOptions<I, O> options) {
        return restore(snapshot, options, RestoreOptions.standard());
    }

    /**
     * Wakes a box in a snapshot's state, without running the guest's initialisation.
     *
     * @param snapshot a snapshot
     * @param options how the box is to be; the time is the snapshot's, and the options' seed is not used
     * @param restoring what becomes of the entropy, and whether the snapshot may be of another module
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box; it belongs to the caller
     * @throws SnapshotException if it does not fit this module, or is too large for the options' limits
     * @throws TypeMismatchException if the options' codecs are for other types than the guest states in its contract
     */
    public <I, O> WasmBox<I, O> restore(Snapshot snapshot, BoxOptions<I, O> options, RestoreOptions restoring) {
        WasmBox<I, O> box = newBox(options, null);
        box.restore(snapshot, restoring);
        return box;
    }

    /**
     * The base: the state right after the initialisation of a box with the standard seed and the standard clock, and with
     * room for the largest memory and tables. Deltas can be told as the difference from it. It is computed the first time
     * that it is asked for, and is the same on every machine and engine.
     *
     * @return the base
     * @throws TrapException if the guest is ended during its initialisation
     * @throws LimitException if the Java heap has no room for it
     * @throws BoxStateException if this thread is interrupted
     */
    public Snapshot base() {
        Snapshot known = base;
        if (known == null) {
            BoxOptions<byte[], byte[]> options = BoxOptions.bytes()
                    .withLog((_, _) -> {})
                    .withLimits(Limits.standard()
                            .withMemoryBytes(Limits.MAXIMUM_MEMORY_BYTES)
                            .withTableElements(TableImage.MAXIMUM_ELEMENTS)
                            .withTimePerMessage(Duration.ofMinutes(10)));
            try (WasmBox<byte[], byte[]> box = start(options)) {
                known = box.snapshot();
            }
            base = known;
        }
        return known;
    }

    /**
     * Whether the guest can hand its state to a newer module and take it from an older one: whether the module exports
     * {@code wasmbox_export_state} and {@code wasmbox_import_state}, which docs/abi.md describes.
     *
     * @return whether it does
     */
    public boolean isUpgradable() {
        return Abi.isUpgradable(engineModule.shape());
    }

    /**
     * Brings a box of an older module of the same guest to this one: the older guest hands out its state as bytes, and
     * this one is initialised and takes it. Nothing of the memory is carried over, so that the two may have been compiled
     * from different sources and by different compilers; the clocks, the entropy and the counters go on. What to expect of
     * it can be tried out beforehand: see {@link Rehearsal}.
     *
     * @param snapshot the older box
     * @param from its module
     * @param options how the new box is to be; the seed and the time are the snapshot's
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the new box; it belongs to the caller. What the guest sent while it was initialised and took the state are
     *     its {@linkplain WasmBox#initialOutputs() initial outputs}
     * @throws SnapshotException if the snapshot is not of that module or too large for the options' limits, if its guest
     *     has finished, or if one of the modules is not {@linkplain #isUpgradable() upgradable}
     * @throws CodecException if an initial output is not of the output codec's form
     * @throws TrapException if a guest was ended, for example because it cannot read the state
     * @throws LimitException if this module needs more to begin with than the options allow
     * @throws BoxStateException if this thread is interrupted
     */
    public <I, O> WasmBox<I, O> upgrade(Snapshot snapshot, GuestModule from, BoxOptions<I, O> options) {
        requireUpgradable("the state cannot be brought to it");
        byte[] state = from.exportState(snapshot, options.limits(), options.log());
        WasmBox<I, O> box = newBox(options, null);
        box.initialize(snapshot.image().host(), state);
        return box;
    }

    private byte[] exportState(Snapshot snapshot, Limits limits, LogListener log) {
        requireUpgradable("its state cannot be brought to another module");
        if (snapshot.finished()) {
            throw new SnapshotException("this snapshot is of a guest whose program has finished,"
                    + " so there is nothing to go on with in another module");
        }
        BoxOptions<byte[], byte[]> options = BoxOptions.bytes()
                .withLog(log)
                .withLimits(limits.withOutputBytes(Integer.MAX_VALUE).withOutputBytesPerMessage(Long.MAX_VALUE));
        try (WasmBox<byte[], byte[]> box = restore(snapshot, options, RestoreOptions.identical())) {
            List<byte[]> handed = box.exportState();
            if (handed.size() != 1) {
                throw new TrapException(
                        TrapException.Reason.CONTRACT,
                        "the guest handed out " + handed.size()
                                + " states in wasmbox_export_state, but it has to hand out one",
                        null);
            }
            return handed.getFirst();
        }
    }

    private void requireUpgradable(String consequence) {
        if (!isUpgradable()) {
            throw new SnapshotException("the module with SHA-256 " + digest()
                    + " does not export wasmbox_export_state and wasmbox_import_state, so " + consequence
                    + "; build it with a state that can be upgraded, as docs/upgrades.md describes");
        }
    }

    /**
     * A module that begins in a snapshot's state: an ordinary WebAssembly module whose memories, globals and tables are
     * from the start what they were in the guest. It resumes in any engine, without a snapshot and without initialisation:
     * it has no start section, and what its host calls to initialise it does nothing. The guest goes on from its next
     * message as if nothing had happened.
     *
     * <p><b>What is not in it.</b> A module holds what is inside the guest, and not what the host keeps for it: clocks, the
     * seed and the position in the entropy stream, and the counts of messages and outputs are those of the box that the
     * frozen module is started in. So a clock can go backwards for the guest; and with the same seed as before it gets the
     * same random numbers again from the first on, which it may take for new ones: start each box of a frozen module with
     * a {@linkplain BoxOptions#withSeed(Seed) seed of its own} if the guest makes keys or names of them. Where a box of
     * this module will do, {@linkplain #restore(Snapshot) restore} the snapshot instead, which has all of it.
     *
     * <p>The frozen module has a {@linkplain #digest() digest} of its own: a snapshot of it is of no use to this module, nor
     * the other way round. The same snapshot always makes the same bytes. They hold what the guest holds, secrets included.
     *
     * @param snapshot a snapshot of a box of this module, whose guest has not finished
     * @return the contents of a {@code .wasm} file, in a new array
     * @throws SnapshotException if the snapshot is of another module, if its guest has finished, or if it holds what a
     *     module cannot express, naming it
     */
    public byte[] freeze(Snapshot snapshot) {
        if (!snapshot.moduleDigest().equals(digest())) {
            throw new SnapshotException("this snapshot is of the module with SHA-256 " + snapshot.moduleDigest()
                    + ", but this is the one with " + digest() + "; freeze it with its own module");
        }
        if (snapshot.finished()) {
            throw new SnapshotException(
                    "this snapshot cannot be frozen: its guest has finished and takes no more messages,"
                            + " which a module cannot tell; freeze a snapshot from before its last message");
        }
        GuestState state = snapshot.image().guest();
        engineModule.checkFits(state, LARGEST);
        return FrozenModule.of(wasm, state);
    }

    /**
     * The SHA-256 of the module's bytes: its identity, which snapshots carry.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        return HexFormat.of().formatHex(digest);
    }

    /** {@return how the guest's instructions are executed} */
    public Engine engine() {
        return engine;
    }

    /** {@return the module's WebAssembly, in a new array} */
    public byte[] wasm() {
        return wasm.clone();
    }

    /** {@return the whole names of the functions that the module imports, for example {@code env.wasmbox_callback}} */
    public SortedSet<String> imports() {
        SortedSet<String> names = new TreeSet<>();
        imports.forEach(function -> names.add(function.qualifiedName()));
        return names;
    }

    /** {@return the names of all that the module exports} */
    public SortedSet<String> exports() {
        return new TreeSet<>(engineModule.shape().exports().keySet());
    }

    /** {@return what the module says of its messages, if it says anything} */
    public Optional<Contract> contract() {
        return Optional.ofNullable(contract);
    }

    /**
     * This module with a contract, which takes the place of one that it may have: for guests in languages whose compilers
     * make no custom sections. Nothing else is changed; but it is another module, with a {@linkplain #digest() digest} of its
     * own, so that snapshots of this one are not its.
     *
     * @param stated what it is to say of its messages
     * @return the contents of a {@code .wasm} file, in a new array
     * @throws IllegalArgumentException if the contract has no text that can be read again, for its names or its length
     */
    public byte[] withContract(Contract stated) {
        return ContractSection.write(wasm, stated);
    }

    /**
     * Checks that the types of the host are those that the guest states in its contract, as every start of a box does. For
     * a host that wants to know when it loads the module.
     *
     * @param options the options that boxes will have
     * @throws TypeMismatchException if they are not; the message shows both sides
     */
    public void check(BoxOptions<?, ?> options) {
        resolve(options);
    }

    byte[] digestBytes() {
        return digest;
    }

    /**
     * A box that has yet to be initialised or restored.
     *
     * @param options how it is to be
     * @param pool where it rests, or null
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the box
     * @throws TypeMismatchException if the options' codecs are not for this guest
     */
    <I, O> WasmBox<I, O> newBox(BoxOptions<I, O> options, @Nullable BoxPool pool) {
        return new WasmBox<>(this, options, resolve(options), pool);
    }

    /**
     * Options whose codecs are for this guest.
     *
     * @param options options
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the same, or a changed copy
     * @throws TypeMismatchException if the codecs are not for this guest
     */
    @SuppressWarnings("unchecked") // the codecs were resolved from codecs of these types
    <I, O> BoxOptions<I, O> resolve(BoxOptions<I, O> options) {
        if (contract == null) {
            return options;
        }
        List<Resolved> known = resolved;
        for (Resolved each : known) {
            if (each.input == options.input() && each.output == options.output()) {
                return options.withCodecs((Codec<I>) each.resolvedInput, (Codec<O>) each.resolvedOutput);
            }
        }
        Codec<I> input = resolve("input", options.input(), contract.input());
        Codec<O> output = resolve("output", options.output(), contract.output());
        resolved = Stream.concat(
                        Stream.of(new Resolved(options.input(), options.output(), input, output)), known.stream())
                .limit(MOST_RESOLVED)
                .toList();
        return options.withCodecs(input, output);
    }

    private static <T> Codec<T> resolve(String direction, Codec<T> codec, Optional<Schema> stated) {
        if (stated.isEmpty()) {
            return codec;
        }
        try {
            return codec.resolve(stated.get());
        } catch (TypeMismatchException e) {
            throw new TypeMismatchException(
                    "the %ss of guest and host are not the same: %s".formatted(direction, e.getMessage()));
        }
    }

    /**
     * Codecs, and the same for this guest.
     *
     * @param input of the messages
     * @param output of the outputs
     * @param resolvedInput what to use for messages
     * @param resolvedOutput what to use for outputs
     */
    private record Resolved(Codec<?> input, Codec<?> output, Codec<?> resolvedInput, Codec<?> resolvedOutput) {}

    Guest instantiate(Limits limits) {
        return new Guest(engineModule.instantiate(imports, instanceLimits(limits)), engineModule);
    }

    /**
     * A guest in a state.
     *
     * @param free a guest of this module that is between two calls and that nobody uses any more, or null
     * @param limits how large its parts may become
     * @param state the state
     * @return that guest, or another one
     */
    Guest restore(@Nullable Guest free, Limits limits, GuestState state) {
        InstanceLimits instanceLimits = instanceLimits(limits);
        Guest guest = free;
        if (guest != null
                && !(guest.instance().limits().equals(instanceLimits)
                        && guest.instance().canBecome(state))) {
            release(guest);
            guest = null;
        }
        if (guest == null) {
            guest = idle.take(instanceLimits, state);
        }
        if (guest == null) {
            return new Guest(engineModule.restore(imports, instanceLimits, state), engineModule);
        }
        guest.instance().set(state);
        return guest;
    }

    /** Takes back a guest that is between two calls, and that nobody uses any more. */
    void release(Guest guest) {
        Initialised known = initialised;
        if (known != null) {
            idle.put(guest, known.state());
        }
    }

    /** {@return the state that a box with these limits has after its initialisation, if that is always the same} */
    @Nullable
    GuestState initialState(Limits limits) {
        Initialised known = initialised;
        return known != null && known.always() && known.state().fits(limits.memoryBytes(), limits.tableElements())
                ? known.state()
                : null;
    }

    /**
     * A state from which those of the module's boxes probably differ little. Where no box was started yet, one is: what
     * restored boxes hold is not for others to keep.
     *
     * @param limits what starting a box may use
     * @return the state
     */
    GuestState commonState(Limits limits) {
        Initialised known = initialised;
        if (known != null) {
            return known.state();
        }
        boolean interrupted = Thread.interrupted(); // this is not what the thread was interrupted in
        try {
            start(BoxOptions.bytes().withLog((_, _) -> {}).withLimits(limits)).close();
            return Objects.requireNonNull(initialised).state();
        } catch (TrapException | LimitException e) {
            GuestState uninitialised = instantiate(limits).capture();
            initialised = new Initialised(uninitialised, false);
            return uninitialised;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Lets a box that has just been initialised share with others of this module.
     *
     * @param guest its guest
     * @param always whether each box that is initialised comes to have that state
     */
    void share(Guest guest, boolean always) {
        Initialised known = initialised;
        GuestState state = known == null ? guest.capture() : guest.instance().captureLike(known.state());
        if (known == null || (always && !known.always())) {
            initialised = new Initialised(state, always);
        }
    }

    private static InstanceLimits instanceLimits(Limits limits) {
        return new InstanceLimits(limits.memoryBytes(), limits.tableElements());
    }

    @Override
    public String toString() {
        return "GuestModule[" + digest().substring(0, 12) + "]";
    }
}
