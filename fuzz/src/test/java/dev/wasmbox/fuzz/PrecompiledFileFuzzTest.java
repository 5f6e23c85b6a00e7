package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.internal.code.PrecompiledFile;
import java.util.Arrays;

/** Whatever the bytes are: they are a precompiled module, told apart from one byte to the last, or they are refused. */
class PrecompiledFileFuzzTest {

    private static final byte[] MAGIC_AND_VERSION = {'W', 'A', 'S', 'M', 'B', 'X', 'P', 0x1A, 1, 0, 0, 0};

    @FuzzTest
    void anyBytes(byte[] bytes) {
        if (PrecompiledFile.isPrecompiled(bytes)) {
            read(bytes);
        }
    }

    /** The module's checksum is right. */
    @FuzzTest
    void sealedBytes(FuzzedDataProvider data) {
        byte[] wasm = data.consumeBytes(8);
        byte[] length = {(byte) wasm.length, 0, 0, 0, 0, 0, 0, 0};
        read(joined(MAGIC_AND_VERSION, length, wasm, SnapshotFiles.sha256(wasm), data.consumeRemainingAsBytes()));
    }

    private static void read(byte[] bytes) {
        try {
            PrecompiledFile file = PrecompiledFile.read(bytes);
            if (file.signedLength() + file.signature().length != bytes.length) {
                throw new AssertionError("not all of the file is signed");
            }
        } catch (InvalidModuleException e) {
            Refusals.requireASentence(e);
        }
    }

    private static byte[] joined(byte[]... parts) {
        byte[] whole =
                new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
