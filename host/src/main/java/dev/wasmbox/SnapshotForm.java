package dev.wasmbox;

import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.Parent;
import dev.wasmbox.internal.state.StateDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The forms that a snapshot's file can have. All of them hold the same state, with the same
 * {@linkplain Snapshot#digest() digest}; they differ in their size and in what is needed to read them. Immutable.
 */
public final class SnapshotForm {

    private static final SnapshotForm WHOLE = new SnapshotForm(null, null, null);

    private final @Nullable GuestModule selfContained;
    private final @Nullable GuestModule base;
    private final @Nullable Snapshot parent;

    private SnapshotForm(@Nullable GuestModule selfContained, @Nullable GuestModule base, @Nullable Snapshot parent) {
        this.selfContained = selfContained;
        this.base = base;
        this.parent = parent;
    }

    /** {@return the whole state; nothing else is needed to read it, and its module to restore it} */
    public static SnapshotForm whole() {
        return WHOLE;
    }

    /**
     * The whole state and the module: all that is needed to go on. {@link GuestModule#load(java.nio.file.Path)} takes
     * such a file for the module, too.
     *
     * @param module the snapshot's module
     * @return the form
     */
    public static SnapshotForm selfContained(GuestModule module) {
        return new SnapshotForm(module, null, null);
    }

    /**
     * The difference from the module's {@linkplain GuestModule#base() base}: the smallest form that needs no other file
     * but the module. Reading it runs the guest's initialisation, unless the base is known already.
     *
     * @param module the snapshot's module
     * @return the form
     */
    public static SnapshotForm deltaFromBase(GuestModule module) {
        return new SnapshotForm(null, module, null);
    }

    /**
     * The difference from another snapshot of the same module, for example the one that was written before. Reading it
     * needs that one, which may be a delta itself, and so on through at most a thousand of them. Where the two are equal there is no difference to tell, and the whole
     * state is written.
     *
     * @param parent the other snapshot
     * @return the form
     */
    public static SnapshotForm deltaFrom(Snapshot parent) {
        return new SnapshotForm(null, null, parent);
    }

    @Nullable
    Parent parentOf(BoxImage image) {
        if (base != null) {
            requireSame("the base", image, base.base().image());
            return new Parent(Parent.Kind.BASE, base.base().image());
        }
        if (parent != null) {
            requireSame("a snapshot", image, parent.image());
            return Arrays.equals(StateDigest.of(image), StateDigest.of(parent.image()))
                    ? null
                    : new Parent(Parent.Kind.SNAPSHOT, parent.image());
        }
        return null;
    }

    private static void requireSame(String what, BoxImage image, BoxImage parent) {
        if (!Arrays.equals(image.moduleDigest(), parent.moduleDigest())) {
            throw new SnapshotException("this snapshot, of the module with SHA-256 " + hex(image.moduleDigest())
                    + ", cannot be told as the difference from " + what + " of the one with "
                    + hex(parent.moduleDigest()) + "; only from one of the same module");
        }
    }

    byte @Nullable [] wasmOf(BoxImage image) {
        if (selfContained == null) {
            return null;
        }
        if (!Arrays.equals(image.moduleDigest(), selfContained.digestBytes())) {
            throw new SnapshotException("this snapshot is of the module with SHA-256 " + hex(image.moduleDigest())
                    + ", so its file cannot contain the one with " + selfContained.digest() + "; give its own module");
        }
        return selfContained.wasm();
    }

    private static String hex(byte[] digest) {
        return java.util.HexFormat.of().formatHex(digest);
    }
}
