package dev.wasmbox.cli;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a script has thrown.
 *
 * @param name the error's name; empty if what was thrown is no error
 * @param message the error's message, or what was thrown as text
 * @param place where that was, if it is known
 * @param trace the calls that led there, as the language shows them, or nothing
 * @param stack all that the language says of them, for programs
 * @param value what was thrown, if it is no error
 * @param exitCode what a command ends with that has run the script, if it was thrown to say that
 */
record ScriptError(
        String name,
        String message,
        @Nullable Place place,
        Trace trace,
        String stack,
        @Nullable ScriptValue value,
        OptionalInt exitCode) {

    /**
     * Where in a script something is.
     *
     * @param source what the script is called
     * @param line the line, from 1
     * @param column the column, from 1, in languages that tell
     */
    record Place(String source, long line, OptionalLong column) {
        @Override
        public String toString() {
            return source + ":" + line + (column.isPresent() ? ":" + column.getAsLong() : "");
        }
    }

    /** Calls that led to an error, a line for each. */
    sealed interface Trace {

        /** None that are worth telling. */
        Trace NONE = new Below(List.of());

        /** After the error, the last call first. */
        record Below(List<String> calls) implements Trace {}

        /** Before the error, the last call last; they tell its place. */
        record Above(String title, List<String> calls) implements Trace {}
    }
}
