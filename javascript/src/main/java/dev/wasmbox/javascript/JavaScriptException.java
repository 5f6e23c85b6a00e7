package dev.wasmbox.javascript;

import dev.wasmbox.Rust;
import java.util.Optional;

/**
 * A script threw something and did not catch it. The box is as the script left it, and can be used.
 */
public final class JavaScriptException extends RuntimeException {

    /**
     * Where in a script something is.
     *
     * @param source the name under which the script was evaluated
     * @param line the line, from 1
     * @param column the column, from 1
     */
    public record Place(String source, @Rust("u32") long line, @Rust("u32") long column) {
        @Override
        public String toString() {
            return source + ":" + line + ":" + column;
        }
    }

    private final transient Answer.Thrown thrown;

    JavaScriptException(Answer.Thrown thrown) {
        super(describe(thrown));
        this.thrown = thrown;
    }

    private static String describe(Answer.Thrown thrown) {
        String what = thrown.name().isEmpty() ? thrown.message() : thrown.name() + ": " + thrown.message();
        return what + thrown.place().map(place -> " (" + place + ")").orElse("");
    }

    /** {@return the error's name, such as {@code TypeError}; empty if what was thrown is no error} */
    public String errorName() {
        return thrown.name();
    }

    /** {@return the error's own message, or what was thrown as text} */
    public String errorMessage() {
        return thrown.message();
    }

    /** {@return where the error was made, if it tells} */
    public Optional<Place> place() {
        return thrown.place();
    }

    /** {@return the script's calls when the error was made, a line for each, or an empty text} */
    public String scriptStack() {
        return thrown.stack();
    }

    /** {@return what was thrown, if it is no error} */
    public Optional<JsValue> thrownValue() {
        return thrown.value();
    }
}
