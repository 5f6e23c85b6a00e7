package dev.wasmbox.internal.world;

import dev.wasmbox.CallHandler;
import dev.wasmbox.Limits;
import dev.wasmbox.LogListener;
import dev.wasmbox.LogListener.Stream;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.internal.state.HostState;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that one guest sees of the world, and the only thing that the functions it imports can touch: its clocks, its
 * entropy, its log, and where its outputs go. Used by one thread at a time.
 */
public final class GuestWorld {

    private final Limits limits;
    private final Consumer<byte[]> outputListener;
    private final CallHandler calls;
    private final GuestLog stdout;
    private final GuestLog stderr;

    // The host state: what a snapshot holds.
    private long realtimeNanos;
    private long monotonicNanos;
    private final EntropyStream entropy;
    private long messages;
    private long outputs;
    private boolean finished;

    // What is known of the message in progress.
    private int outputsOfMessage;
    private long outputBytesOfMessage;
    private long logBytesOfMessage;
    private @Nullable String panic;
    private byte @Nullable [] reply;
    private boolean observed;

    /**
     * A world in a given state.
     *
     * @param state its clocks, its entropy and its counters
     * @param limits what the guest may send and write
     * @param outputListener gets each output as it comes; it must not throw
     * @param logListener gets each line of the log as it comes; it must not throw
     * @param calls replies to the guest's calls
     */
    public GuestWorld(
            HostState state,
            Limits limits,
            Consumer<byte[]> outputListener,
            LogListener logListener,
            CallHandler calls) {
        this.limits = limits;
        this.calls = calls;
        this.outputListener = outputListener;
        this.stdout = new GuestLog(Stream.STDOUT, logListener);
        this.stderr = new GuestLog(Stream.STDERR, logListener);
        this.realtimeNanos = state.realtimeNanos();
        this.monotonicNanos = state.monotonicNanos();
        this.entropy = new EntropyStream(state.seed(), state.entropyPosition());
        this.messages = state.messages();
        this.outputs = state.outputs();
        this.finished = state.finished();
    }

    /** {@return its present state} */
    public HostState capture() {
        return new HostState(
                realtimeNanos, monotonicNanos, entropy.seed(), entropy.position(), messages, outputs, finished);
    }

    /** Begins the count of what a message causes. */
    public void beginMessage() {
        outputsOfMessage = 0;
        outputBytesOfMessage = 0;
        logBytesOfMessage = 0;
        panic = null;
        observed = false;
        stdout.beginMessage();
        stderr.beginMessage();
    }

    /** Ends a message, whether the guest handled it or was ended. */
    public void endMessage() {
        reply = null;
        stdout.flush();
        stderr.flush();
    }

    /** {@return whether the guest, since the message began, has got or done anything that depends on which world it is in} */
    public boolean isObserved() {
        return observed;
    }

    /** The guest has got something that depends on which world it is in. */
    public void observe() {
        observed = true;
    }

    /** Counts a message that the guest has handled. */
    public void countMessage() {
        messages++;
    }

    /** {@return how many messages the guest has handled} */
    public long messages() {
        return messages;
    }

    /** Ends the guest if its time is up: for work of the host's that a guest can make long. */
    public static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new GuestFault(Reason.INTERRUPTED, "the thread that ran the guest was interrupted");
        }
    }

    // Clocks.

    /** {@return nanoseconds since 1970} */
    public long realtimeNanos() {
        observed = true;
        return realtimeNanos;
    }

    /** {@return nanoseconds since the box started; never less than before} */
    public long monotonicNanos() {
        observed = true;
        return monotonicNanos;
    }

    /** Sets the realtime clock. The monotonic clock follows it forwards, and stands still when it is set back. */
    public void setRealtimeNanos(long nanos) {
        monotonicNanos = saturatingAdd(monotonicNanos, Math.max(0, nanos - realtimeNanos));
        realtimeNanos = nanos;
    }

    /** Moves both clocks forwards, as if that time had been slept away. */
    public void sleep(long nanos) {
        observed = true;
        realtimeNanos = saturatingAdd(realtimeNanos, nanos);
        monotonicNanos = saturatingAdd(monotonicNanos, nanos);
    }

    private static long saturatingAdd(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    // Entropy.

    /** {@return the guest's entropy} */
    public EntropyStream entropy() {
        observed = true;
        return entropy;
    }

    // Log.

    /** The guest writes to a standard stream. */
    public void log(Stream stream, byte[] bytes) {
        observed = true;
        logBytesOfMessage += bytes.length;
        if (logBytesOfMessage > limits.outputBytesPerMessage()) {
            throw new GuestFault(
                    Reason.OUTPUT,
                    "the guest wrote more than " + limits.outputBytesPerMessage()
                            + " bytes to its standard streams during one message");
        }
        (stream == Stream.STDOUT ? stdout : stderr).write(bytes);
    }

    /** {@return the last of what the guest wrote to standard error during this message} */
    public String standardErrorTail() {
        return stderr.tail();
    }

    // Outputs and ends.

    /** The guest sends an output. */
    public void output(GuestMemory memory, int pointer, int length) {
        observed = true;
        requireInMemory(memory, pointer, length, "sent an output");
        if (length > limits.outputBytes()) {
            throw new GuestFault(
                    Reason.OUTPUT,
                    "the guest sent an output of " + length + " bytes; the box allows " + limits.outputBytes());
        }
        if (++outputsOfMessage > limits.outputsPerMessage()) {
            throw new GuestFault(
                    Reason.OUTPUT,
                    "the guest sent more outputs during one message than the " + limits.outputsPerMessage()
                            + " that the box allows");
        }
        outputBytesOfMessage += length;
        if (outputBytesOfMessage > limits.outputBytesPerMessage()) {
            throw new GuestFault(
                    Reason.OUTPUT,
                    "the outputs of one message were longer together than the " + limits.outputBytesPerMessage()
                            + " bytes that the box allows");
        }
        outputs++;
        outputListener.accept(memory.readBytes(pointer, length));
    }

    // Calls.

    /**
     * The guest asks its host.
     *
     * @return the length of the reply, which the guest can take then
     */
    public int call(GuestMemory memory, int pointer, int length) {
        observed = true;
        requireInMemory(memory, pointer, length, "made a call");
        if (length > limits.outputBytes()) {
            throw new GuestFault(
                    Reason.OUTPUT,
                    "the guest made a call of " + length + " bytes; the box allows " + limits.outputBytes());
        }
        reply = null;
        byte[] given = reply(memory.readBytes(pointer, length));
        if (given.length > limits.messageBytes()) {
            throw new GuestFault(
                    Reason.CALL,
                    "the reply to the guest's call has " + given.length + " bytes; the box allows "
                            + limits.messageBytes());
        }
        reply = given;
        return given.length;
    }

    private byte[] reply(byte[] call) {
        try {
            byte[] given = calls.reply(call);
            checkInterrupt();
            return Objects.requireNonNull(given, "the handler returned null");
        } catch (GuestFault | StackOverflowError | OutOfMemoryError e) {
            throw e; // the guest's, which has used up what the handler needs
        } catch (Exception | Error e) {
            checkInterrupt();
            throw new GuestFault(Reason.CALL, "the guest's call got no reply: " + e, e);
        }
    }

    /** The guest takes the reply to its last call, once. */
    public void takeReply(GuestMemory memory, int pointer) {
        byte[] taken = reply;
        if (taken == null) {
            throw new GuestFault(Reason.CONTRACT, "the guest took a reply, but there is none that it has not taken");
        }
        requireInMemory(memory, pointer, taken.length, "took a reply");
        memory.write(pointer, taken);
        reply = null;
    }

    private static void requireInMemory(GuestMemory memory, int pointer, int length, String deed) {
        if (!memory.contains(pointer, length)) {
            throw new GuestFault(
                    Reason.CONTRACT,
                    "the guest " + deed + " of " + Integer.toUnsignedString(length) + " bytes at address "
                            + Integer.toUnsignedString(pointer) + ", which is not in its memory");
        }
    }

    /** The guest's program has ended by itself. */
    public void finish() {
        observed = true;
        finished = true;
    }

    /** {@return whether the guest's program has ended by itself} */
    public boolean finished() {
        return finished;
    }

    /** The guest says why it is about to trap. */
    public void panicked(String text) {
        observed = true;
        panic = text;
    }

    /** {@return why the guest says it trapped, or null} */
    public @Nullable String panic() {
        return panic;
    }
}
