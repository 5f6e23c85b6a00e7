package dev.wasmbox.python;

import java.util.List;
import java.util.Optional;

/** What the guest sends, as its contract has it. */
sealed interface Answer {

    record Value(PyValue value) implements Answer {}

    record Failed(Raised raised) implements Answer {}

    record Console(ConsoleListener.Stream stream, String text) implements Answer {}

    record Sent(PyValue value) implements Answer {}

    record Completions(String prefix, List<String> names) implements Answer {}

    record Parsed(boolean complete) implements Answer {}

    /** What was raised. */
    record Raised(String name, String message, Optional<PythonException.Place> place, String traceback) {}
}
