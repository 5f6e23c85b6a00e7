package dev.wasmbox.internal.contract;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.schema.Contract;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The custom sections of a module that make up its contract. */
public final class ContractSection {

    private static final String NAME = "wasmbox";

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
        StringBuilder text = new StringBuilder();
        try {
            for (byte[] section : sections) {
                // A statement does not go on in the next section.
                text.append(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(section)))
                        .append('\n');
            }
            return ContractParser.parse(text.toString());
        } catch (CharacterCodingException e) {
            throw invalid("it is not UTF-8", e);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private static InvalidModuleException invalid(String why, Exception cause) {
        return new InvalidModuleException(
                "the module's contract, its custom section 'wasmbox', cannot be used: " + why, cause);
    }
}
