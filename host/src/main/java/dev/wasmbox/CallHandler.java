package dev.wasmbox;

/**
 * Replies to what a guest asks of its host in the middle of a message, see docs/abi.md. To the guest a reply is an input
 * like a message: a run is repeated exactly by giving the same replies again, without doing again what they told of. So
 * who records a box's inputs records the replies with them.
 */
@FunctionalInterface
public interface CallHandler {

    /**
     * Replies to a call. It runs on the thread that runs the guest, within the message's time, and is interrupted when that
     * is over. It must not use the box. What it throws ends the guest, with a {@link TrapException} of the reason
     * {@link TrapException.Reason#CALL} whose cause it is; for what the guest should deal with itself, the two agree on a
     * form of a reply.
     *
     * @param call what the guest asks; the handler may keep it
     * @return the reply, of at most {@link Limits#messageBytes()}; it is copied
     */
    byte[] reply(byte[] call);
}
