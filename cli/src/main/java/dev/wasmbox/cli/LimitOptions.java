package dev.wasmbox.cli;

import dev.wasmbox.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a guest may use. */
final class LimitOptions {

    @Option(
            names = "--memory-limit",
            paramLabel = "SIZE",
            converter = Sizes.class,
            description = "How large the guest's memory may grow. Default: 256M.")
    private @Nullable Long memory;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long the guest may take for a message. Default: 10s.")
    private @Nullable Duration time;

    @Option(
            names = "--message-limit",
            paramLabel = "SIZE",
            converter = Sizes.class,
            description = "How long a message may be. Default: 16M.")
    private @Nullable Long message;

    @Option(
            names = "--output-limit",
            paramLabel = "SIZE",
            converter = Sizes.class,
            description = "How long an output may be. Default: 16M.")
    private @Nullable Long output;

    @Option(
            names = "--outputs-limit",
            paramLabel = "N",
            description = "How many outputs a message may cause. Default: 100000.")
    private @Nullable Integer outputs;

    @Option(
            names = "--stack-limit",
            paramLabel = "SIZE",
            converter = Sizes.class,
            defaultValue = "512M",
            description = "The size of the stack that the guest's calls nest on. Default: ${DEFAULT-VALUE}.")
    private long stack = 512L << 20;

    /** The stack of the thread that the session runs on, which is faster than the box making one for each message. */
    long stackBytes() {
        if (stack < 1 << 20 || stack > 4L << 30) {
            throw Failure.usage("--stack-limit must be from 1M to 4G.");
        }
        return stack;
    }

    Limits limits() {
        Limits limits = Limits.standard();
        try {
            if (memory != null) {
                limits = limits.withMemoryBytes(memory);
            }
            if (time != null) {
                limits = limits.withTimePerMessage(time);
            }
            if (message != null) {
                limits = limits.withMessageBytes(toInt("--message-limit", message));
            }
            if (output != null) {
                int bytes = toInt("--output-limit", output);
                limits = limits.withOutputBytes(bytes)
                        .withOutputBytesPerMessage(Math.max(bytes, limits.outputBytesPerMessage()));
            }
            if (outputs != null) {
                limits = limits.withOutputsPerMessage(outputs);
            }
        } catch (IllegalArgumentException e) {
            throw Failure.usage("A limit is not possible: " + e.getMessage() + ".");
        }
        return limits;
    }

    private static int toInt(String option, long value) {
        if (value > Integer.MAX_VALUE) {
            throw Failure.usage(option + " must be less than 2G.");
        }
        return (int) value;
    }
}
