package dev.wasmbox.schema;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a struct or a variant of an enum holds. */
public sealed interface Fields {

    /** Of what holds nothing. */
    Fields NONE = new Positional(List.of());

    /** {@return the types of the fields in their order} */
    List<SchemaType> types();

    /**
     * Fields without names, as in {@code struct Point(i32, i32)}.
     *
     * @param types their types
     */
    record Positional(List<SchemaType> types) implements Fields {
        /** Copies the list. */
        public Positional {
            types = List.copyOf(types);
        }
    }

    /**
     * Fields with names, as in {@code struct Point { x: i32, y: i32 }}.
     *
     * @param fields the fields, at least one
     */
    record Named(List<Field> fields) implements Fields {
        /** Copies the list, and checks that there are fields and that each has a name of its own. */
        public Named {
            fields = List.copyOf(fields);
            if (fields.isEmpty()) {
                throw new IllegalArgumentException("what has no fields is Fields.NONE");
            }
            Set<String> names = new HashSet<>();
            for (Field field : fields) {
                if (!names.add(field.name)) {
                    throw new IllegalArgumentException("two fields are called " + field.name);
                }
            }
        }

        @Override
        public List<SchemaType> types() {
            return fields.stream().map(Field::type).toList();
        }
    }

    /**
     * A field with a name.
     *
     * @param name its name, as the guest writes it
     * @param type its type
     */
    record Field(String name, SchemaType type) {}
}
