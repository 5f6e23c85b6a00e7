package dev.wasmbox.cli.types;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Names beside each other, of which no two may be the same: not even but for case, as classes become files. */
final class Scope {

    private final Predicate<String> reserved;
    private final Set<String> taken = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    /**
     * Makes one without names.
     *
     * @param reserved what nothing can be called
     */
    Scope(Predicate<String> reserved) {
        this.reserved = reserved;
    }

    /** Takes a name, with as many underscores behind it as it needs. */
    String underscored(String wished) {
        String name = wished;
        while (reserved.test(name) || !taken.add(name)) {
            name += "_";
        }
        return name;
    }

    /** Takes a name, with a number behind it if it needs one. */
    String numbered(String wished) {
        String name = wished;
        for (int number = 2; reserved.test(name) || !taken.add(name); number++) {
            name = wished + number;
        }
        return name;
    }
}
