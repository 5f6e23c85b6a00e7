package dev.wasmbox.python;

import dev.wasmbox.Rust;
import java.util.List;
import java.util.OptionalLong;

/** What the guest takes, as its contract has it. */
sealed interface Request {

    record Evaluate(@Rust("u64") OptionalLong steps, boolean shown, String source, String name) implements Request {}

    record Call(@Rust("u64") OptionalLong steps, String function, List<PyValue> arguments) implements Request {}

    record Deliver(@Rust("u64") OptionalLong steps, PyValue message) implements Request {}

    record Assign(String name, PyValue value) implements Request {}

    record Define(List<String> functions) implements Request {}

    record Complete(String before) implements Request {}

    record Parse(String source) implements Request {}
}
