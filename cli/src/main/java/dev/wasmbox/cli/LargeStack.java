package dev.wasmbox.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Runs something on a thread with a stack of its own size: guests nest their calls on it. */
final class LargeStack {

    private LargeStack() {}

    static int call(long stackBytes, Callable<Integer> work) {
        var task = new Runnable() {
            int result;

            @Nullable
            Throwable failure;

            @Override
            public void run() {
                try {
                    result = work.call();
                } catch (Throwable e) {
                    failure = e;
                }
            }
        };
        Thread thread = new Thread(null, task, "wasmbox", stackBytes);
        thread.start();
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                thread.interrupt();
            }
        }
        switch (task.failure) {
            case null -> {
                return task.result;
            }
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(task.failure);
        }
    }
}
