package dev.wasmbox.internal.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a module asks for and offers, in words that do not need the engine.
 *
 * @param imports what it imports, in its order
 * @param exports what it exports, by name
 */
public record ModuleShape(List<Import> imports, Map<String, Export> exports) {

    /** What an import or an export is. */
    public enum Kind {
        /** A function. */
        FUNCTION,
        /** A memory. */
        MEMORY,
        /** A table. */
        TABLE,
        /** A global. */
        GLOBAL,
        /** A tag of exceptions. */
        TAG
    }

    /**
     * Something that the module wants from its host.
     *
     * @param module the first part of its name
     * @param name the second part
     * @param kind what it is
     * @param type for a function its type, for example {@code (i32, i32) -> ()}, otherwise empty
     */
    public record Import(String module, String name, Kind kind, String type) {
        /** {@return its whole name} */
        public String qualifiedName() {
            return module + "." + name;
        }
    }

    /**
     * Something that the module offers.
     *
     * @param kind what it is
     * @param type for a function its type, for a global {@code i32} for example or {@code mut i32}, otherwise empty
     * @param index its number among those of its kind
     */
    public record Export(Kind kind, String type, int index) {}

    /** {@return the export of that name, which is there} */
    public Export export(String name) {
        return Objects.requireNonNull(exports.get(name), name);
    }
}
