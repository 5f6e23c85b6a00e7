package dev.wasmbox.python;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of the host's that programs can call, see {@link PythonOptions#withFunction(String, PyFunction)}. */
@FunctionalInterface
public interface PyFunction {

    /**
     * Deals with a call. It runs on the thread that runs the program, within the time that {@link dev.wasmbox.Limits} allow
     * for a message, and is interrupted when that is over. It must not call the box.
     *
     * @param arguments what the program has passed; there are none with names
     * @return a value as {@link PyValue#of} takes it
     * @throws Exception if it fails: the program gets a {@code wasmbox.HostError} with the exception's message
     */
    @Nullable
    Object call(List<PyValue> arguments) throws Exception;
}
