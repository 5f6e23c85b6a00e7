package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.wasmbox.Codec;
import dev.wasmbox.CodecException;
import dev.wasmbox.Codecs;
import dev.wasmbox.Rust;
import dev.wasmbox.TypeMismatchException;
import dev.wasmbox.jackson.JacksonCodecs;
import dev.wasmbox.schema.Contract;
import dev.wasmbox.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever a guest states: it is a contract or refused, its types are the host's or refused, and its bytes as well. */
class ContractFuzzTest {

    /** Some of all that can differ. */
    sealed interface Command {
        record Move(int dx, Optional<String> note) implements Command {}

        record Batch(List<Command> commands, Map<Side, @Rust("u8") Integer> sides) implements Command {}

        record Stop() implements Command {}
    }

    enum Side {
        LEFT,
        RIGHT
    }

    private static final Codec<Command> COMMANDS = Codecs.bincode(Command.class);

    /** The text of a contract, a zero byte, and a message. */
    @FuzzTest
    void contents(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        byte[] message = (end < 0 ? "" : text.substring(end + 1)).getBytes(StandardCharsets.ISO_8859_1);
        Contract contract;
        try {
            contract = Contract.parse(end < 0 ? text : text.substring(0, end));
        } catch (IllegalArgumentException e) {
            Refusals.requireASentence(e);
            return;
        }
        if (!Contract.parse(contract.toString()).equals(contract)) {
            throw new AssertionError("what is written is not what was read: " + contract);
        }
        Contract.parse(contract.withShortNames().toString());
        contract.input().ifPresent(schema -> {
            try {
                Codec<Command> codec = COMMANDS.resolve(schema);
                codec.encode(codec.decode(message));
            } catch (TypeMismatchException | CodecException e) {
                Refusals.requireASentence(e);
            }
            documents(schema, message);
        });
    }

    private static void documents(Schema schema, byte[] message) {
        try {
            Codec<JsonNode> codec = JacksonCodecs.tree(schema);
            JsonNode document = codec.decode(message);
            if (schema.codec().equals(Contract.BINCODE) && !Arrays.equals(codec.encode(document), message)) {
                throw new AssertionError("another form of the same document was accepted: " + document);
            }
        } catch (IllegalArgumentException | CodecException e) {
            Refusals.requireASentence(e);
        }
    }
}
