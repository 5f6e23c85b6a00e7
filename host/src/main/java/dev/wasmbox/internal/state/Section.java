package dev.wasmbox.internal.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The kinds of sections of a snapshot's file, in the order in which they come. */
enum Section {
    /** What module and what state it is of. */
    IDEN(false),
    /** What it is told as the difference from. */
    PARE(false),
    /** The host state. */
    HOST(false),
    /** The globals. */
    GLOB(false),
    /** The dropped segments. */
    DROP(false),
    /** Which pages of the memories and tables are stored, and where. */
    PAGE(false),
    /** The contents of the pages. */
    BLOK(false),
    /** The module. */
    WASM(true);

    /** What is set in the flags of a section that a reader who does not know it may skip. */
    static final int SKIPPABLE = 1;

    /** The length of a section's header: kind, flags, length. */
    static final int HEADER_BYTES = 16;

    /** The length of a kind. */
    static final int KIND_BYTES = 4;

    private final boolean skippable;

    Section(boolean skippable) {
        this.skippable = skippable;
    }

    /** {@return the four letters by which a file names it} */
    byte[] kind() {
        return name().getBytes(StandardCharsets.US_ASCII);
    }

    int flags() {
        return skippable ? SKIPPABLE : 0;
    }

    /** {@return the section of a kind, or null if there is none} */
    static @Nullable Section ofKind(byte[] kind) {
        for (Section section : values()) {
            if (Arrays.equals(section.kind(), kind)) {
                return section;
            }
        }
        return null;
    }
}
