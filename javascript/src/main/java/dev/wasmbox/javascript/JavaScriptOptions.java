package dev.wasmbox.javascript;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codec;
import dev.wasmbox.Codecs;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import dev.wasmbox.TypeOf;
import dev.wasmbox.script.HostFunctions;
import dev.wasmbox.script.Setup;
import java.time.Duration;
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
 * How a box with JavaScript is to be. Immutable; each {@code with} method returns a changed copy, and one value serves any
 * number of boxes.
 *
 * <p>By default a box is deterministic: {@code Date} stands at 1970-01-01T00:00:00Z, and {@code Math.random} counts from
 * {@link Seed#standard()}.
 */
public final class JavaScriptOptions {

    static final Codec<Request> REQUESTS = Codecs.bincode(Request.class);
    static final Codec<Answer> ANSWERS = Codecs.bincode(Answer.class);
    private static final Codec<HostFunctions.Call<JsValue>> CALLS = Codecs.bincode(new TypeOf<>() {});
    private static final Codec<HostFunctions.Reply<JsValue>> REPLIES = Codecs.bincode(new TypeOf<>() {});

    private static final JavaScriptOptions STANDARD = new Builder().build();

    private final Seed seed;
    private final BoxClock clock;
    private final Limits limits;
    private final OptionalLong steps;
    private final @Nullable Duration advance;
    private final int undo;
    private final ConsoleListener console;
    private final Consumer<? super JsValue> sent;
    private final @Nullable Consumer<? super JavaScriptException> uncaught;
    private final Map<String, HostFunctions.Function<JsValue>> functions;
    private final @Nullable Consumer<? super Input> recorder;

    /** The fields while they are changed. */
    private static final class Builder {
        Seed seed = Seed.standard();
        BoxClock clock = BoxClock.fixed(Instant.EPOCH);

        // QuickJS nests calls of C in calls of C; on a small stack a script's recursion would end the guest.
        Limits limits = Limits.standard().withStackBytes(64 << 20);
        OptionalLong steps = OptionalLong.empty();

        @Nullable
        Duration advance;

        int undo;
        ConsoleListener console = (level, text) -> {};
        Consumer<? super JsValue> sent = value -> {};

        @Nullable
        Consumer<? super JavaScriptException> uncaught;

        Map<String, HostFunctions.Function<JsValue>> functions = Map.of();

        @Nullable
        Consumer<? super Input> recorder;

        JavaScriptOptions build() {
            return new JavaScriptOptions(this);
        }
    }

    private JavaScriptOptions(Builder builder) {
        this.seed = Objects.requireNonNull(builder.seed, "seed");
        this.clock = Objects.requireNonNull(builder.clock, "clock");
        this.limits = Objects.requireNonNull(builder.limits, "limits");
        this.steps = builder.steps;
        this.advance = builder.advance;
        this.undo = builder.undo;
        this.console = Objects.requireNonNull(builder.console, "console");
        this.sent = Objects.requireNonNull(builder.sent, "sent");
        this.uncaught = builder.uncaught;
        this.functions = builder.functions;
        this.recorder = builder.recorder;
    }

    private JavaScriptOptions with(Consumer<Builder> change) {
        Builder builder = new Builder();
        builder.seed = seed;
        builder.clock = clock;
        builder.limits = limits;
        builder.steps = steps;
        builder.advance = advance;
        builder.undo = undo;
        builder.console = console;
        builder.sent = sent;
        builder.uncaught = uncaught;
        builder.functions = functions;
        builder.recorder = recorder;
        change.accept(builder);
        return builder.build();
    }

    /** {@return the options of a box that is started without any} */
    public static JavaScriptOptions standard() {
        return STANDARD;
    }

    /**
     * A copy with another seed.
     *
     * @param seed what {@code Math.random} is made from
     * @return the copy
     */
    public JavaScriptOptions withSeed(Seed seed) {
        return with(builder -> builder.seed = seed);
    }

    /**
     * A copy with another clock: what {@code Date} shows and timers go by. See {@link #withAdvance(Duration)}.
     *
     * @param clock where the time comes from
     * @return the copy
     */
    public JavaScriptOptions withClock(BoxClock clock) {
        return with(builder -> builder.clock = clock);
    }

    /**
     * A copy with other limits. By default they are the standard ones with a stack of 64 MiB, which a script needs to nest
     * its calls some thousand deep. Whoever calls the box on a thread with such a stack can set
     * {@link Limits#withStackBytes(long)} to 0, and save some 20 microseconds a call.
     *
     * @param limits what the box may use
     * @return the copy
     */
    public JavaScriptOptions withLimits(Limits limits) {
        return with(builder -> builder.limits = limits);
    }

    /**
     * A copy with a bound on what one call of the box may compute. A script that exceeds it is ended with an
     * {@code InternalError} that it cannot catch, and what it has left waiting, timers and reactions to promises, is
     * forgotten; the box can be used afterwards. Steps are the same on every machine, unlike
     * {@link Limits#timePerMessage()}, whose excess is a trap. By default there is no such bound.
     *
     * @param steps about how many calls, turns of loops, and steps of matching a regular expression; it is looked at every
     *     10,000 of them
     * @return the copy
     * @throws IllegalArgumentException if it is less than 1,000
     */
    public JavaScriptOptions withSteps(long steps) {
        if (steps < 1_000) {
            throw new IllegalArgumentException("a script needs at least 1,000 steps, but was to have " + steps);
        }
        return with(builder -> builder.steps = OptionalLong.of(steps / 1_000));
    }

    /**
     * A copy with another bound on how far a call of the box may move its clock, to run timers before it returns. Nobody
     * waits meanwhile: the clock is moved to the next timer. Timers that are due later stay, and run in a later call when
     * the clock has got there.
     *
     * <p>By default it is an hour with a {@linkplain BoxClock#fixed fixed} clock, and nothing with one that
     * {@linkplain BoxClock#following follows} another: there the host waits, as long as
     * {@link JavaScriptBox#nextTimer()} says, and calls {@link JavaScriptBox#runTimers()}.
     *
     * @param advance how far the clock may be moved
     * @return the copy
     * @throws IllegalArgumentException if it is negative
     */
    public JavaScriptOptions withAdvance(Duration advance) {
        if (advance.isNegative()) {
            throw new IllegalArgumentException("a clock cannot be moved by " + advance);
        }
        return with(builder -> builder.advance = advance);
    }

    /**
     * A copy whose boxes remember their last states, for {@link JavaScriptBox#undo(int)}. States share what is the same in
     * them. By default a box remembers none.
     *
     * @param calls how many calls can be undone
     * @return the copy
     * @throws IllegalArgumentException if it is negative
     */
    public JavaScriptOptions withUndo(int calls) {
        if (calls < 0) {
            throw new IllegalArgumentException("a box cannot remember " + calls + " states");
        }
        return with(builder -> builder.undo = calls);
    }

    /**
     * A copy with a listener for what scripts write to their {@code console}. By default that is dropped.
     *
     * @param listener the listener
     * @return the copy
     */
    public JavaScriptOptions withConsole(ConsoleListener listener) {
        return with(builder -> builder.console = listener);
    }

    /**
     * A copy with a listener for the values that scripts send with {@code wasmbox.send}.
     *
     * @param listener called with each value at the moment when it is sent, on the thread that runs the script; it must not
     *     call the box
     * @return the copy
     */
    public JavaScriptOptions withSent(Consumer<? super JsValue> listener) {
        return with(builder -> builder.sent = listener);
    }

    /**
     * A copy with a listener for what timers and reactions to promises throw and nobody catches. By default, the call of the
     * box in which that happens throws the first of it.
     *
     * @param listener called at the moment when it is thrown, on the thread that runs the script; it must not call the box
     * @return the copy
     */
    public JavaScriptOptions withUncaught(Consumer<? super JavaScriptException> listener) {
        return with(builder -> builder.uncaught = Objects.requireNonNull(listener, "listener"));
    }

    /**
     * A copy with a function of the host's that scripts can call. A box that is started has it as a global variable. One
     * that is restored has what is in the snapshot: there a script calls, as in any box, by the function's name,
     * {@code wasmbox.call('name', ...)}.
     *
     * <p>A script waits for what the function returns. So it is an input, like what the box is given: see
     * {@link #withRecorder}.
     *
     * @param name the function's name
     * @param function the function; it replaces one of the same name
     * @return the copy
     * @throws IllegalArgumentException if half of a surrogate pair is in the name
     */
    public JavaScriptOptions withFunction(String name, JsFunction function) {
        Map<String, HostFunctions.Function<JsValue>> changed = new LinkedHashMap<>(functions);
        Objects.requireNonNull(function, "function");
        changed.put(HostFunctions.name(name), arguments -> JsValue.of(function.call(arguments)));
        return with(builder -> builder.functions = Collections.unmodifiableMap(changed));
    }

    /**
     * A copy with a listener for all that its boxes are given, so that it can be kept, and be
     * {@linkplain JavaScriptBox#replay(Input) given again}.
     *
     * <p>Another clock, a restore and an undo are no inputs: a box that is given inputs again is to be in the state in which
     * the first one was.
     *
     * @param listener called at the end of each call of a box that runs something, on the thread that called it, also if the
     *     script threw an exception; not if the box is trapped by it. It must not call the box. What the host's functions return in
     *     one call of the box may take as much as {@link Limits#outputBytesPerMessage()} then
     * @return the copy
     */
    public JavaScriptOptions withRecorder(Consumer<? super Input> listener) {
        return with(builder -> builder.recorder = Objects.requireNonNull(listener, "listener"));
    }

    /** {@return what the box may use} */
    public Limits limits() {
        return limits;
    }

    Request.Allowance allowance(boolean following) {
        return new Request.Allowance(
                steps, advance != null ? advance : following ? Duration.ZERO : Duration.ofHours(1));
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
        switch (answer) {
            case Answer.Console(ConsoleListener.Level level, String text) -> console.write(level, text);
            case Answer.Sent(JsValue value) -> sent.accept(value);
            case Answer.Uncaught(Answer.Thrown thrown)
            when uncaught != null -> uncaught.accept(new JavaScriptException(thrown));
            default -> {}
        }
    }

    boolean hearsUncaught() {
        return uncaught != null;
    }
}
