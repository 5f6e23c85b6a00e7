package dev.wasmbox.cli;

import dev.wasmbox.WasmBoxException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;

/** The command line as a function, and the process around it. */
public final class Main {

    private Main() {}

    /**
     * The process: ends with the exit code of {@link #run}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        int exitCode = run(
                arguments, System.in, stream(FileDescriptor.out), stream(FileDescriptor.err), Environment.ofProcess());
        // Not at the end of main: a thread that JLine may have left must not keep the process.
        System.exit(exitCode);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /**
     * Runs a command line.
     *
     * @param arguments the command and its arguments
     * @param in standard input, in UTF-8
     * @param out gets the answers
     * @param err gets complaints, progress, and what guests write
     * @param environment what is around
     * @return the exit code
     */
    static int run(String[] arguments, InputStream in, PrintStream out, PrintStream err, Environment environment) {
        Console console = new Console(in, out, err, environment);
        int exitCode;
        try {
            exitCode = run(arguments, console);
        } catch (OutOfMemoryError e) {
            console.complain("The Java heap is exhausted; JAVA_TOOL_OPTIONS=-Xmx2g gives it more.");
            exitCode = ExitCode.FAILED;
        }
        if (out.checkError() && exitCode == ExitCode.OK) {
            return ExitCode.FAILED; // whoever read the answers is gone
        }
        return exitCode;
    }

    private static int run(String[] arguments, Console console) {
        Callable<Integer> quick = QuickRun.parse(arguments, console);
        if (quick == null) {
            return Commands.execute(arguments, console);
        }
        try {
            return quick.call();
        } catch (Exception e) {
            return failed(e, arguments, console);
        }
    }

    /** Says why a command failed, and returns the exit code. */
    static int failed(Exception exception, String[] arguments, Console console) {
        Failure failure =
                switch (exception) {
                    case Failure itself -> itself;
                    case IOException e -> Failure.of(e);
                    case WasmBoxException e -> new Failure(ExitCode.FAILED, Failure.sentence(e), e);
                    default ->
                        new Failure(
                                ExitCode.FAILED,
                                "This is a mistake in wasmbox (" + exception
                                        + "); please report it with what --debug shows.",
                                exception);
                };
        String sentence = Failure.sentence(failure);
        console.complain(sentence.endsWith(".") ? sentence : sentence + ".");
        if (Arrays.asList(arguments).contains("--debug")) {
            exception.printStackTrace(console.err());
        }
        return failure.exitCode();
    }
}
