package dev.wasmbox.bench.conformance;

import dev.wasmbox.Snapshot;
import dev.wasmbox.javascript.JavaScript;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Another process that runs scripts: it gets a box's state and a script, wakes the box, runs the script, and gives back what
 * came of it, and the box's state. It keeps nothing.
 */
final class Worker implements AutoCloseable {

    /**
     * What came of a script.
     *
     * @param outcome the outcome
     * @param state the state's bytes, if there is one
     */
    record Reply(Outcome outcome, Optional<byte[]> state) {}

    private final Process process;
    private final DataOutputStream requests;
    private final DataInputStream replies;

    /** Starts a process like this one. */
    Worker() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-XX:+DisplayVMOutputToStderr");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
        replies = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    }

    /** Has a script run there. */
    synchronized Reply run(byte[] state, String script, String name) throws IOException {
        writeBytes(requests, state);
        writeText(requests, script);
        writeText(requests, name);
        requests.flush();
        String error = readText(replies), message = readText(replies);
        List<String> printed = new ArrayList<>();
        for (int count = replies.readInt(); count > 0; count--) {
            printed.add(readText(replies));
        }
        Optional<byte[]> next = replies.readBoolean() ? Optional.of(readBytes(replies)) : Optional.empty();
        return new Reply(new Outcome(error, message, printed), next);
    }

    /** What the other process does, until there are no more requests. */
    public static void main(String[] arguments) throws IOException {
        DataInputStream requests = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream replies = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        System.setOut(System.err); // nothing else is to get between the replies
        JavaScript javaScript = JavaScript.load();
        while (true) {
            Snapshot before;
            try {
                before = Snapshot.of(readBytes(requests));
            } catch (EOFException e) {
                return;
            }
            String script = readText(requests), name = readText(requests);
            try (Realm realm = new Realm(javaScript, before)) {
                Outcome outcome = realm.run(script, name);
                writeText(replies, outcome.error());
                writeText(replies, outcome.message());
                replies.writeInt(outcome.printed().size());
                for (String line : outcome.printed()) {
                    writeText(replies, line);
                }
                Optional<byte[]> after = realm.state().map(Snapshot::toBytes);
                replies.writeBoolean(after.isPresent());
                if (after.isPresent()) {
                    writeBytes(replies, after.get());
                }
                replies.flush();
            }
        }
    }

    private static void writeBytes(DataOutputStream stream, byte[] bytes) throws IOException {
        stream.writeInt(bytes.length);
        stream.write(bytes);
    }

    private static byte[] readBytes(DataInputStream stream) throws IOException {
        byte[] bytes = new byte[stream.readInt()];
        stream.readFully(bytes);
        return bytes;
    }

    private static void writeText(DataOutputStream stream, String text) throws IOException {
        writeBytes(stream, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String readText(DataInputStream stream) throws IOException {
        return new String(readBytes(stream), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.onExit().join();
    }
}
