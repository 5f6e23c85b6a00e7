package dev.wasmbox.internal.codec;

import dev.wasmbox.schema.SchemaType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keys and values in turn, with the count of pairs in front. */
final class MapFormat extends Format {

    private final Format key;
    private final Format value;

    MapFormat(Format key, Format value) {
        this.key = key;
        this.value = value;
    }

    @Override
    Object read(ByteReader in) {
        int count = in.readCount(sum(key.leastBytes(), value.leastBytes()));
        Map<Object, Object> map = new LinkedHashMap<>();
        String part = ".key";
        int index = 0;
        try {
            for (; index < count; index++) {
                part = ".key";
                Object eachKey = key.read(in);
                if (map.containsKey(eachKey)) {
                    throw new Mismatch("expected every key of a map once, found this one again");
                }
                part = ".value";
                map.put(eachKey, value.read(in));
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]" + part);
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    void write(ByteWriter out, Object object) {
        Map<?, ?> map = (Map<?, ?>) object;
        int count = map.size();
        out.writeLong(count);
        String part = ".key";
        int index = 0;
        try {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                part = ".key";
                key.write(out, Mismatch.present(entry.getKey()));
                part = ".value";
                value.write(out, Mismatch.present(entry.getValue()));
                index++;
            }
        } catch (RuntimeException failure) {
            throw Mismatch.of(failure).within("[" + index + "]" + part);
        }
        if (index != count) {
            throw new Mismatch("expected %d entries, as size() has it, found %d".formatted(count, index));
        }
    }

    @Override
    SchemaType describe(Description description) {
        return new SchemaType.Mapping(key.describe(description), value.describe(description));
    }

    @Override
    Format adapt(SchemaType guest, Adaptation adaptation) {
        if (!(adaptation.unwrapped(guest) instanceof SchemaType.Mapping(SchemaType guestKey, SchemaType guestValue))) {
            throw Adaptation.difference(adaptation.unwrapped(guest), this);
        }
        String part = "[].key";
        try {
            Format adaptedKey = adaptation.adapt(key, guestKey);
            part = "[].value";
            return new MapFormat(adaptedKey, adaptation.adapt(value, guestValue));
        } catch (Difference difference) {
            throw difference.within(part);
        }
    }

    @Override
    String javaName() {
        return "Map<%s, %s>".formatted(key.javaName(), value.javaName());
    }

    @Override
    public long computeLeastBytes() {
        return Long.BYTES;
    }
}
