package dev.wasmbox.bench.startup;

/** What Java itself takes to start and say something: below this nothing on it can get. */
public final class Hello {

    private Hello() {}

    /** Says it. */
    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
