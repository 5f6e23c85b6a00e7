package dev.wasmbox.cli;

import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.LogListener;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** A session for people: answers on standard output, what the guest writes on standard error. */
final class TextAnswers implements Answers {

    /** As long as the longest. */
    private static final int STATE_WIDTH = "finished".length();

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
    public void output(Output output) {
        out.println(style.green("==>") + " " + shown(output.shown()));
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
        out.println("Froze to " + Text.name(file));
    }

    @Override
    public void restored(String file, Snapshot snapshot, Entropy entropy, SessionBox box) {
        out.println("Restored from " + Text.name(file) + (entropy.isIdentical() ? ", identical" : ""));
    }

    @Override
    public void took(Duration time) {
        out.println(style.faint("took " + Text.shortDuration(time)));
    }

    @Override
    public void forked(String from, NamedBox box, Entropy entropy) {
        out.println("Forked " + from + " to " + box.name() + (entropy.isIdentical() ? ", its twin" : "") + "; !!switch "
                + box.name() + " talks to it");
    }

    @Override
    public void switched(String box) {
        out.println("Talking to " + box);
    }

    @Override
    public void closed(String box) {
        out.println("Closed " + box);
    }

    @Override
    public void boxes(String current, List<NamedBox> boxes) {
        int width = boxes.stream().mapToInt(box -> box.name().length()).max().orElse(0);
        for (NamedBox named : boxes) {
            BoxState state = named.box().state();
            String contents = "";
            if (state != BoxState.TRAPPED) {
                Snapshot snapshot = named.box().snapshot();
                contents = "  " + style.faint(snapshot.digest().substring(0, 12)) + "  "
                        + plural(snapshot.messages(), "message");
            }
            out.println((named.name().equals(current) ? "* " : "  ") + style.bold(padded(named.name(), width)) + "  "
                    + padded(lower(state), STATE_WIDTH) + contents);
        }
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void clock(Instant time, boolean follows) {
        out.println("The clock shows " + time.toEpochMilli() + " (" + time + ") and "
                + (follows ? "follows the host's." : "stands still."));
    }

    @Override
    public void undone(int steps, long messages, boolean follows) {
        out.println("Went back " + plural(steps, "step") + "; " + plural(messages, "message") + " handled.");
    }

    @Override
    public void info(BoxInfo info) {
        row("box", info.box());
        row("state", lower(info.state()));
        row(
                "clock",
                info.clock().toEpochMilli() + " (" + info.clock() + "), "
                        + (info.follows() ? "follows the host's" : "stands still"));
        BoxInfo.Contents contents = info.contents();
        if (contents != null) {
            row("messages", contents.messages() + " handled, " + plural(contents.outputs(), "output"));
            row("memory", Sizes.text(contents.memoryBytes()) + ", " + Sizes.text(contents.usedBytes()) + " in use");
            row("digest", contents.digest());
        }
        row("undo", plural(info.undoable(), "step"));
        row("module", info.module());
        row("engine", lower(info.engine()));
    }

    private void row(String name, String value) {
        out.println(style.faint((name + "          ").substring(0, 10)) + value);
    }

    @Override
    public void help(Messages messages) {
        out.println("Every line is a message for the guest, but for these:");
        SessionHelp.show(SessionHelp.COMMANDS, out, style);
        messages.help().forEach(line -> out.println(shown(line)));
    }

    @Override
    public void notUnderstood(String sentence) {
        out.println(style.red("Error understanding command.") + " " + shown(sentence));
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
        return shown(Text.oneLine(text));
    }

    private static String plural(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
