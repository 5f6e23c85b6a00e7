package dev.wasmbox.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a file is, by its first bytes. */
enum FileKind {
    /** A WebAssembly module. */
    MODULE("\0asm"),
    /** A module together with its compiled code. */
    PRECOMPILED("WASMBXP\u001a"),
    /** A snapshot. */
    SNAPSHOT("WASMBOX\u001a"),
    /** None of ours. */
    OTHER("");

    /** So many bytes tell. */
    static final int BYTES = 8;

    private final String beginning;

    FileKind(String beginning) {
        this.beginning = beginning;
    }

    static FileKind of(byte[] bytes) {
        String first = new String(bytes, 0, Math.min(bytes.length, BYTES), StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(kind -> first.startsWith(kind.beginning))
                .findFirst()
                .orElse(OTHER);
    }
}
