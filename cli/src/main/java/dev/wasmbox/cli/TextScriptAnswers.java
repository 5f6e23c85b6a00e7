package dev.wasmbox.cli;

import dev.wasmbox.TrapException;
import dev.wasmbox.javascript.JavaScriptException;
import dev.wasmbox.javascript.JsValue;
import java.io.PrintStream;
import java.util.List;

/**
 * What is said of scripts, for people. What a script writes goes where Node has it, warnings and errors to standard error;
 * what it throws goes to standard output where the answers are, and to standard error where a file is run.
 */
final class TextScriptAnswers implements ScriptAnswers {

    private static final String VALUE = "=> ";

    /** How many of the calls are shown that led to an error: the last ones tell most. */
    private static final int MOST_CALLS = 10;

    private final Console console;
    private final boolean conversation;
    private final Shown out;
    private final Shown err;

    /** A stream, and how text is shown there. */
    private record Shown(PrintStream stream, boolean terminal, Style style) {

        static Shown of(PrintStream stream, boolean terminal, Environment environment) {
            return new Shown(stream, terminal, Style.of(environment.colours(terminal)));
        }

        String text(String text) {
            return terminal ? Style.harmless(text) : text;
        }

        String value(JsValue value) {
            String text = text(value.toString());
            if (style == Style.PLAIN) {
                return text;
            }
            StringBuilder result = new StringBuilder();
            ScriptTokens.visit(
                    text,
                    (kind, piece) -> result.append(
                            switch (kind) {
                                case LITERAL, NUMBER -> style.yellow(piece);
                                case STRING -> style.green(piece);
                                case PATTERN -> style.red(piece);
                                case COMMENT, KEYWORD, PLAIN -> piece;
                            }));
            return result.toString();
        }

        /** An error in a line, and the calls that led to it, if there is more than one. */
        void thrown(String before, JavaScriptException exception) {
            String name = exception.errorName();
            stream.println(before
                    + (name.isEmpty() ? "" : style.red(text(name) + ":") + " ")
                    + text(exception.errorMessage())
                    + exception
                            .place()
                            .map(place -> style.faint(text(" (" + place + ")")))
                            .orElse(""));
            List<String> calls = exception.scriptStack().lines().toList();
            if (calls.size() > 1) {
                calls.stream().limit(MOST_CALLS).forEach(call -> stream.println(style.faint(text(call))));
            }
            if (calls.size() > MOST_CALLS) {
                stream.println(style.faint("    ... and %,d more".formatted(calls.size() - MOST_CALLS)));
            }
        }
    }

    /**
     * Begins.
     *
     * @param console where things are said
     * @param conversation whether somebody talks to a box, and does not run a file
     */
    TextScriptAnswers(Console console, boolean conversation) {
        this.console = console;
        this.conversation = conversation;
        Environment environment = console.environment();
        this.out = Shown.of(console.out(), environment.terminalOut(), environment);
        this.err = Shown.of(console.err(), environment.terminalErr(), environment);
    }

    @Override
    public void write(Level level, String text) {
        switch (level) {
            case LOG, INFO, DEBUG -> out.stream.println(out.text(text));
            case WARN -> err.stream.println(err.style.yellow(err.text(text)));
            case ERROR -> err.stream.println(err.style.red(err.text(text)));
        }
    }

    @Override
    public void sent(JsValue value) {
        out.stream.println(out.style.green("==>") + " " + out.value(value));
    }

    @Override
    public void value(JsValue value) {
        String text = value.toString();
        if (!text.equals("undefined")) {
            out.stream.println((conversation ? out.style.faint(VALUE) : "") + out.value(value));
        }
    }

    @Override
    public void thrown(JavaScriptException exception) {
        if (conversation) {
            out.thrown("", exception);
        } else {
            err.thrown(err.style.red("wasmbox:") + " ", exception);
        }
    }

    @Override
    public void uncaught(JavaScriptException exception) {
        if (conversation) {
            out.thrown(out.style.red("Uncaught") + " ", exception);
        } else {
            err.thrown(err.style.red("wasmbox: Uncaught") + " ", exception);
        }
    }

    @Override
    public void takenBack(TrapException trap) {
        String sentence = trap.reason() == TrapException.Reason.INTERRUPTED
                ? "you interrupted it"
                : Text.oneLine(Failure.sentence(trap));
        if (conversation) {
            out.stream.println(
                    out.style.red("Ended:") + " " + out.text(sentence) + ". The box is as it was before this.");
        } else {
            console.complain("The script was ended: " + sentence + ".");
        }
    }

    @Override
    public void help() {
        out.stream.println("Every line is JavaScript, or the beginning of some, but for these:");
        SessionHelp.show(out.stream, out.style);
    }
}
