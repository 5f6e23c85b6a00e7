package dev.wasmbox.inspect;

/**
 * What became of a guest's entropy from one snapshot to another.
 *
 * @param kind in short
 * @param positionBefore how many random bytes the guest had had before
 * @param positionAfter how many it had had of the seed afterwards
 */
public record EntropyChange(Kind kind, long positionBefore, long positionAfter) {

    /** What became of it, in short. */
    public enum Kind {
        /** The same seed, and no byte more. */
        SAME,
        /** The same seed, further on. */
        ADVANCED,
        /** The same seed, further back: the snapshots are not in the order of time. */
        REWOUND,
        /** Another seed. */
        RESEEDED
    }

    static EntropyChange of(boolean sameSeed, long before, long after) {
        Kind kind =
                !sameSeed ? Kind.RESEEDED : after == before ? Kind.SAME : after > before ? Kind.ADVANCED : Kind.REWOUND;
        return new EntropyChange(kind, before, after);
    }
}
