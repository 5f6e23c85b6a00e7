package dev.wasmbox.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/** Lines that somebody types: with editing, history, completion; Ctrl-C for the line or the guest, Ctrl-D for the end. */
final class TerminalLines implements LineSource {

    private final Terminal terminal;
    private final LineReader reader;
    private final Style style;
    private final String prompt;
    private BoxNames boxes = new BoxNames("", List.of());
    private volatile @Nullable Thread guestThread;

    /**
     * Begins.
     *
     * @param environment where files are
     * @param current the box that the line is for which is being typed
     * @param typing how they are typed
     */
    TerminalLines(Environment environment, Supplier<SessionBox> current, Typing typing) throws IOException {
        this(TerminalBuilder.builder().name("wasmbox").system(true).build(), environment, current, typing);
    }

    /**
     * Begins on a terminal, which is closed with this.
     *
     * @param terminal the terminal
     * @param environment where files are
     * @param current the box that the line is for which is being typed
     * @param typing how they are typed
     */
    TerminalLines(Terminal terminal, Environment environment, Supplier<SessionBox> current, Typing typing) {
        this.terminal = terminal;
        this.prompt = typing.prompt();
        terminal.handle(Terminal.Signal.INT, _ -> interruptGuest());
        // Backslashes and quotes are text here, for the guest; a word is what stands between spaces.
        Parser words = new DefaultParser().escapeChars(new char[0]).quoteChars(new char[0]);
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .appName("wasmbox")
                .parser((line, cursor, context) -> parse(words, current.get(), line, cursor, context))
                .completer(new CommandCompleter(environment, current, () -> boxes))
                .highlighter(typing.highlighter())
                // Otherwise "!!" would stand for the last line.
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.BRACKETED_PASTE, true)
                // Dots, as wide as the prompt.
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P. ")
                // Spaces for each bracket that is open, of which the parser tells how many spaces are wanted.
                .variable(LineReader.INDENTATION, 1)
                .build();
        Path history = environment.stateFolder().resolve(typing.historyName());
        try {
            Files.createDirectories(environment.stateFolder());
            reader.setVariable(LineReader.HISTORY_FILE, history);
        } catch (IOException e) {
            // A history for this session only.
        }
        style = Style.of(environment.colours(true));
    }

    private static ParsedLine parse(
            Parser words, SessionBox box, String line, int cursor, Parser.ParseContext context) {
        if (context == Parser.ParseContext.ACCEPT_LINE && box.isMessage(line) && !box.isWhole(line)) {
            throw new EOFError(-1, -1, "the message goes on", "", box.indentation(line), "");
        }
        return words.parse(line, cursor, context);
    }

    private void interruptGuest() {
        Thread thread = guestThread;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public @Nullable String next(BoxNames present) {
        boxes = present;
        String shown = style.bold((present.all().size() > 1 ? present.current() : "") + prompt);
        while (true) {
            try {
                String line = reader.readLine(shown);
                if (!line.isEmpty()) {
                    return line; // the enter key alone is no message, as one presses it to see whether anybody is there
                }
            } catch (UserInterruptException e) {
                // Ctrl-C: that line is gone, here is another.
            } catch (EndOfFileException e) {
                return null;
            }
        }
    }

    @Override
    public void guestRuns(boolean runs) {
        guestThread = runs ? Thread.currentThread() : null;
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }

    /** Completes commands, and what can come after them: names of files and of boxes, words. */
    private record CommandCompleter(Environment environment, Supplier<SessionBox> current, Supplier<BoxNames> boxes)
            implements Completer {

        private static final String TIME = "!!time ";

        private static final List<String> ENTROPIES =
                Input.ENTROPIES.keySet().stream().sorted().toList();

        @Override
        public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
            if (!line.line().startsWith("!") || line.line().startsWith(TIME)) {
                completeMessage(line, candidates);
                return;
            }
            if (line.wordIndex() == 0) {
                for (SessionHelp command : current.get().commands()) {
                    candidates.add(
                            new Candidate(command.name(), command.usage(), null, command.meaning(), null, null, true));
                }
                return;
            }
            boolean first = line.wordIndex() == 1;
            switch (line.words().getFirst()) {
                case "!!snapshot" -> {
                    if (first) {
                        completeFile(line.word().substring(0, line.wordCursor()), candidates);
                    } else {
                        Arrays.stream(Input.Form.values())
                                .forEach(form -> candidates.add(new Candidate(Choice.word(form))));
                    }
                }
                case "!!restore" -> {
                    if (first) {
                        completeFile(line.word().substring(0, line.wordCursor()), candidates);
                    } else {
                        ENTROPIES.forEach(word -> candidates.add(new Candidate(word)));
                    }
                }
                case "!!fork" -> ENTROPIES.forEach(word -> candidates.add(new Candidate(word)));
                case "!!switch", "!!close" -> {
                    BoxNames names = boxes.get();
                    names.all().stream()
                            .filter(name -> first && !name.equals(names.current()))
                            .forEach(name -> candidates.add(new Candidate(name)));
                }
                default -> {}
            }
        }

        private void completeMessage(ParsedLine line, List<Candidate> candidates) {
            String before = line.line().substring(0, line.cursor());
            SessionBox.Completions completions =
                    current.get().complete(before.startsWith(TIME) ? before.substring(TIME.length()) : before);
            // What is completed is a whole word, as words are here.
            int kept = line.wordCursor() - completions.prefix().length();
            if (kept >= 0) {
                String beginning = line.word().substring(0, kept);
                completions
                        .words()
                        .forEach(word ->
                                candidates.add(new Candidate(beginning + word, word, null, null, null, null, false)));
            }
        }

        private void completeFile(String typed, List<Candidate> candidates) {
            int end = typed.lastIndexOf('/') + 1;
            String folder = typed.substring(0, end);
            try (var files = Files.newDirectoryStream(environment.resolve(Path.of(folder)))) {
                for (Path file : files) {
                    boolean isFolder = Files.isDirectory(file);
                    String name = folder + file.getFileName() + (isFolder ? "/" : "");
                    candidates.add(new Candidate(name, name, null, null, null, null, !isFolder));
                }
            } catch (IOException | IllegalArgumentException e) {
                // Nothing to offer.
            }
        }
    }
}
