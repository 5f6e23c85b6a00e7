package dev.wasmbox.internal.contract;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.internal.prepare.BinaryReader;
import dev.wasmbox.internal.prepare.BinaryWriter;
import dev.wasmbox.schema.Contract;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The custom sections of a module that make up its contract. */
public final class ContractSection {

    private static final String NAME = "wasmbox";

    /** The number of custom sections. */
    private static final int CUSTOM = 0;

    /** What a module begins with: what it is, and the version of the format. */
    private static final int HEADER_BYTES = 8;

    private ContractSection() {}

    /**
     * Reads the contract of a module.
     *
     * @param customSections the contents of its custom sections by name
     * @return the contract, or null if there are no such sections
     * @throws InvalidModuleException if it is damaged, or of a later version
     */
    public static @Nullable Contract read(Map<String, List<byte[]>> customSections) {
        List<byte[]> sections = customSections.getOrDefault(NAME, List.of());
        if (sections.isEmpty()) {
            return null;
        }
        long bytes = sections.stream().mapToLong(section -> section.length).sum();
        if (bytes > ContractParser.MAXIMUM_LENGTH) {
            throw invalid("it has %,d bytes, but may have %,d".formatted(bytes, ContractParser.MAXIMUM_LENGTH), null);
        }
        List<String> texts = new ArrayList<>();
        try {
            for (byte[] section : sections) {
                texts.add(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(section))
                        .toString());
            }
            // A comment does not go on in the next section.
            return ContractParser.parse(String.join("\n", texts));
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Puts a contract into a module.
     *
     * @param wasm the module, which may have a contract already
     * @param contract what it is to say instead
     * @return the module with it, in a new array
     * @throws IllegalArgumentException if the contract has no text that could be read again
     */
    public static byte[] write(byte[] wasm, Contract contract) {
        String text = contract.toString();
        ContractParser.parse(text);
        BinaryReader reader = new BinaryReader(wasm, HEADER_BYTES, wasm.length, "the module");
        BinaryWriter writer = new BinaryWriter(wasm.length + text.length()).raw(wasm, 0, HEADER_BYTES);
        while (reader.hasMore()) {
            int start = reader.position();
            boolean custom = reader.u8("the number of a section") == CUSTOM;
            BinaryReader content = reader.part("a section");
            if (!custom || !content.name("the name of a custom section").equals(NAME)) {
                writer.raw(wasm, start, reader.position());
            }
        }
        byte[] name = NAME.getBytes(StandardCharsets.UTF_8);
        BinaryWriter content =
                new BinaryWriter(text.length()).u32(name.length).raw(name).raw(text.getBytes(StandardCharsets.UTF_8));
        return writer.u8(CUSTOM).u32(content.size()).raw(content).toBytes();
    }

    private static InvalidModuleException invalid(String why, @Nullable Exception cause) {
        return new InvalidModuleException(
                "the module's contract, its custom section 'wasmbox', cannot be used: " + why, cause);
    }
}
