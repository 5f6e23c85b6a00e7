package dev.wasmbox;

import dev.wasmbox.internal.state.HostState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a guest's entropy when a box takes over a state that another box may go on with, too. Immutable.
 *
 * <p>A state holds the seed of the guest's random numbers. Two boxes that go on from one state with the same seed are
 * twins: they hand out the same numbers, and with them the same keys, tokens and identifiers. Hence the default of every
 * operation that puts a box into a state is {@link #reseed()}; {@link #identical()} is for replay, for comparing, for
 * undoing, and for a box that is only moved.
 */
public final class Entropy {

    private static final Entropy IDENTICAL = new Entropy(true, null);
    private static final Entropy RESEED = new Entropy(false, null);

    private final boolean identical;
    private final @Nullable Seed seed;

    private Entropy(boolean identical, @Nullable Seed seed) {
        this.identical = identical;
        this.seed = seed;
    }

    /**
     * {@return the entropy goes on just as it would have: the box is a twin, in every bit of its state and of what it does
     * next}
     */
    public static Entropy identical() {
        return IDENTICAL;
    }

    /** {@return the guest's random numbers are made from a new seed of the operating system's entropy} */
    public static Entropy reseed() {
        return RESEED;
    }

    /**
     * The guest's random numbers are made from a given seed, from its beginning: what a host does that records its
     * inputs, so that a replay sees the same.
     *
     * @param seed the seed
     * @return the policy
     */
    public static Entropy reseed(Seed seed) {
        return new Entropy(false, Objects.requireNonNull(seed, "seed"));
    }

    /** {@return whether the entropy goes on just as it would have} */
    public boolean isIdentical() {
        return identical;
    }

    /** The host state with which a box goes on from another one. */
    HostState apply(HostState state) {
        if (identical) {
            return state;
        }
        Seed next = seed != null ? seed : Seed.random();
        return new HostState(
                state.realtimeNanos(),
                state.monotonicNanos(),
                next.toBytes(),
                0,
                state.messages(),
                state.outputs(),
                state.finished());
    }

    @Override
    public String toString() {
        return identical ? "identical" : "reseed";
    }
}
