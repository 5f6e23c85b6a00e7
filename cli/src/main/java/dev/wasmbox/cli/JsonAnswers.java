package dev.wasmbox.cli;

import dev.wasmbox.BoxState;
import dev.wasmbox.Entropy;
import dev.wasmbox.LogListener;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A session for programs: one JSON object a line on standard output, whose member {@code type} says what it is. */
final class JsonAnswers implements Answers {

    private final PrintStream out;

    JsonAnswers(PrintStream out) {
        this.out = out;
    }

    private void say(Json object) {
        out.println(object);
    }

    @Override
    public void output(Output output) {
        say(Json.ofType("output").with("value", output.value()));
    }

    @Override
    public void log(LogListener.Stream stream, String line) {
        say(Json.ofType("log").with("stream", lower(stream)).with("line", line));
    }

    @Override
    public void handled(int outputs) {
        say(Json.ofType("handled").with("outputs", outputs));
    }

    @Override
    public void finished() {
        say(Json.ofType("finished"));
    }

    @Override
    public void trapped(TrapException trap, boolean undoable) {
        say(Json.ofType("error")
                .with("kind", "trap")
                .with("reason", lower(trap.reason()))
                .with("message", trap.getMessage())
                .with("undoable", undoable));
    }

    @Override
    public void froze(String file, Snapshot snapshot) {
        say(ofSnapshot("snapshot", file, snapshot));
    }

    @Override
    public void restored(String file, Snapshot snapshot, Entropy entropy, SessionBox box) {
        say(ofSnapshot("restored", file, box.snapshot())
                .with("fileDigest", snapshot.digest())
                .with("entropy", entropy.toString()));
    }

    @Override
    public void took(Duration time) {
        say(Json.ofType("took").with("nanos", time.toNanos()));
    }

    @Override
    public void forked(String from, NamedBox box, Entropy entropy) {
        Snapshot snapshot = box.box().snapshot();
        say(Json.ofType("forked")
                .with("box", box.name())
                .with("from", from)
                .with("entropy", entropy.toString())
                .with("digest", snapshot.digest())
                .with("messages", snapshot.messages()));
    }

    @Override
    public void switched(String box) {
        say(Json.ofType("switched").with("box", box));
    }

    @Override
    public void closed(String box) {
        say(Json.ofType("closed").with("box", box));
    }

    @Override
    public void boxes(String current, List<NamedBox> boxes) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (NamedBox named : boxes) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("box", named.name());
            entry.put("state", lower(named.box().state()));
            if (named.box().state() != BoxState.TRAPPED) {
                Snapshot snapshot = named.box().snapshot();
                entry.put("messages", snapshot.messages());
                entry.put("digest", snapshot.digest());
            }
            entries.add(entry);
        }
        say(Json.ofType("boxes").with("current", current).with("boxes", entries));
    }

    private static Json ofSnapshot(String type, String file, Snapshot snapshot) {
        return Json.ofType(type)
                .with("file", file)
                .with("digest", snapshot.digest())
                .with("messages", snapshot.messages());
    }

    @Override
    public void clock(Instant time, boolean follows) {
        say(Json.ofType("clock").with("millis", time.toEpochMilli()).with("follows", follows));
    }

    @Override
    public void undone(int steps, long messages, boolean follows) {
        say(Json.ofType("undone")
                .with("steps", steps)
                .with("messages", messages)
                .with("follows", follows));
    }

    @Override
    public void info(BoxInfo info) {
        Json object = Json.ofType("info")
                .with("box", info.box())
                .with("state", lower(info.state()))
                .with("clock", info.clock().toEpochMilli())
                .with("follows", info.follows())
                .with("module", info.module())
                .with("engine", lower(info.engine()))
                .with("undoable", info.undoable());
        BoxInfo.Contents contents = info.contents();
        if (contents != null) {
            object.with("messages", contents.messages())
                    .with("outputs", contents.outputs())
                    .with("memoryBytes", contents.memoryBytes())
                    .with("usedBytes", contents.usedBytes())
                    .with("digest", contents.digest());
        }
        say(object);
    }

    @Override
    public void help(Messages messages) {
        Json help = Json.ofType("help").with("commands", SessionHelp.usages(SessionHelp.COMMANDS));
        if (messages.areJson()) {
            help.with("input", messages.type().orElse(null))
                    .with(
                            "examples",
                            messages.examples().stream().map(Json.Raw::new).toList());
        }
        say(help);
    }

    @Override
    public void notUnderstood(String sentence) {
        say(Json.ofType("error").with("kind", "command").with("message", sentence));
    }

    @Override
    public void failed(String sentence) {
        say(Json.ofType("error").with("kind", "failed").with("message", sentence));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
