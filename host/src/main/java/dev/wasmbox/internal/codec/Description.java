package dev.wasmbox.internal.codec;

import dev.wasmbox.internal.contract.ContractParser;
import dev.wasmbox.internal.contract.ContractText;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.SchemaType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Collects the definitions of a Java type as a guest would state it. */
final class Description {

    private final Map<Format, String> paths = new IdentityHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Definition> definitions = new HashMap<>();

    /**
     * A reference to a type that has a name.
     *
     * @param format its format
     * @param name the simple name of its class; another one of that name gets a number, and so does what is a word of
     *     the contract's language
     * @param define makes the definition for a path
     */
    SchemaType.Reference refer(Format format, String name, Function<String, Definition> define) {
        String known = paths.get(format);
        if (known != null) {
            return new SchemaType.Reference(known);
        }
        String word = ContractText.identifier(name);
        String path = word;
        for (int number = 2; ContractParser.isTaken(path) || !taken.add(path); number++) {
            path = word + "_" + number;
        }
        paths.put(format, path);
        definitions.put(path, define.apply(path));
        return new SchemaType.Reference(path);
    }

    Map<String, Definition> definitions() {
        return definitions;
    }
}
