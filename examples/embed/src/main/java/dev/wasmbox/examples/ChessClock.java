package dev.wasmbox.examples;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Codecs;
import dev.wasmbox.GuestModule;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Plays with the chess clock of examples/chess-clock: its Rust enums are sealed interfaces here, its structs records. */
final class ChessClock {

    // As `wasmbox types --java` writes them, without its comments.

    sealed interface Command {
        record Start(String white, String black, Duration time, Duration increment) implements Command {}

        record Press() implements Command {}

        record Pause() implements Command {}

        record Resume() implements Command {}

        record Resign(Side side) implements Command {}

        record Look() implements Command {}
    }

    sealed interface Answer {
        record Clock(Optional<Side> turn, Player white, Player black, List<Move> moves) implements Answer {}

        record Flag(Side loser) implements Answer {}

        record Resigned(Side loser) implements Answer {}

        record Refused(Refusal reason) implements Answer {}
    }

    enum Side {
        WHITE,
        BLACK
    }

    record Player(String name, Duration left) {}

    record Move(Side side, Duration took) {}

    enum Refusal {
        NO_GAME,
        GAME_IS_ON,
        PAUSED,
        NOT_PAUSED,
        NO_TIME
    }

    private static final BoxOptions<Command, Answer> OPTIONS =
            BoxOptions.of(Codecs.bincode(Command.class), Codecs.bincode(Answer.class));

    private ChessClock() {}

    /** Argument: the module of the chess clock. */
    static void main(String[] arguments) throws IOException {
        play(Path.of(arguments[0]), System.out);
    }

    static void play(Path file, PrintStream out) throws IOException {
        GuestModule module = GuestModule.load(file);
        module.check(OPTIONS); // are these the types of the guest? If not, this says which is not, and shows both
        try (WasmBox<Command, Answer> game = module.start(OPTIONS)) {
            tell(game, new Command.Start("Ada", "Grace", Duration.ofMinutes(5), Duration.ofSeconds(3)), out);
            wait(game, Duration.ofSeconds(20));
            tell(game, new Command.Press(), out);
            Snapshot beforeTheBlunder = game.snapshot();
            wait(game, Duration.ofMinutes(6));
            tell(game, new Command.Press(), out);
            game.restore(beforeTheBlunder); // the clock, the game, and the time of day
            wait(game, Duration.ofSeconds(40));
            tell(game, new Command.Press(), out);
        }
    }

    /** A box has a clock of its own, which goes on when the host says so. */
    private static void wait(WasmBox<Command, Answer> game, Duration time) {
        Instant later = game.clock().plus(time);
        game.setClock(BoxClock.fixed(later));
    }

    private static void tell(WasmBox<Command, Answer> game, Command command, PrintStream out) {
        for (Answer answer : game.send(command)) {
            out.println(
                    switch (answer) {
                        case Answer.Clock clock ->
                            "%s %s, %s %s, move %d"
                                    .formatted(
                                            clock.white().name(),
                                            clock.white().left(),
                                            clock.black().name(),
                                            clock.black().left(),
                                            clock.moves().size() + 1);
                        case Answer.Flag flag -> flag.loser() + " has no time left";
                        case Answer.Resigned resigned -> resigned.loser() + " has given up";
                        case Answer.Refused refused -> "that cannot be: " + refused.reason();
                    });
        }
    }
}
