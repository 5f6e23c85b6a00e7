package dev.wasmbox.python;

import dev.wasmbox.Rust;
import java.util.Optional;

/** A program raised an exception and did not catch it. The box is as the program left it, and can be used. */
public final class PythonException extends RuntimeException {

    /**
     * Where in a program something is.
     *
     * @param source the name under which the program was evaluated
     * @param line the line, from 1
     */
    public record Place(String source, @Rust("u32") long line) {
        @Override
        public String toString() {
            return source + ":" + line;
        }
    }

    private final transient Answer.Raised raised;

    PythonException(Answer.Raised raised) {
        super(describe(raised));
        this.raised = raised;
    }

    private static String describe(Answer.Raised raised) {
        return raised.name()
                + (raised.message().isEmpty() ? "" : ": " + raised.message())
                + raised.place().map(place -> " (" + place + ")").orElse("");
    }

    /** {@return the name of the exception's class, such as {@code TypeError}} */
    public String errorName() {
        return raised.name();
    }

    /** {@return the exception's own message, perhaps empty} */
    public String errorMessage() {
        return raised.message();
    }

    /** {@return where it was raised, if that is known} */
    public Optional<Place> place() {
        return raised.place();
    }

    /** {@return what Python prints of it: the calls in progress when it was raised, the last one last, and the exception} */
    public String traceback() {
        return raised.traceback();
    }
}
