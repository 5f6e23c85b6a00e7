package dev.wasmbox.javascript;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the guest sends, as its contract has it. */
sealed interface Answer {

    record Value(JsValue value) implements Answer {}

    record Failed(Thrown thrown) implements Answer {}

    record Uncaught(Thrown thrown) implements Answer {}

    record Console(ConsoleListener.Level level, String text) implements Answer {}

    record Sent(JsValue value) implements Answer {}

    record Waiting(Duration duration) implements Answer {}

    record Completions(String prefix, List<String> names) implements Answer {}

    record Parsed(boolean complete) implements Answer {}

    /** What was thrown. */
    record Thrown(
            String name,
            String message,
            Optional<JavaScriptException.Place> place,
            String stack,
            Optional<JsValue> value) {}
}
