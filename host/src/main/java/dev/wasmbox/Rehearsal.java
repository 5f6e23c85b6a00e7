package dev.wasmbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What bringing a box to a newer module would change: a copy of the box is {@linkplain GuestModule#upgrade upgraded}, the
 * same messages are sent to it and to another copy that stays as it is, and the first output that differs is reported.
 * Immutable.
 *
 * {@snippet :
 * Rehearsal<String, String> rehearsal =
 *         Rehearsal.of(snapshot, deployed, candidate, BoxOptions.strings(), List.of("balance", "close"));
 * rehearsal.difference().ifPresent(difference -> System.out.println("no: " + difference));
 * }
 *
 * <p>Neither copy is kept, and the box that the snapshot was taken of does not notice. Both copies have the snapshot's time
 * and identical entropy. What they ask of their host goes to the options' handler of calls, twice.
 *
 * @param initialOutputs what the newer guest sent while it was initialised and took the state
 * @param messages how many messages were sent to both copies
 * @param difference the first message that was answered differently, if one was
 * @param <I> the type of the messages
 * @param <O> the type of the outputs
 */
public record Rehearsal<I, O>(List<O> initialOutputs, int messages, Optional<Difference<I, O>> difference) {

    /** Keeps the outputs as they are now. */
    public Rehearsal {
        initialOutputs = List.copyOf(initialOutputs);
    }

    /**
     * A message that the two copies did not answer alike.
     *
     * @param index its place among the messages, from 0
     * @param message the message
     * @param before what came of it in the older module
     * @param after what came of it in the newer module
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     */
    public record Difference<I, O>(int index, I message, Answer<O> before, Answer<O> after) {}

    /**
     * What came of a message.
     *
     * @param outputs what the guest sent; of a guest that trapped, nothing
     * @param state what the box was then
     * @param trap what the trap said, empty if there was none
     * @param <O> the type of the outputs
     */
    public record Answer<O>(List<O> outputs, BoxState state, String trap) {

        /** Keeps the outputs as they are now. */
        public Answer {
            outputs = List.copyOf(outputs);
        }
    }

    /**
     * Rehearses an upgrade.
     *
     * @param snapshot a box of the older module
     * @param from the older module
     * @param to the newer module
     * @param options how the copies are to be; a listener hears nothing
     * @param messages what is sent to both
     * @param <I> the type of the messages
     * @param <O> the type of the outputs
     * @return what came of it
     * @throws SnapshotException if the box cannot be upgraded
     * @throws TrapException if a guest was ended in handing out or taking the state
     * @throws CodecException if a message has no form in the input codec, or an output to be reported is not of the output
     *     codec's form
     * @throws LimitException if a message is too long, or the newer module needs more to begin with than the options allow
     */
    public static <I, O> Rehearsal<I, O> of(
            Snapshot snapshot, GuestModule from, GuestModule to, BoxOptions<I, O> options, List<I> messages) {
        BoxOptions<I, byte[]> copies = BoxOptions.of(options.input(), Codecs.bytes())
                .withSeed(options.seed())
                .withLimits(options.limits())
                .withLog(options.log())
                .withCalls(options.calls())
                .withClock(BoxClock.fixed(snapshot.clock()));
        Codec<O> before = from.resolve(options).output();
        Codec<O> after = to.resolve(options).output();
        try (WasmBox<I, byte[]> older = from.restore(snapshot, copies, RestoreOptions.identical());
                WasmBox<I, byte[]> newer = to.upgrade(snapshot, from, copies)) {
            List<O> initialOutputs = decoded(newer.initialOutputs(), after);
            int sent = 0;
            for (I message : messages) {
                Answer<byte[]> said = send(older, message);
                Answer<byte[]> says = send(newer, message);
                if (!alike(said, says)) {
                    Difference<I, O> difference =
                            new Difference<>(sent, message, decoded(said, before), decoded(says, after));
                    return new Rehearsal<>(initialOutputs, sent + 1, Optional.of(difference));
                }
                sent++;
                if (older.state() != BoxState.READY) {
                    break; // both ended alike, and there is nobody to send the rest to
                }
            }
            return new Rehearsal<>(initialOutputs, sent, Optional.empty());
        }
    }

    private static <I> Answer<byte[]> send(WasmBox<I, byte[]> box, I message) {
        try {
            List<byte[]> outputs = box.send(message);
            return new Answer<>(outputs, box.state(), "");
        } catch (TrapException e) {
            return new Answer<>(List.of(), box.state(), Objects.requireNonNullElse(e.getMessage(), ""));
        }
    }

    /** Two traps are alike, whatever they say: that may name a line of the source, which moves. */
    private static boolean alike(Answer<byte[]> before, Answer<byte[]> after) {
        return before.state() == after.state()
                && Arrays.deepEquals(before.outputs().toArray(), after.outputs().toArray());
    }

    private static <O> Answer<O> decoded(Answer<byte[]> answer, Codec<O> codec) {
        return new Answer<>(decoded(answer.outputs(), codec), answer.state(), answer.trap());
    }

    private static <O> List<O> decoded(List<byte[]> outputs, Codec<O> codec) {
        List<O> decoded = new ArrayList<>();
        outputs.forEach(output -> decoded.add(codec.decode(output)));
        return decoded;
    }
}
