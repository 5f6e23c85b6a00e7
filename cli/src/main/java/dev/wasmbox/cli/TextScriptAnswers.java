package dev.wasmbox.cli;

import dev.wasmbox.TrapException;
import java.io.PrintStream;
import java.util.List;

/**
 * What is said of scripts, for people. What a script writes goes where the language has it, warnings and errors to standard
 * error; what it throws goes to standard output where the answers are, and to standard error where a file is run.
 */
final class TextScriptAnswers implements ScriptAnswers {

    private static final String VALUE = "=> ";

    /** How many of the calls are shown that led to an error: the last ones tell most. */
    private static final int MOST_CALLS = 10;

    private final Console console;
    private final ScriptLanguage language;
    private final boolean conversation;
    private final Answers session;
    private final Shown out;
    private final Shown err;

    /** A stream, and how text is shown there. */
    private static final class Shown {

        private final PrintStream stream;
        private final boolean terminal;
        private final Style style;
        private final ScriptLanguage language;

        /** Whether the script has written the beginning of a line. */
        private boolean lineIsOpen;

        Shown(PrintStream stream, boolean terminal, Environment environment, ScriptLanguage language) {
            this.stream = stream;
            this.terminal = terminal;
            this.style = Style.of(environment.colours(terminal));
            this.language = language;
        }

        String text(String text) {
            return terminal ? Style.harmless(text) : text;
        }

        /** Part of a text of the script's, with colours perhaps. */
        void write(String part, String coloured) {
            stream.print(coloured);
            stream.flush();
            lineIsOpen = !part.endsWith("\n");
        }

        void endLine() {
            if (lineIsOpen) {
                stream.println();
                lineIsOpen = false;
            }
        }

        void line(String line) {
            endLine();
            stream.println(line);
        }

        String value(ScriptValue value) {
            String text = text(value.text());
            if (style == Style.PLAIN) {
                return text;
            }
            StringBuilder result = new StringBuilder();
            language.tokens(text)
                    .visit((kind, piece) -> result.append(
                            switch (kind) {
                                case LITERAL, NUMBER -> style.yellow(piece);
                                case STRING -> style.green(piece);
                                case PATTERN -> style.red(piece);
                                case COMMENT, KEYWORD, PLAIN -> piece;
                            }));
            return result.toString();
        }

        /** An error in a line, and the calls that led to it, where the language has them. */
        void thrown(String before, ScriptError error) {
            String headline = error.name().isEmpty()
                    ? text(error.message())
                    : error.message().isEmpty()
                            ? style.red(text(error.name()))
                            : style.red(text(error.name()) + ":") + " " + text(error.message());
            switch (error.trace()) {
                case ScriptError.Trace.Below(List<String> calls) -> {
                    line(before
                            + headline
                            + (error.place() == null ? "" : style.faint(text(" (" + error.place() + ")"))));
                    calls.stream().limit(MOST_CALLS).forEach(this::call);
                    more(calls);
                }
                case ScriptError.Trace.Above(String title, List<String> calls) -> {
                    line(style.faint(text(title)));
                    more(calls);
                    calls.stream().skip(Math.max(0, calls.size() - MOST_CALLS)).forEach(this::call);
                    line(headline);
                }
            }
        }

        private void call(String call) {
            line(style.faint(text(call)));
        }

        private void more(List<String> calls) {
            if (calls.size() > MOST_CALLS) {
                call("    ... and %,d more".formatted(calls.size() - MOST_CALLS));
            }
        }
    }

    /**
     * Begins.
     *
     * @param console where things are said
     * @param language the scripts' language
     * @param conversation whether somebody talks to a box, and does not run a file
     */
    TextScriptAnswers(Console console, ScriptLanguage language, boolean conversation) {
        this.console = console;
        this.language = language;
        this.conversation = conversation;
        this.session = new TextAnswers(console);
        Environment environment = console.environment();
        this.out = new Shown(console.out(), environment.terminalOut(), environment, language);
        this.err = new Shown(console.err(), environment.terminalErr(), environment, language);
    }

    @Override
    public Answers session() {
        return session;
    }

    @Override
    public boolean areForPeople() {
        return true;
    }

    @Override
    public void console(Level level, String text, boolean isLine) {
        Shown shown = level == Level.WARN || level == Level.ERROR ? err : out;
        String part = shown.text(text);
        String coloured =
                switch (level) {
                    case LOG, INFO, DEBUG -> part;
                    case WARN -> shown.style.yellow(part);
                    case ERROR -> shown.style.red(part);
                };
        if (isLine) {
            shown.line(coloured);
        } else {
            shown.write(part, coloured);
        }
    }

    @Override
    public void sent(ScriptValue value) {
        out.line(out.style.green("==>") + " " + out.value(value));
    }

    @Override
    public void value(ScriptValue value) {
        if (conversation) {
            out.endLine(); // which is somebody's who does not expect it to go on
        }
        if (!value.isNothing()) {
            out.line((conversation ? out.style.faint(VALUE) : "") + out.value(value));
        }
    }

    @Override
    public void thrown(ScriptError error) {
        if (conversation) {
            out.thrown("", error);
        } else {
            err.thrown(err.style.red("wasmbox:") + " ", error);
        }
    }

    @Override
    public void uncaught(ScriptError error) {
        if (conversation) {
            out.thrown(out.style.red("Uncaught") + " ", error);
        } else {
            err.thrown(err.style.red("wasmbox: Uncaught") + " ", error);
        }
    }

    @Override
    public void takenBack(TrapException trap) {
        String sentence = trap.reason() == TrapException.Reason.INTERRUPTED
                ? "you interrupted it"
                : Text.oneLine(Failure.sentence(trap));
        if (conversation) {
            out.line(out.style.red("Ended:") + " " + out.text(sentence) + ". The box is as it was before this.");
        } else {
            console.complain("The script was ended: " + sentence + ".");
        }
    }

    @Override
    public void help() {
        out.stream.println("Every line is " + language.name() + ", or the beginning of some, but for these:");
        SessionHelp.show(SessionHelp.OF_SCRIPTS, out.stream, out.style);
    }
}
