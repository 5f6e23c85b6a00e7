package dev.wasmbox;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.wasmbox.internal.files.AtomicFile;
import dev.wasmbox.internal.state.Sha256;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The key that makes compiled code trustworthy. Compiled code can do all that Java can; so a box runs none but what was
 * signed with the key that its module was loaded with (HMAC-SHA-256). Whoever has the key can make others run code:
 * share it between machines that trust each other, and with nobody else. Immutable.
 */
public final class SigningKey {

    private static final int BYTES = 32;

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
     * @throws IOException if it can be neither read nor made, if it is not a file of this process's user, or if others than
     *     its owner may read or change it
     */
    public static SigningKey ofFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class, NOFOLLOW_LINKS);
        if (view != null) {
            checkOwner(file, view.readAttributes());
        }
        byte[] key = Files.readAllBytes(file);
        if (key.length != BYTES) {
            throw new IOException("the signing key " + file + " should have " + BYTES + " bytes, but has " + key.length
                    + "; delete it, and a new one will be made");
        }
        return new SigningKey(key);
    }

    private static void checkOwner(Path file, PosixFileAttributes attributes) throws IOException {
        if (!attributes.isRegularFile()) {
            throw new IOException("the signing key " + file + " is not a regular file; name the file itself");
        }
        if (!attributes.owner().equals(ourselves(file, attributes))) {
            throw new IOException("the signing key " + file + " belongs to "
                    + attributes.owner().getName() + ", who could make you run their code; use a file of your own");
        }
        Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
        others.addAll(attributes.permissions());
        others.removeAll(PosixFilePermissions.fromString("rwx------"));
        if (!others.isEmpty()) {
            throw new IOException("the signing key " + file + " may be used by others than its owner ("
                    + PosixFilePermissions.toString(attributes.permissions())
                    + "), who could make you run their code; if nobody has, run: chmod 600 " + file);
        }
    }

    private static UserPrincipal ourselves(Path file, PosixFileAttributes attributes) throws IOException {
        try {
            return file.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByName(System.getProperty("user.name"));
        } catch (UserPrincipalNotFoundException e) {
            return attributes.owner(); // a process whose user has no name, in a container: nobody else is there
        }
    }

    private static void create(Path file) throws IOException {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            AtomicFile.create(file, key);
        } catch (FileAlreadyExistsException e) {
            // Another process was faster; its key is as good.
        }
    }

    /** HMAC (RFC 2104) by hand, as the platform's own costs a start more than all that is signed; see docs/RATIONALE.md. */
    byte[] sign(byte[] data, int length) {
        MessageDigest inner = Sha256.start();
        inner.update(keyPaddedWith(0x36));
        inner.update(data, 0, length);
        MessageDigest outer = Sha256.start();
        outer.update(keyPaddedWith(0x5C));
        return outer.digest(inner.digest());
    }

    private byte[] keyPaddedWith(int pad) {
        byte[] block = Arrays.copyOf(key, Sha256.BLOCK_BYTES);
        for (int i = 0; i < block.length; i++) {
            block[i] ^= (byte) pad;
        }
        return block;
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
