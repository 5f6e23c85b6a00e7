package dev.wasmbox.cli;

import dev.wasmbox.BoxState;
import dev.wasmbox.Engine;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@code !!info}.
 *
 * @param box the box's name
 * @param state what the box can do next
 * @param clock what the guest's clock shows
 * @param follows whether the clock follows the host's
 * @param contents what is known of a box that is whole, null if it is trapped
 * @param undoable how many steps can be undone
 * @param module the module's SHA-256
 * @param engine how the guest is executed
 */
record BoxInfo(
        String box,
        BoxState state,
        Instant clock,
        boolean follows,
        @Nullable Contents contents,
        int undoable,
        String module,
        Engine engine) {

    /**
     * What a snapshot tells.
     *
     * @param messages how many messages were handled
     * @param outputs how many outputs were sent
     * @param memoryBytes the size of the guest's memory
     * @param usedBytes how much of that is in pages that are not all zero
     * @param digest the SHA-256 of the state
     */
    record Contents(long messages, long outputs, long memoryBytes, long usedBytes, String digest) {}
}
