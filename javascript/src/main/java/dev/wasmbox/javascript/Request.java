package dev.wasmbox.javascript;

import dev.wasmbox.Rust;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** What the guest takes, as its contract has it. */
sealed interface Request {

    /** How much a request may do. */
    record Allowance(@Rust("u64") OptionalLong kilosteps, Duration advance) {}

    record Evaluate(Allowance allowance, boolean shown, String source, String name) implements Request {}

    record Call(Allowance allowance, String function, List<JsValue> arguments) implements Request {}

    record Deliver(Allowance allowance, JsValue message) implements Request {}

    record Run(Allowance allowance) implements Request {}

    record Assign(Allowance allowance, String name, JsValue value) implements Request {}

    record Define(List<String> functions) implements Request {}

    record Complete(String before) implements Request {}

    record Parse(String source) implements Request {}
}
