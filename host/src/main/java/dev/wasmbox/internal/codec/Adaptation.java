package dev.wasmbox.internal.codec;

import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Makes the format of a Java type anew for what a guest states. Where both are the same, so are the formats; what one of
 * them has more, as docs/contract.md allows, is left out or made up. Used once, by one thread.
 *
 * <p>A pair of types that comes back within itself gets a {@link Recursion} there, and sizes are a fixed point, as in
 * {@link FormatCompiler}.
 */
final class Adaptation {

    /**
     * A Java type met by a guest's.
     *
     * @param host the format; each Java type has one
     * @param guest what the guest has in its place
     */
    private record Pair(Format host, SchemaType guest) {}

    /** Types within types of the two sides together; only a guest that unrolls a type without need has more. */
    private static final int DEEPEST = 256;

    private final Schema guest;
    private final Map<Pair, Format> formats = new HashMap<>();

    /** The pairs in {@link #formats}, in the order in which they were met. */
    private final List<Pair> met = new ArrayList<>();

    /** What was tried in vain, so that it is tried once: there may be several ways to see a record. */
    private final Map<Pair, Difference> refused = new HashMap<>();

    private int depth;
    private final List<Format> made = new ArrayList<>();

    private Adaptation(Schema guest) {
        this.guest = guest;
    }

    /**
     * Adapts a format.
     *
     * @throws Difference if that cannot be
     * @throws TypeMismatchException if the guest's types are too deep to say
     */
    static Format of(Format host, Schema guest) {
        Adaptation adaptation = new Adaptation(guest);
        Format adapted = adaptation.adapt(host, guest.type());
        Sized.settle(adaptation.made);
        return adapted;
    }

    /** The format of a part. */
    Format adapt(Format hostOrRecursion, SchemaType guestType) {
        Format host = Recursion.resolved(hostOrRecursion);
        Pair pair = new Pair(host, guestType);
        Format known = formats.get(pair);
        if (known != null) {
            return known;
        }
        Difference before = refused.get(pair);
        if (before != null) {
            throw before.copy();
        }
        if (depth == DEEPEST) {
            throw new TypeMismatchException(
                    "expected types within types at most %d deep, found deeper ones".formatted(DEEPEST));
        }
        Recursion recursion = new Recursion();
        formats.put(pair, recursion);
        int metBefore = met.size();
        met.add(pair);
        depth++;
        try {
            Format format = host.adapt(lookedUp(guestType), this);
            recursion.pointTo(format);
            formats.put(pair, format);
            made.add(format);
            made.add(recursion);
            return format;
        } catch (Difference difference) {
            // What was made within may contain this pair, which it took for granted.
            List<Pair> within = met.subList(metBefore, met.size());
            within.forEach(formats::remove);
            within.clear();
            refused.put(pair, difference.copy());
            throw difference;
        } finally {
            depth--;
        }
    }

    /** Takes note of a format that was made as a part of another, so that its size is found. */
    <F extends Format> F noted(F format) {
        made.add(format);
        return format;
    }

    /** An optional field of the guest's that the host lacks. */
    UnknownOption unknown(SchemaType content) {
        return new UnknownOption(content, guest);
    }

    /** A type that needs no looking up: a reference becomes its definition, and what wraps a value the value. */
    SchemaType lookedUp(SchemaType type) {
        return type instanceof SchemaType.Reference reference
                ? new SchemaType.Inline(guest.definition(reference))
                : type;
    }

    /** What a struct or a tuple with one field and no name for it holds, which has the same bytes; otherwise the type itself. */
    SchemaType unwrapped(SchemaType type) {
        SchemaType found = lookedUp(type);
        while (true) {
            List<SchemaType> parts =
                    switch (found) {
                        case SchemaType.Inline(
                                Definition.Struct(String path, Fields.Positional(List<SchemaType> types))) -> types;
                        case SchemaType.Tuple(List<SchemaType> elements) -> elements;
                        default -> List.of();
                    };
            if (parts.size() != 1) {
                return found;
            }
            found = lookedUp(parts.getFirst());
        }
    }

    /** The guest's type as messages call it. */
    static String name(SchemaType type) {
        return type instanceof SchemaType.Inline(Definition definition)
                ? (definition instanceof Definition.Struct ? "struct " : "enum ") + definition.simpleName()
                : type.toString();
    }

    /** What differs if a host's format is met by a type of another kind. */
    static Difference difference(SchemaType guest, Format host) {
        return new Difference(name(guest), host.javaName());
    }

    /** Whether two names are the same but for the manners of their languages: {@code last_said} and {@code lastSaid}. */
    static boolean areAlike(String one, String other) {
        String plain = plain(one);
        return one.equals(other) || (!plain.isEmpty() && plain.equals(plain(other)));
    }

    private static String plain(String name) {
        return name.replaceAll("[^\\p{L}\\p{N}]", "").toLowerCase(Locale.ROOT);
    }
}
