package dev.wasmbox.cli;

import dev.wasmbox.BoxClock;
import dev.wasmbox.Limits;
import dev.wasmbox.Seed;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * How a box with a script language is to be.
 *
 * @param limits what it may use
 * @param seed what its random numbers are made from
 * @param clock where its time comes from
 * @param steps how many steps a script may take
 * @param answers what becomes of scripts is said there
 * @param uncaught hears what is thrown where no caller is, if the language has such
 */
record ScriptOptions(
        Limits limits,
        Seed seed,
        BoxClock clock,
        OptionalLong steps,
        ScriptAnswers answers,
        Consumer<ScriptError> uncaught) {}
