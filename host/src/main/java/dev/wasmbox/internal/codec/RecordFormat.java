package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Fields;
import dev.wasmbox.schema.SchemaType;
import java.util.ArrayList;
import java.util.List;

/** The components of a record, one after the other. */
final class RecordFormat extends Format {

    /**
     * A component.
     *
     * @param accessor takes the record as an Object and returns the component as one
     */
    record Component(String name, LazyHandle accessor, Format format) {}

    private final String name;

    /** Takes the components as an {@code Object[]} and returns the record as an Object. */
    private final LazyHandle constructor;

    private final Component[] components;

    /** Optional fields after the components, of which only the guest knows. */
    private final List<UnknownOption> unknown;

    RecordFormat(String name, LazyHandle constructor, List<Component> components) {
        this(name, constructor, components, List.of());
    }

    private RecordFormat(String name, LazyHandle constructor, List<Component> components, List<UnknownOption> unknown) {
        this.name = name;
        this.constructor = constructor;
        this.components = components.toArray(Component[]::new);
        this.unknown = unknown;
    }

    @Override
    Object read(ByteReader in) {
        Object[] values = new Object[components.length];
        int index = 0;
        try {
            for (; index < values.length; index++) {
                values[index] = components[index].format.read(in);
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + components[index].name);
        }
        for (UnknownOption option : unknown) {
            option.pass(in);
        }
        return construct(values);
    }

    private Object construct(Object[] values) {
        try {
            return (Object) constructor.get().invokeExact(values);
        } catch (Error error) {
            throw error;
        } catch (Throwable refusal) {
            throw new Mismatch("expected what the record's constructor takes, found otherwise: " + refusal, refusal);
        }
    }

    @Override
    void write(ByteWriter out, Object value) {
        int index = 0;
        try {
            for (; index < components.length; index++) {
                Component component = components[index];
                component.format.write(out, Mismatch.present(get(component, value)));
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("." + components[index].name);
        }
        for (UnknownOption option : unknown) {
            option.writeNone(out);
        }
    }

    private static Object get(Component component, Object value) {
        try {
            return (Object) component.accessor.get().invokeExact(value);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new Mismatch("failed with " + failure, failure);
        }
    }

    @Override
    SchemaType describe(Description description) {
        return description.refer(this, name, path -> new Definition.Struct(path, fields(description)));
    }

    /** The components as a guest would state them. */
    Fields fields(Description description) {
        List<Fields.Field> fields = new ArrayList<>();
        for (Component component : components) {
            fields.add(new Fields.Field(component.name, component.format.describe(description)));
        }
        return fields.isEmpty() ? Fields.NONE : new Fields.Named(fields);
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        return switch (guest) {
            case SchemaType.Inline(Definition.Struct struct) -> {
                try {
                    yield adapt(struct.fields(), adaptation);
                } catch (Difference difference) {
                    if (components.length == 1) {
                        try {
                            yield adapt(new Fields.Positional(List.of(guest)), adaptation);
                        } catch (Difference alsoNot) {
                            // The first one says more.
                        }
                    }
                    throw difference.between(struct::toString, () -> VariantFormat.definition(this)
                            .toString());
                }
            }
            case SchemaType.Tuple tuple -> adapt(new Fields.Positional(tuple.elements()), adaptation);
            // A record around a value has the bytes of the value.
            case SchemaType other
            when components.length == 1 -> adapt(new Fields.Positional(List.of(other)), adaptation);
            default -> throw Adaptation.difference(guest, this);
        };
    }

    /** This format for the fields of a struct or a variant. */
    RecordFormat adapt(Fields guest, Adaptation adaptation) {
        return switch (guest) {
            case Fields.Named(List<Fields.Field> fields) -> adapt(fields, adaptation);
            // What has no fields yet may get some that have names.
            case Fields.Positional none when none.types().isEmpty() -> adapt(List.<Fields.Field>of(), adaptation);
            case Fields.Positional positional -> adapt(positional, adaptation);
        };
    }

    private RecordFormat adapt(Fields.Positional guest, Adaptation adaptation) {
        List<SchemaType> types = guest.types();
        Difference first = null;
        if (types.size() == components.length) {
            try {
                List<Component> adapted = new ArrayList<>();
                for (int index = 0; index < components.length; index++) {
                    adapted.add(adapt(components[index], types.get(index), adaptation));
                }
                return adaptation.noted(new RecordFormat(name, constructor, adapted));
            } catch (Difference difference) {
                first = difference;
            }
        }
        // What wraps nothing but a struct has the bytes of the struct: Answer::State(State) and the record State.
        if (types.size() == 1
                && adaptation.unwrapped(types.getFirst()) instanceof SchemaType.Inline(Definition.Struct struct)) {
            try {
                return adapt(struct.fields(), adaptation);
            } catch (Difference difference) {
                first = first == null || components.length != 1
                        ? difference.between(struct::toString, () -> VariantFormat.definition(this)
                                .toString())
                        : first;
            }
        }
        throw first != null
                ? first
                : new Difference("has %d fields".formatted(types.size()), "has %d".formatted(components.length));
    }

    private RecordFormat adapt(List<Fields.Field> fields, Adaptation adaptation) {
        List<Component> adapted = new ArrayList<>();
        List<UnknownOption> more = new ArrayList<>();
        for (int index = 0; index < Math.max(fields.size(), components.length); index++) {
            if (index >= fields.size()) {
                Component component = components[index];
                if (!(Recursion.resolved(component.format) instanceof OptionFormat option)) {
                    throw new Difference("has no such field", component.format.javaName()).within("." + component.name);
                }
                adapted.add(new Component(
                        component.name, component.accessor, adaptation.noted(new UnknownComponent(option))));
            } else if (index >= components.length) {
                Fields.Field field = fields.get(index);
                if (!(adaptation.unwrapped(field.type()) instanceof SchemaType.Option(SchemaType content))) {
                    throw new Difference(String.valueOf(field.type()), "has no such component")
                            .within("." + field.name());
                }
                more.add(adaptation.unknown(content));
            } else {
                Fields.Field field = fields.get(index);
                Component component = components[index];
                if (!Adaptation.areAlike(field.name(), component.name)) {
                    throw new Difference("has %s as field %d".formatted(field.name(), index), "has " + component.name);
                }
                adapted.add(adapt(component, field.type(), adaptation));
            }
        }
        return adaptation.noted(new RecordFormat(name, constructor, adapted, List.copyOf(more)));
    }

    private static Component adapt(Component component, SchemaType guest, Adaptation adaptation) {
        try {
            return new Component(component.name, component.accessor, adaptation.adapt(component.format, guest));
        } catch (Difference difference) {
            throw difference.within("." + component.name);
        }
    }

    @Override
    String javaName() {
        return "record " + name;
    }

    @Override
    public long computeLeastBytes() {
        long sum = unknown.size();
        for (Component component : components) {
            sum = sum(sum, component.format.leastBytes());
        }
        return sum;
    }
}
