package dev.wasmbox;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that makes compiled code trustworthy. Compiled code can do all that Java can; so a box runs none but what was
 * signed with the key that its module was loaded with (HMAC-SHA-256). Whoever has the key can make others run code:
 * share it between machines that trust each other, and with nobody else. Immutable.
 */
public final class SigningKey {

    private static final int BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final byte[] key;

    private SigningKey(byte[] key) {
        this.key = key;
    }

    /**
     * A key from its bytes.
     *
     * @param key 32 bytes, from a good source of entropy; they are copied
     * @return the key
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static SigningKey of(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a signing key has " + BYTES + " bytes, but these are " + key.length);
        }
        return new SigningKey(key.clone());
    }

    /**
     * A key from a file, which is made, with a new key in it that only its owner can read, if it is not there.
     *
     * @param file the file
     * @return the key
     * @throws IOException if it can be neither read nor made, or if others than its owner may read or change it
     */
    public static SigningKey ofFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            others.removeAll(PosixFilePermissions.fromString("rwx------"));
            if (!others.isEmpty()) {
                throw new IOException("the signing key " + file + " may be used by others than its owner ("
                        + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        + "), who could make you run their code; if nobody has, run: chmod 600 " + file);
            }
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != BYTES) {
            throw new IOException("the signing key " + file + " should have " + BYTES + " bytes, but has " + key.length
                    + "; delete it, and a new one will be made");
        }
        return new SigningKey(key);
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, ".signing-", ".tmp"); // readable by its owner only
        try {
            Files.write(temporary, key, StandardOpenOption.WRITE);
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster; its key is as good.
        } finally {
            Files.delete(temporary);
        }
    }

    byte[] sign(byte[] data, int length) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(data, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has " + ALGORITHM, e);
        }
    }

    boolean verify(byte[] data, int length, byte[] signature) {
        return MessageDigest.isEqual(sign(data, length), signature);
    }

    /** {@return words that do not give the key away} */
    @Override
    public String toString() {
        return "SigningKey";
    }
}
