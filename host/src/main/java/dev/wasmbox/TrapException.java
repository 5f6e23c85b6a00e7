package dev.wasmbox;

import org.jspecify.annotations.Nullable;

/**
 * The guest was ended in the middle of a message. Its state is not one that the guest ever meant to be in, so the box
 * is {@linkplain BoxState#TRAPPED trapped} from then on: it takes no message and no snapshot until it is
 * {@linkplain WasmBox#restore(Snapshot) restored}. The host is not harmed.
 */
public final class TrapException extends WasmBoxException {

    /** Why the guest was ended. */
    public enum Reason {
        /** The guest panicked and said so. */
        PANIC,
        /** The guest did what WebAssembly forbids: unreachable code, memory out of bounds, a division by zero, ... */
        TRAP,
        /** The guest called WASI's {@code proc_exit} or {@code proc_raise}. */
        EXIT,
        /** The message took longer than {@link Limits#timePerMessage()}. */
        TIME,
        /** The guest's calls were nested deeper than the stack they run on. */
        STACK,
        /** The guest sent more than {@link Limits} allow: outputs, their size, or text on its standard streams. */
        OUTPUT,
        /** The guest broke its contract: a pointer out of bounds, a negative length, an allocation that failed. */
        CONTRACT,
        /** What the guest asked of its host got no reply: there is no {@link CallHandler}, or it threw, which is the cause. */
        CALL,
        /** The thread that ran the guest was interrupted by somebody else; its interrupt status is set again. */
        INTERRUPTED,
        /** The Java virtual machine had no memory left for what the guest asked within its limits. */
        HOST_MEMORY
    }

    private final Reason reason;

    /**
     * Makes one.
     *
     * @param reason why the guest was ended
     * @param message one sentence for a person
     * @param cause what led to it, or null
     */
    public TrapException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** {@return why the guest was ended} */
    public Reason reason() {
        return reason;
    }
}
