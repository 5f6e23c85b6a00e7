package dev.wasmbox;

import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a box is to be: its types, its world and its limits. Immutable; each {@code with} method returns a changed copy,
 * and one value serves any number of boxes.
 *
 * <p>By default a box is deterministic: its clock stands at 1970-01-01T00:00:00Z and its entropy comes from
 * {@link Seed#standard()}.
 *
 * @param <I> the type of the messages
 * @param <O> the type of the outputs
 */
public final class BoxOptions<I, O> {

    private final Codec<I> input;
    private final Codec<O> output;
    private final Seed seed;
    private final BoxClock clock;
    private final Limits limits;
    private final @Nullable Consumer<? super O> listener;
    private final LogListener log;
    private final CallHandler calls;

    private BoxOptions(
            Codec<I> input,
            Codec<O> output,
            Seed seed,
            BoxClock clock,
            Limits limits,
            @Nullable Consumer<? super O> listener,
            LogListener log,
            CallHandler calls) {
        this.input = Objects.requireNonNull(input, "input");
        this.output = Objects.requireNonNull(output, "output");
        this.seed = Objects.requireNonNull(seed, "seed");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.listener = listener;
        this.log = Objects.requireNonNull(log, "log");
        this.calls = Objects.requireNonNull(calls, "calls");
    }

    /**
     * Options for a box with these types.
     *
     * @param input the codec of the messages
     * @param output the codec of the outputs
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return the options
     */
    public static <I, O> BoxOptions<I, O> of(Codec<I> input, Codec<O> output) {
        return new BoxOptions<>(
                input,
                output,
                Seed.standard(),
                BoxClock.fixed(Instant.EPOCH),
                Limits.standard(),
                null,
                SystemLog.LISTENER,
                BoxOptions::refuse);
    }

    /** {@return options for a box whose messages and outputs are strings, as in the original WasmBox} */
    public static BoxOptions<String, String> strings() {
        return of(Codecs.string(), Codecs.string());
    }

    /** {@return options for a box whose messages and outputs are the bytes that cross the boundary, as they are} */
    public static BoxOptions<byte[], byte[]> bytes() {
        return of(Codecs.bytes(), Codecs.bytes());
    }

    /**
     * A copy with another seed.
     *
     * @param newSeed what the guest's entropy is made from; that of a restored box is {@link Entropy}'s to say
     * @return the copy
     */
    public BoxOptions<I, O> withSeed(Seed newSeed) {
        return new BoxOptions<>(input, output, newSeed, clock, limits, listener, log, calls);
    }

    /**
     * A copy with another clock.
     *
     * @param newClock where the guest's time comes from
     * @return the copy
     */
    public BoxOptions<I, O> withClock(BoxClock newClock) {
        return new BoxOptions<>(input, output, seed, newClock, limits, listener, log, calls);
    }

    /**
     * A copy with other limits.
     *
     * @param newLimits what the guest may use
     * @return the copy
     */
    public BoxOptions<I, O> withLimits(Limits newLimits) {
        return new BoxOptions<>(input, output, seed, clock, newLimits, listener, log, calls);
    }

    /**
     * A copy with a listener for outputs.
     *
     * @param newListener called with each output at the moment when the guest sends it, on the thread that runs the
     *     guest, before {@link WasmBox#send(Object)} returns them all. It must not call the box. What it throws is
     *     thrown by the {@code send} in progress, after the guest has handled the message.
     * @return the copy
     */
    public BoxOptions<I, O> withListener(Consumer<? super O> newListener) {
        return new BoxOptions<>(input, output, seed, clock, limits, Objects.requireNonNull(newListener), log, calls);
    }

    /**
     * A copy with another listener for what the guest writes to its standard streams. By default that goes to the
     * {@link System.Logger} named {@code dev.wasmbox.guest}.
     *
     * @param newLog the listener
     * @return the copy
     */
    public BoxOptions<I, O> withLog(LogListener newLog) {
        return new BoxOptions<>(input, output, seed, clock, limits, listener, newLog, calls);
    }

    /**
     * A copy with another handler of what the guest asks of its host. By default nothing is replied, and a guest that asks
     * is ended.
     *
     * @param newCalls the handler
     * @return the copy
     */
    public BoxOptions<I, O> withCalls(CallHandler newCalls) {
        return new BoxOptions<>(input, output, seed, clock, limits, listener, log, newCalls);
    }

    private static byte[] refuse(byte[] call) {
        throw new IllegalStateException("the box was given no handler of calls; see BoxOptions.withCalls");
    }

    BoxOptions<I, O> withCodecs(Codec<I> newInput, Codec<O> newOutput) {
        return newInput == input && newOutput == output
                ? this
                : new BoxOptions<>(newInput, newOutput, seed, clock, limits, listener, log, calls);
    }

    /** {@return the codec of the messages} */
    public Codec<I> input() {
        return input;
    }

    /** {@return the codec of the outputs} */
    public Codec<O> output() {
        return output;
    }

    /** {@return what the guest's entropy is made from} */
    public Seed seed() {
        return seed;
    }

    /** {@return where the guest's time comes from} */
    public BoxClock clock() {
        return clock;
    }

    /** {@return what the guest may use} */
    public Limits limits() {
        return limits;
    }

    @Nullable
    Consumer<? super O> listener() {
        return listener;
    }

    LogListener log() {
        return log;
    }

    CallHandler calls() {
        return calls;
    }

    /** The default listener, in a class of its own so that the logging system is loaded only when it is needed. */
    private static final class SystemLog {
        static final LogListener LISTENER = (stream, line) -> Logger.LOGGER.log(
                stream == LogListener.Stream.STDOUT ? System.Logger.Level.INFO : System.Logger.Level.WARNING, line);

        private static final class Logger {
            static final System.Logger LOGGER = System.getLogger("dev.wasmbox.guest");
        }
    }
}
