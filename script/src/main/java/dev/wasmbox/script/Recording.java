package dev.wasmbox.script;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that an interpreter was given, and all that it asked for meanwhile.
 *
 * @param request what it was given
 * @param time what the box's clock was set to before, if it follows another
 * @param replies what the host's functions replied
 * @param <Q> what the guest takes
 */
public record Recording<Q>(Q request, Optional<Instant> time, List<byte[]> replies) {

    /** Copies the list. */
    public Recording {
        replies = List.copyOf(replies);
    }

    @Override
    public String toString() {
        return request.getClass().getSimpleName() + " with " + replies.size() + " calls of the host";
    }
}
