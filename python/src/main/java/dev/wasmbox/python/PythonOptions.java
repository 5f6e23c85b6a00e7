package dev.wasmbox.python;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import dev.wasmbox.TypeOf;
import dev.wasmbox.script.HostFunctions;
import dev.wasmbox.script.Setup;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a box with Python is to be. Immutable; each {@code with} method returns a changed copy, and one value serves any number
 * of boxes.
 *
 * <p>By default a box is deterministic: {@code time.time()} stands at 0, 1970-01-01T00:00:00Z, until the program sleeps, and
 * {@code random} counts from {@link Seed#standard()}.
 */
public final class PythonOptions {

    static final Codec<Request> REQUESTS = Codecs.bincode(Request.class);
    static final Codec<Answer> ANSWERS = Codecs.bincode(Answer.class);

    private static final Codec<HostFunctions.Call<PyValue>> CALLS = Codecs.bincode(new TypeOf<>() {});
    private static final Codec<HostFunctions.Reply<PyValue>> REPLIES = Codecs.bincode(new TypeOf<>() {});

    private static final PythonOptions STANDARD = new Builder().build();

    private final Seed seed;
    private final BoxClock clock;
    private final Limits limits;
    private final OptionalLong steps;
    private final int undo;
    private final ConsoleListener console;
    private final Consumer<? super PyValue> sent;
    private final Map<String, HostFunctions.Function<PyValue>> functions;
    private final @Nullable Consumer<? super Input> recorder;

    /** The fields while they are changed. */
    private static final class Builder {
        Seed seed = Seed.standard();
        BoxClock clock = BoxClock.fixed(Instant.EPOCH);

        // What of C's calls nests in C's calls has a bound of the guest's own, which is within this stack.
        Limits limits = Limits.standard().withStackBytes(16 << 20);
        OptionalLong steps = OptionalLong.empty();
        int undo;
        ConsoleListener console = (stream, text) -> {};
        Consumer<? super PyValue> sent = value -> {};
        Map<String, HostFunctions.Function<PyValue>> functions = Map.of();

        @Nullable
        Consumer<? super Input> recorder;

        PythonOptions build() {
            return new PythonOptions(this);
        }
    }

    private PythonOptions(Builder builder) {
        this.seed = Objects.requireNonNull(builder.seed, "seed");
        this.clock = Objects.requireNonNull(builder.clock, "clock");
        this.limits = Objects.requireNonNull(builder.limits, "limits");
        this.steps = builder.steps;
        this.undo = builder.undo;
        this.console = Objects.requireNonNull(builder.console, "console");
        this.sent = Objects.requireNonNull(builder.sent, "sent");
        this.functions = builder.functions;
        this.recorder = builder.recorder;
    }

    private PythonOptions with(Consumer<Builder> change) {
        Builder builder = new Builder();
        builder.seed = seed;
        builder.clock = clock;
        builder.limits = limits;
        builder.steps = steps;
        builder.undo = undo;
        builder.console = console;
        builder.sent = sent;
        builder.functions = functions;
        builder.recorder = recorder;
        change.accept(builder);
        return builder.build();
    }

    /** {@return the options of a box that is started without any} */
    public static PythonOptions standard() {
        return STANDARD;
    }

    /**
     * A copy with another seed.
     *
     * @param seed what {@code random} is made from
     * @return the copy
     */
    public PythonOptions withSeed(Seed seed) {
        return with(builder -> builder.seed = seed);
    }

    /**
     * A copy with another clock.
     *
     * @param clock where the time of {@code time} comes from
     * @return the copy
     */
    public PythonOptions withClock(BoxClock clock) {
        return with(builder -> builder.clock = clock);
    }

    /**
     * A copy with other limits. By default they are the standard ones with a stack of 16 MiB, which the interpreter needs when
     * functions written in C call those of the program. Whoever calls the box on a thread with such a stack can set
     * {@link Limits#withStackBytes(long)} to 0, and save some 20 microseconds a call.
     *
     * @param limits what the box may use
     * @return the copy
     */
    public PythonOptions withLimits(Limits limits) {
        return with(builder -> builder.limits = limits);
    }

    /**
     * A copy with a bound on what one call of the box may compute. A program that exceeds it gets a
     * {@code KeyboardInterrupt}; if it catches that, or does something finally, it has a thousand steps more, and is ended
     * then. The box can be used afterwards. Steps are the same on every machine, unlike {@link Limits#timePerMessage()},
     * whose excess is a trap. By default there is no such bound.
     *
     * @param steps about how many rounds of loops, branches, calls within functions of C, steps of matching a regular
     *     expression; it is looked at every 1,000 of them
     * @return the copy
     * @throws IllegalArgumentException if it is less than 1,000
     */
    public PythonOptions withSteps(long steps) {
        if (steps < 1_000) {
            throw new IllegalArgumentException("a program needs at least 1,000 steps, but was to have " + steps);
        }
        return with(builder -> builder.steps = OptionalLong.of(steps));
    }

    /**
     * A copy whose boxes remember their last states, for {@link PythonBox#undo(int)}. States share what is the same in them.
     * By default a box remembers none.
     *
     * @param calls how many calls can be undone
     * @return the copy
     * @throws IllegalArgumentException if it is negative
     */
    public PythonOptions withUndo(int calls) {
        if (calls < 0) {
            throw new IllegalArgumentException("a box cannot remember " + calls + " states");
        }
        return with(builder -> builder.undo = calls);
    }

    /**
     * A copy with a listener for what programs print. By default that is dropped.
     *
     * @param listener the listener
     * @return the copy
     */
    public PythonOptions withConsole(ConsoleListener listener) {
        return with(builder -> builder.console = listener);
    }

    /**
     * A copy with a listener for the values that programs send with {@code wasmbox.send}.
     *
     * @param listener called with each value at the moment when it is sent, on the thread that runs the program; it must not
     *     call the box
     * @return the copy
     */
    public PythonOptions withSent(Consumer<? super PyValue> listener) {
        return with(builder -> builder.sent = listener);
    }

    /**
     * A copy with a function of the host's that programs can call. A box that is started has it as a global variable. One
     * that is restored has what is in the snapshot: there a program calls, as in any box, by the function's name,
     * {@code wasmbox.call('name', ...)}.
     *
     * <p>A program waits for what the function returns. So it is an input, like what the box is given: see
     * {@link #withRecorder}.
     *
     * @param name the function's name
     * @param function the function; it replaces one of the same name
     * @return the copy
     * @throws IllegalArgumentException if half of a surrogate pair is in the name
     */
    public PythonOptions withFunction(String name, PyFunction function) {
        Map<String, HostFunctions.Function<PyValue>> changed = new LinkedHashMap<>(functions);
        Objects.requireNonNull(function, "function");
        changed.put(HostFunctions.name(name), arguments -> PyValue.of(function.call(arguments)));
        return with(builder -> builder.functions = Collections.unmodifiableMap(changed));
    }

    /**
     * A copy with a listener for all that its boxes are given, so that it can be kept, and be
     * {@linkplain PythonBox#replay(Input) given again}.
     *
     * <p>Another clock, a restore and an undo are no inputs: a box that is given inputs again is to be in the state in which
     * the first one was.
     *
     * @param listener called at the end of each call of a box that runs something, on the thread that called it, also if the
     *     program raised an exception; not if the box is trapped by it. It must not call the box. What the host's functions return in
     *     one call of the box may take as much as {@link Limits#outputBytesPerMessage()} then
     * @return the copy
     */
    public PythonOptions withRecorder(Consumer<? super Input> listener) {
        return with(builder -> builder.recorder = Objects.requireNonNull(listener, "listener"));
    }

    /** {@return what the box may use} */
    public Limits limits() {
        return limits;
    }

    OptionalLong steps() {
        return steps;
    }

    List<String> functions() {
        return List.copyOf(functions.keySet());
    }

    Setup<Request, Answer> setup() {
        return new Setup<>(
                BoxOptions.of(REQUESTS, ANSWERS)
                        .withSeed(seed)
                        .withClock(clock)
                        .withLimits(limits)
                        .withListener(this::heard),
                new HostFunctions<>(functions, CALLS, REPLIES, limits.messageBytes()),
                undo,
                recorder == null ? null : recording -> recorder.accept(new Input(recording)));
    }

    private void heard(Answer answer) {
        if (answer instanceof Answer.Console(ConsoleListener.Stream stream, String text)) {
            console.write(stream, text);
        } else if (answer instanceof Answer.Sent(PyValue value)) {
            sent.accept(value);
        }
    }
}
