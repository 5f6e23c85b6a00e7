package dev.wasmbox.internal.state;

/**
 * The state that another is told as the difference from.
 *
 * @param kind how a reader gets at it
 * @param image the state
 */
public record Parent(Kind kind, BoxImage image) {

    /** How a reader gets at a parent. */
    public enum Kind {
        /** It is another snapshot, which has to be found by its digest. */
        SNAPSHOT(0),
        /** It is the base of the module, which is computed anew. */
        BASE(1);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** {@return the number by which a file names it} */
        int number() {
            return number;
        }
    }
}
