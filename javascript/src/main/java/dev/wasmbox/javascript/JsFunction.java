package dev.wasmbox.javascript;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function of the host's that scripts can call, see {@link JavaScriptOptions#withFunction(String, JsFunction)}. */
@FunctionalInterface
public interface JsFunction {

    /**
     * Deals with a call. It runs on the thread that runs the script, within the time that {@link dev.wasmbox.Limits} allow
     * for a message, and is interrupted when that is over. It must not call the box.
     *
     * @param arguments what the script has passed
     * @return a value as {@link JsValue#of} takes it
     * @throws Exception if it fails: the script gets an error named {@code HostError} with the exception's message
     */
    @Nullable
    Object call(List<JsValue> arguments) throws Exception;
}
