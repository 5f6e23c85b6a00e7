package dev.wasmbox.internal.world;

import dev.wasmbox.TrapException;
import org.jspecify.annotations.Nullable;

/**
 * Ends the guest from within one of its calls. Carries no stack trace: what it says is about the guest, and it is thrown
 * where the stack may be exhausted.
 */
public final class GuestFault extends RuntimeException {

    private final TrapException.Reason reason;

    /** One without a cause. */
    public GuestFault(TrapException.Reason reason, String message) {
        this(reason, message, null);
    }

    /** One with the engine's exception that led to it. */
    public GuestFault(TrapException.Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
    }

    /** {@return why the guest is ended} */
    public TrapException.Reason reason() {
        return reason;
    }
}
