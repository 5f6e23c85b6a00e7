package dev.wasmbox.script;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.CallHandler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an interpreter is to be.
 *
 * @param box its box, but for who replies to calls
 * @param functions the host's functions, for any number of boxes: {@link HostFunctions}
 * @param undo how many calls it remembers
 * @param recorder gets what it was given, if anybody wants that
 * @param <Q> what the guest takes
 * @param <A> what it sends
 */
public record Setup<Q, A>(
        BoxOptions<Q, A> box, CallHandler functions, int undo, @Nullable Consumer<? super Recording<Q>> recorder) {

    /** The options of a box whose clock an interpreter sets, so that it knows what it was set to. */
    BoxOptions<Q, A> boxWith(CallHandler calls) {
        return box.withCalls(calls).withClock(standing(box.clock()));
    }

    /** What is recorded is no longer than what is sent may be: a program must not fill the host's memory by it. */
    RecordedCalls calls() {
        return new RecordedCalls(functions, recorder == null ? 0 : box.limits().outputBytesPerMessage());
    }

    /** What a clock shows now. */
    static BoxClock standing(BoxClock clock) {
        return clock instanceof BoxClock.Following following
                ? BoxClock.fixed(following.source().instant())
                : clock;
    }
}
