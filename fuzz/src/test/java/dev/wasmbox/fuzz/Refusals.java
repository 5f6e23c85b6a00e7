package dev.wasmbox.fuzz;

/** What the API says when it refuses. */
final class Refusals {

    private Refusals() {}

    /** A refusal is a sentence about what is wrong. */
    static void requireASentence(Exception refusal) {
        String message = refusal.getMessage();
        if (message == null || message.length() < 20) {
            throw new AssertionError("a refusal that says nothing: " + message, refusal);
        }
    }
}
