package dev.wasmbox.python;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import dev.wasmbox.script.Setup;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;

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

    // What of C's calls nests in C's calls has a bound of the guest's own, which is within this stack.
    private static final PythonOptions STANDARD = new PythonOptions(
            Seed.standard(),
            BoxClock.fixed(Instant.EPOCH),
            Limits.standard().withStackBytes(16 << 20),
            OptionalLong.empty(),
            0,
            (stream, text) -> {},
            value -> {});

    private final Seed seed;
    private final BoxClock clock;
    private final Limits limits;
    private final OptionalLong steps;
    private final int undo;
    private final ConsoleListener console;
    private final Consumer<? super PyValue> sent;

    private PythonOptions(
            Seed seed,
            BoxClock clock,
            Limits limits,
            OptionalLong steps,
            int undo,
            ConsoleListener console,
            Consumer<? super PyValue> sent) {
        this.seed = Objects.requireNonNull(seed, "seed");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.limits = Objects.requireNonNull(limits, "limits");
        this.steps = steps;
        this.undo = undo;
        this.console = Objects.requireNonNull(console, "console");
        this.sent = Objects.requireNonNull(sent, "sent");
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
        return new PythonOptions(seed, clock, limits, steps, undo, console, sent);
    }

    /**
     * A copy with another clock.
     *
     * @param clock where the time of {@code time} comes from
     * @return the copy
     */
    public PythonOptions withClock(BoxClock clock) {
        return new PythonOptions(seed, clock, limits, steps, undo, console, sent);
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
        return new PythonOptions(seed, clock, limits, steps, undo, console, sent);
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
        return new PythonOptions(seed, clock, limits, OptionalLong.of(steps), undo, console, sent);
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
        return new PythonOptions(seed, clock, limits, steps, calls, console, sent);
    }

    /**
     * A copy with a listener for what programs print. By default that is dropped.
     *
     * @param listener the listener
     * @return the copy
     */
    public PythonOptions withConsole(ConsoleListener listener) {
        return new PythonOptions(seed, clock, limits, steps, undo, listener, sent);
    }

    /**
     * A copy with a listener for the values that programs send with {@code wasmbox.send}.
     *
     * @param listener called with each value at the moment when it is sent, on the thread that runs the program; it must not
     *     call the box
     * @return the copy
     */
    public PythonOptions withSent(Consumer<? super PyValue> listener) {
        return new PythonOptions(seed, clock, limits, steps, undo, console, listener);
    }

    /** {@return what the box may use} */
    public Limits limits() {
        return limits;
    }

    OptionalLong steps() {
        return steps;
    }

    Setup<Request, Answer> setup() {
        return new Setup<>(
                BoxOptions.of(REQUESTS, ANSWERS)
                        .withSeed(seed)
                        .withClock(clock)
                        .withLimits(limits)
                        .withListener(this::heard),
                call -> {
                    throw new IllegalStateException("a program calls no functions of the host");
                },
                undo,
                recording -> {});
    }

    private void heard(Answer answer) {
        if (answer instanceof Answer.Console(ConsoleListener.Stream stream, String text)) {
            console.write(stream, text);
        } else if (answer instanceof Answer.Sent(PyValue value)) {
            sent.accept(value);
        }
    }
}
