package dev.wasmbox.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.function.Supplier;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;

/** Writes what a program prints to the context that it runs in, or else to the engine's. */
public final class ContextWriter {

    private final Supplier<ScriptContext> usual;
    private volatile @Nullable ScriptContext running;

    /** @param usual the engine's context */
    public ContextWriter(Supplier<ScriptContext> usual) {
        this.usual = usual;
    }

    /** From now on a program runs in this context, or none does. */
    void run(@Nullable ScriptContext context) {
        running = context;
    }

    public void write(boolean error, String text) {
        ScriptContext now = running;
        ScriptContext context = now == null ? usual.get() : now;
        Writer writer = error ? context.getErrorWriter() : context.getWriter();
        try {
            writer.write(text);
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
