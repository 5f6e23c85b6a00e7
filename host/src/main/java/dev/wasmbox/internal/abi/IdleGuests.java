package dev.wasmbox.internal.abi;

import dev.wasmbox.LimitException;
import dev.wasmbox.internal.engine.InstanceLimits;
import dev.wasmbox.internal.state.GuestState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Guests of one module whose boxes are gone, kept for the next ones: making an instance takes a hundred times as long as
 * putting one into another state. Safe for any number of threads.
 */
public final class IdleGuests {

    /** All that are kept, together, have at most so much memory. */
    private static final long MAXIMUM_BYTES = 64L << 20;

    private static final int MAXIMUM_GUESTS = 64;

    private final Deque<Guest> guests = new ArrayDeque<>();
    private long bytes;

    /**
     * Takes a guest out.
     *
     * @param limits how large its parts may become
     * @param state the state that it is to be put into
     * @return a guest that has these limits and can become that state, or null if there is none
     */
    public synchronized @Nullable Guest take(InstanceLimits limits, GuestState state) {
        for (Iterator<Guest> i = guests.iterator(); i.hasNext(); ) {
            Guest guest = i.next();
            if (guest.instance().limits().equals(limits) && guest.instance().canBecome(state)) {
                i.remove();
                bytes -= guest.instance().memoryBytes();
                return guest;
            }
        }
        return null;
    }

    /**
     * Puts a guest in, unless there are enough or it is of no use.
     *
     * @param guest a guest between two calls, which nobody uses any more
     * @param clean a state of its module that holds nothing of a box's own
     */
    public void put(Guest guest, GuestState clean) {
        if (isFull() || !guest.instance().canBecome(clean)) {
            return;
        }
        try {
            guest.enter(null);
            guest.instance().set(clean);
        } catch (LimitException | OutOfMemoryError | StackOverflowError e) {
            return; // whoever lets go of a guest need not hear of it
        }
        long size = guest.instance().memoryBytes();
        synchronized (this) {
            if (!isFull() && bytes + size <= MAXIMUM_BYTES) {
                guests.push(guest);
                bytes += size;
            }
        }
    }

    private synchronized boolean isFull() {
        return guests.size() >= MAXIMUM_GUESTS;
    }
}
