package dev.wasmbox.cli;

import dev.wasmbox.LogListener;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;

/** A session for people: answers on standard output, what the guest writes on standard error. */
final class TextAnswers implements Answers {

    private final PrintStream out;
    private final PrintStream err;
    private final Style style;
    private final Style errorStyle;
    private final boolean outIsTerminal;
    private final boolean errIsTerminal;

    TextAnswers(Console console) {
        Environment environment = console.environment();
        out = console.out();
        err = console.err();
        outIsTerminal = environment.terminalOut();
        errIsTerminal = environment.terminalErr();
        style = Style.of(environment.colours(outIsTerminal));
        errorStyle = Style.of(environment.colours(errIsTerminal));
    }

    private String shown(String text) {
        return outIsTerminal ? Style.harmless(text) : text;
    }

    @Override
    public void output(String output) {
        out.println(style.green("==>") + " [" + shown(output) + "]");
    }

    @Override
    public void log(LogListener.Stream stream, String line) {
        err.println(errorStyle.faint("[guest]") + " " + (errIsTerminal ? Style.harmless(line) : line));
    }

    @Override
    public void handled(int outputs) {
        // The outputs themselves were enough.
    }

    @Override
    public void finished() {
        out.println("The guest has finished. It takes no more messages; !!undo and !!restore bring it back.");
    }

    @Override
    public void trapped(TrapException trap, boolean undoable) {
        String reason = trap.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        out.println(style.red("Trapped (" + reason + "):") + " " + what(trap) + ". The box is trapped; "
                + (undoable ? "!!undo or !!restore FILE bring" : "!!restore FILE brings") + " it back.");
    }

    @Override
    public void froze(String file, Snapshot snapshot) {
        out.println("Froze to " + file);
    }

    @Override
    public void restored(String file, Snapshot snapshot) {
        out.println("Restored from " + file);
    }

    @Override
    public void clock(Instant time, boolean follows) {
        out.println("The clock shows " + time.toEpochMilli() + " (" + time + ") and "
                + (follows ? "follows the host's." : "stands still."));
    }

    @Override
    public void undone(int steps, long messages) {
        out.println("Went back " + plural(steps, "step") + "; " + plural(messages, "message") + " handled.");
    }

    @Override
    public void info(BoxInfo info) {
        row("state", info.state().name().toLowerCase(Locale.ROOT));
        row(
                "clock",
                info.clock().toEpochMilli() + " (" + info.clock() + "), "
                        + (info.follows() ? "follows the host's" : "stands still"));
        BoxInfo.Contents contents = info.contents();
        if (contents != null) {
            row("messages", contents.messages() + " handled, " + plural(contents.outputs(), "output"));
            row(
                    "memory",
                    Sizes.text(contents.memoryBytes()) + ", as a snapshot " + Sizes.text(contents.snapshotBytes()));
            row("digest", contents.digest());
        }
        row("undo", plural(info.undoable(), "step"));
        row("module", info.module());
        row("engine", info.engine().name().toLowerCase(Locale.ROOT));
    }

    private void row(String name, String value) {
        out.println(style.faint((name + "          ").substring(0, 10)) + value);
    }

    @Override
    public void help() {
        out.println("Every line is a message for the guest, but for these:");
        for (SessionHelp command : SessionHelp.COMMANDS) {
            String usage = (command.usage() + "                  ").substring(0, 18);
            out.println("  " + style.bold(usage) + command.meaning());
        }
    }

    @Override
    public void notUnderstood(String sentence) {
        out.println(style.red("Error understanding command.") + " " + sentence);
    }

    @Override
    public void failed(String sentence) {
        out.println(style.red("Error:") + " " + oneLine(sentence) + ".");
    }

    private String what(TrapException trap) {
        return trap.reason() == TrapException.Reason.INTERRUPTED
                ? "you interrupted the guest"
                : oneLine(Failure.sentence(trap));
    }

    private String oneLine(String text) {
        return shown(text.strip().replaceAll("\\s*\\R\\s*", " | "));
    }

    private static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
