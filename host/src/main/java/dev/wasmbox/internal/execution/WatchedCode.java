package dev.wasmbox.internal.execution;

/** Code that a {@link Watchdog} watches: what it is told. */
public interface WatchedCode {

    /** Code that looks by itself if its thread is interrupted, and does not care how often it runs. */
    WatchedCode INDIFFERENT = new WatchedCode() {
        @Override
        public void seenRunning() {}

        @Override
        public void beginInterrupt() {}

        @Override
        public void endInterrupt() {}
    };

    /** It was running at one of the watchdog's looks. Called by the watchdog's thread only. */
    void seenRunning();

    /** A thread that runs it is interrupted: from now on, the code has to look. */
    void beginInterrupt();

    /** That thread does not run it any more. */
    void endInterrupt();
}
