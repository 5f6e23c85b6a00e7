package dev.wasmbox.schema;

import dev.wasmbox.internal.contract.ContractText;
import dev.wasmbox.internal.contract.Walk;
import java.util.Map;

/**
 * What the messages of one direction are: a codec, and a type with all that it names.
 *
 * @param codec what makes bytes of values, such as {@code bincode-1}
 * @param type the type of the messages
 * @param definitions what the type names, by path, in the order in which it is named; nothing else
 */
public record Schema(String codec, SchemaType type, Map<String, Definition> definitions) {

    /**
     * Keeps of the definitions what is needed, and checks them.
     *
     * @throws IllegalArgumentException if something that is named is not defined, or would contain itself without end; the
     *     message names it
     */
    public Schema {
        definitions = Walk.checked(type, definitions);
    }

    /**
     * What a reference names.
     *
     * @param reference a reference in this schema
     * @return its definition
     * @throws IllegalArgumentException if it is of another schema
     */
    public Definition definition(SchemaType.Reference reference) {
        Definition definition = definitions.get(reference.path());
        if (definition == null) {
            throw new IllegalArgumentException("nothing here is called " + reference.path());
        }
        return definition;
    }

    /** {@return the type, and the definitions of all that it names, as a text in the language of docs/contract.md} */
    @Override
    public String toString() {
        return ContractText.of(this);
    }
}
