package dev.wasmbox.internal.abi;

import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.engine.EngineModule;
import dev.wasmbox.internal.engine.GuestInstance;
import dev.wasmbox.internal.engine.ModuleShape;
import dev.wasmbox.internal.execution.Watchdog;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.world.GuestFault;
import dev.wasmbox.internal.world.GuestMemory;
import dev.wasmbox.internal.world.GuestWorld;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An instance that speaks the guest's contract: how it is initialised, and how a message gets into it. Used by one
 * thread at a time.
 */
public final class Guest {

    private final GuestInstance instance;
    private final ModuleShape shape;
    private final Watchdog watchdog;
    private final GuestInstance.Function send;
    private final GuestInstance.Function malloc;
    private final GuestInstance.Function free;

    /** The address of its exchange buffer, if it has one: a number of bytes, and then so many bytes. */
    private final OptionalInt exchange;

    /** A guest in an instance of a module that {@link Abi#check} has accepted. */
    public Guest(GuestInstance instance, EngineModule module) {
        this.instance = instance;
        this.shape = module.shape();
        this.watchdog = new Watchdog(module::beInterruptible);
        this.send = instance.function(Abi.SEND);
        this.malloc = instance.function(Abi.MALLOC);
        this.free = instance.function(Abi.FREE);
        this.exchange = Abi.hasExchange(shape) ? OptionalInt.of(instance.constant(Abi.EXCHANGE)) : OptionalInt.empty();
    }

    /** {@return what watches the thread that runs it} */
    public Watchdog watchdog() {
        return watchdog;
    }

    /** Puts the guest into a world, which the functions that it imports show it; or, with null, out of the one that it was in. */
    public void enter(@Nullable GuestWorld world) {
        instance.enter(world);
    }

    /** {@return the instance} */
    public GuestInstance instance() {
        return instance;
    }

    /** Runs what a new instance has to run first: the start section, WASI's initialisation, the guest's own. */
    public void initialize() {
        instance.start();
        if (shape.exports().containsKey(Abi.WASI_INITIALIZE)) {
            instance.function(Abi.WASI_INITIALIZE).call(0, 0);
        }
        instance.function(Abi.INITIALIZE).call(0, 0);
    }

    /** Hands the guest a message, and returns when it has handled it. */
    public void send(byte[] message) {
        hand(message, send);
    }

    /** Lets the guest hand out its state, as an output. */
    public void exportState() {
        instance.function(Abi.EXPORT_STATE).call(0, 0);
    }

    /** Hands the guest the state of an older module of the same guest. */
    public void importState(byte[] state) {
        hand(state, instance.function(Abi.IMPORT_STATE));
    }

    private void hand(byte[] message, GuestInstance.Function function) {
        if (exchange.isPresent() && message.length <= exchangeCapacity(exchange.getAsInt())) {
            int pointer = exchange.getAsInt() + Integer.BYTES;
            instance.memory().write(pointer, message);
            function.call(pointer, message.length);
        } else {
            handInAllocated(message, function);
        }
    }

    /** What the guest says at present, which is not believed: so many bytes have to be there. */
    private int exchangeCapacity(int address) {
        GuestMemory memory = instance.memory();
        if (!memory.contains(address, Integer.BYTES)) {
            throw new GuestFault(
                    Reason.CONTRACT,
                    "the guest's exchange buffer is at address " + Integer.toUnsignedString(address)
                            + ", which is not in its memory");
        }
        int capacity = memory.readInt(address);
        if (!memory.contains(address + Integer.BYTES, capacity)) {
            throw new GuestFault(
                    Reason.CONTRACT,
                    "the guest's exchange buffer at address " + Integer.toUnsignedString(address) + " is to hold "
                            + Integer.toUnsignedString(capacity) + " bytes, which are not all in its memory");
        }
        return capacity;
    }

    private void handInAllocated(byte[] message, GuestInstance.Function function) {
        // Not every allocator takes a request for nothing.
        int allocated = Math.max(1, message.length);
        int pointer = malloc.call(allocated, 0);
        if (pointer == 0) {
            throw new GuestFault(
                    Reason.CONTRACT,
                    "the guest could not allocate " + allocated
                            + " bytes for what it is handed: its memory is used up");
        }
        if (!instance.memory().contains(pointer, allocated)) {
            throw new GuestFault(
                    Reason.CONTRACT,
                    "the guest allocated " + allocated + " bytes for what it is handed at address "
                            + Integer.toUnsignedString(pointer) + ", which is not in its memory");
        }
        instance.memory().write(pointer, message);
        function.call(pointer, message.length);
        free.call(pointer, allocated);
    }

    /** {@return all of its present state, which shares with the one captured or set before what has not changed} */
    public GuestState capture() {
        return instance.capture();
    }
}
