package dev.wasmbox.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A moving line on a terminal's standard error while something takes more than half a second. Elsewhere nothing. */
final class Progress implements AutoCloseable {

    /** When something begins to look slow. */
    static final long PATIENCE_MILLIS = 500;

    private static final String FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static final long FRAME_MILLIS = 100;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream err;
    private final String what;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;

    private Progress(PrintStream err, String what) {
        this.err = err;
        this.what = what;
        this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::show);
    }

    /** Begins something, whose end is the end of a try block. */
    static Progress of(Console console, String what) {
        Progress progress = new Progress(console.err(), what);
        Environment environment = console.environment();
        if (environment.terminalErr()
                && !environment.variables().getOrDefault("TERM", "").equals("dumb")) {
            progress.thread.start();
        }
        return progress;
    }

    private void show() {
        try {
            if (end.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            int frame = 0;
            do {
                err.print(ERASE + FRAMES.charAt(frame) + " " + what);
                err.flush();
                frame = (frame + 1) % FRAMES.length();
            } while (!end.await(FRAME_MILLIS, TimeUnit.MILLISECONDS));
            err.print(ERASE);
            err.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
