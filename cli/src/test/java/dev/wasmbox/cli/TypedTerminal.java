package dev.wasmbox.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;

/** A terminal without a window: what is typed there, and what is seen, but for where and in which colours. */
final class TypedTerminal implements AutoCloseable {

    private static final Pattern CONTROLS = Pattern.compile("\u001b(\\[[0-9;?]*[A-Za-z]|[=>])|[\r\b]");

    private final PipedOutputStream keys = new PipedOutputStream();
    private final Seen seen = new Seen();
    private final ExternalTerminal terminal;

    TypedTerminal() throws IOException {
        terminal = new ExternalTerminal(
                "typed", "ansi", new PipedInputStream(keys, 1 << 16), seen, StandardCharsets.UTF_8);
        terminal.setSize(new Size(100, 40));
    }

    Terminal terminal() {
        return terminal;
    }

    void type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Waits until something is to be seen, after what was waited for before. */
    void await(String text) throws InterruptedException {
        seen.await(text);
    }

    @Override
    public void close() throws IOException {
        keys.close();
        terminal.close();
    }

    private static final class Seen extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int awaited;

        @Override
        public synchronized void write(int value) {
            bytes.write(value);
            notifyAll();
        }

        @Override
        public synchronized void write(byte[] more, int offset, int length) {
            bytes.write(more, offset, length);
            notifyAll();
        }

        synchronized void await(String text) throws InterruptedException {
            while (true) {
                String plain =
                        CONTROLS.matcher(bytes.toString(StandardCharsets.UTF_8)).replaceAll("");
                int at = plain.indexOf(text, awaited);
                if (at >= 0) {
                    awaited = at + text.length();
                    return;
                }
                wait();
            }
        }
    }
}
