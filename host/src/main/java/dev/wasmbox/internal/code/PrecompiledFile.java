package dev.wasmbox.internal.code;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.internal.prepare.ModulePreparation;
import dev.wasmbox.internal.state.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Properties;
import java.util.function.UnaryOperator;

/**
 * A module together with its compiled code and the signature of whoever compiled it.
 *
 * <p>The code is worth nothing without a valid signature: it is then as if only the module were there.
 *
 * @param wasm the module
 * @param digest the module's SHA-256
 * @param engine what compiled it: the code is of use to the same engine only
 * @param code the compiled code
 * @param signature the signature of everything before it
 * @param signedLength how many bytes of the file are signed
 */
public record PrecompiledFile(
        byte[] wasm, byte[] digest, String engine, byte[] code, byte[] signature, int signedLength) {

    /*
     * file := magic[8] version:u32 wasmLength:u64 wasm sha256(wasm)[32]
     *         engineLength:u32 engine codeLength:u64 code signature[32]        (numbers are little endian)
     *
     * The SHA-256 tells damage from a missing signature: a module that is not what was written is never run.
     */
    private static final byte[] MAGIC = {'W', 'A', 'S', 'M', 'B', 'X', 'P', 0x1A};
    private static final int VERSION = 1;

    /** Changes whenever compiled code of one version is of no use to another, for the engine's changes have their own. */
    private static final int CODE_VERSION = 3;

    /** This engine, as it names itself in the files that it writes. */
    public static final String THIS_ENGINE = thisEngine();

    private static String thisEngine() {
        try (InputStream in = PrecompiledFile.class.getResourceAsStream("engine.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("engine") + ", preparation " + ModulePreparation.VERSION + ", code "
                    + CODE_VERSION;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a file is meant to be a precompiled module, whatever its condition. */
    public static boolean isPrecompiled(byte[] file) {
        return file.length >= MAGIC.length && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /**
     * The bytes of a file for this engine.
     *
     * @param wasm the module
     * @param code its compiled code
     * @param sign makes the signature of 32 bytes for what it is given
     * @return the whole file
     */
    public static byte[] write(byte[] wasm, byte[] code, UnaryOperator<byte[]> sign) {
        byte[] engine = THIS_ENGINE.getBytes(UTF_8);
        ByteBuffer file = ByteBuffer.allocate(
                        MAGIC.length + 4 + 8 + wasm.length + Sha256.BYTES + 4 + engine.length + 8 + code.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(MAGIC).putInt(VERSION).putLong(wasm.length).put(wasm).put(Sha256.of(wasm));
        file.putInt(engine.length).put(engine).putLong(code.length).put(code);
        byte[] signature = sign.apply(file.array());
        byte[] whole = Arrays.copyOf(file.array(), file.capacity() + signature.length);
        System.arraycopy(signature, 0, whole, file.capacity(), signature.length);
        return whole;
    }

    /**
     * Reads a file, without judging its signature.
     *
     * @param file the whole file
     * @return its parts
     * @throws InvalidModuleException if it is damaged or of a version that is not known here
     */
    public static PrecompiledFile read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        in.position(MAGIC.length);
        int version = take(in, 4).getInt();
        if (version != VERSION) {
            throw new InvalidModuleException("this precompiled module is of format version "
                    + Integer.toUnsignedString(version) + ", but this WasmBox reads version " + VERSION
                    + ": it is damaged, or a later WasmBox wrote it; compile the module again");
        }
        byte[] wasm = bytes(in, take(in, 8).getLong());
        byte[] digest = Sha256.of(wasm);
        if (!MessageDigest.isEqual(bytes(in, Sha256.BYTES), digest)) {
            throw damaged("its module does not match its checksum");
        }
        String engine = new String(bytes(in, Integer.toUnsignedLong(take(in, 4).getInt())), UTF_8);
        byte[] code = bytes(in, take(in, 8).getLong());
        int signedLength = in.position();
        byte[] signature = bytes(in, Sha256.BYTES);
        if (in.hasRemaining()) {
            throw damaged(in.remaining() + " bytes are left over");
        }
        return new PrecompiledFile(wasm, digest, engine, code, signature, signedLength);
    }

    private static ByteBuffer take(ByteBuffer in, long length) {
        if (length < 0 || length > in.remaining()) {
            throw damaged("it ends too early");
        }
        return in;
    }

    private static byte[] bytes(ByteBuffer in, long length) {
        take(in, length);
        byte[] bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private static InvalidModuleException damaged(String what) {
        return new InvalidModuleException("this precompiled module is damaged: " + what + "; compile the module again");
    }
}
