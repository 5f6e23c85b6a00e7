package dev.wasmbox;

/**
 * How a snapshot is restored. Immutable; each method returns a changed copy.
 */
public final class RestoreOptions {

    private static final RestoreOptions STANDARD = new RestoreOptions(Entropy.reseed(), false);

    private final Entropy entropy;
    private final boolean intoOtherModule;

    private RestoreOptions(Entropy entropy, boolean intoOtherModule) {
        this.entropy = entropy;
        this.intoOtherModule = intoOtherModule;
    }

    /** {@return the defaults: the entropy is {@linkplain Entropy#reseed() reseeded}, the module has to be the snapshot's} */
    public static RestoreOptions standard() {
        return STANDARD;
    }

    /** {@return the defaults, but with {@linkplain Entropy#identical() identical} entropy: the very state of the snapshot} */
    public static RestoreOptions identical() {
        return STANDARD.withEntropy(Entropy.identical());
    }

    /**
     * Decides what becomes of the guest's entropy.
     *
     * @param newEntropy the policy
     * @return the copy
     */
    public RestoreOptions withEntropy(Entropy newEntropy) {
        return new RestoreOptions(newEntropy, intoOtherModule);
    }

    /**
     * Insists on restoring into a box of a module that is not the snapshot's.
     *
     * <p>This risks everything that the guest holds. The memory of a program is laid out by its compiler: in a module
     * that was compiled from other sources, or by another compiler, the same bytes mean something else, and the guest
     * computes nonsense, traps, or loses its data, perhaps much later. What can be checked is checked (the number and
     * the types of memories, globals and tables), and that is not enough to make it safe. It is sound for a module that
     * differs in nothing that the state depends on: in its custom sections, say, or in constants within functions. To
     * bring a box to a newer module of its guest, see
     * {@link GuestModule#upgrade}.
     *
     * @return the copy
     */
    public RestoreOptions intoOtherModule() {
        return new RestoreOptions(entropy, true);
    }

    /** {@return what becomes of the guest's entropy} */
    public Entropy entropy() {
        return entropy;
    }

    /** {@return whether the module may be another one than the snapshot's} */
    public boolean allowsOtherModule() {
        return intoOtherModule;
    }
}
