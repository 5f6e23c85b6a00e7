package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.Codec;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Definition;
import dev.wasmbox.schema.Schema;
import dev.wasmbox.schema.SchemaType;
import java.util.Optional;

/** The values of a schema as documents. */
final class TreeCodec implements Codec<JsonNode> {

    private final Schema schema;
    private final String name;
    private final Codec<JsonNode> documents;

    TreeCodec(Schema schema) {
        this.schema = schema;
        this.name = switch (schema.type()) {
            case SchemaType.Reference reference -> schema.definition(reference).simpleName();
            case SchemaType.Inline(Definition definition) -> definition.simpleName();
            case SchemaType other -> other.toString();
        };
        this.documents = switch (schema.codec()) {
            case Contract.BINCODE -> new NodeCodec(name, NodeFormatCompiler.compile(schema));
            case Contract.JSON -> JacksonCodecs.json(JsonNode.class);
            case Contract.CBOR -> JacksonCodecs.cbor(JsonNode.class);
            default ->
                throw new IllegalArgumentException("there are no documents of the codec %s, only of %s, %s and %s"
                        .formatted(schema.codec(), Contract.BINCODE, Contract.JSON, Contract.CBOR));
        };
    }

    @Override
    public byte[] encode(JsonNode value) {
        return documents.encode(value);
    }

    @Override
    public JsonNode decode(byte[] bytes) {
        return documents.decode(bytes);
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.of(schema);
    }

    @Override
    public Codec<JsonNode> resolve(Schema guest) {
        if (!guest.equals(schema)) {
            throw new TypeMismatchException("%s: these documents are those of another guest%n  guest: %s%n  host:  %s"
                    .formatted(name, guest, schema));
        }
        return this;
    }

    @Override
    public String toString() {
        return "tree(" + name + ")";
    }
}
