package dev.wasmbox.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.InvalidModuleException;
import dev.wasmbox.ModuleOptions;
import dev.wasmbox.SigningKey;
import dev.wasmbox.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiled code runs if it is signed with the user's key by this engine, and never otherwise. */
class PrecompiledModulesTest {

    private static final byte[] KEY_BYTES = "0123456789abcdef0123456789ABCDEF".getBytes(UTF_8);
    private static final SigningKey KEY = SigningKey.of(KEY_BYTES);
    private static final SigningKey OTHER_KEY = SigningKey.of(new byte[32]);

    /** Answers each message with a letter. Two of them differ in that letter only. */
    private static byte[] letter(char letter) {
        return Wat.assemble(Wat.guest(
                """
                (import "env" "wasmbox_callback" (func $callback (param i32 i32)))
                (func (export "wasmbox_send") (param i32 i32)
                  (i32.store8 (i32.const 0) (i32.const %d)) (call $callback (i32.const 0) (i32.const 1)))
                """
                        .formatted((int) letter)));
    }

    private static final byte[] A = letter('A');
    private static final byte[] B = letter('B');
    private static final byte[] FILE_A =
            GuestModule.load(A, ModuleOptions.standard()).precompile(KEY);
    private static final byte[] FILE_B =
            GuestModule.load(B, ModuleOptions.standard()).precompile(KEY);

    @TempDir
    private Path folder = Path.of("");

    private final List<String> warnings = new ArrayList<>();
    private ModuleOptions options = ModuleOptions.standard();

    @BeforeEach
    void withWarnings() {
        options = ModuleOptions.standard().withSigningKey(KEY).withWarnings(warnings::add);
    }

    private static String answer(GuestModule module) {
        return new String(module.start(BoxOptions.bytes()).send(new byte[0]).getFirst(), UTF_8);
    }

    /** The parts of a precompiled file, as the class PrecompiledFile describes them. */
    record Parts(byte[] wasm, byte[] engine, byte[] code) {
        static Parts of(byte[] file) {
            ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(12);
            byte[] wasm = new byte[(int) in.getLong()];
            in.get(wasm).position(in.position() + 32);
            byte[] engine = new byte[in.getInt()];
            in.get(engine);
            byte[] code = new byte[(int) in.getLong()];
            in.get(code);
            assertThat(in.remaining()).isEqualTo(32);
            return new Parts(wasm, engine, code);
        }

        byte[] signed(byte[] key) {
            try {
                ByteBuffer out = ByteBuffer.allocate(12 + 8 + wasm.length + 32 + 4 + engine.length + 8 + code.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
                out.put(FILE_A, 0, 12).putLong(wasm.length).put(wasm);
                out.put(MessageDigest.getInstance("SHA-256").digest(wasm));
                out.putInt(engine.length).put(engine).putLong(code.length).put(code);
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                ByteArrayOutputStream file = new ByteArrayOutputStream();
                file.writeBytes(out.array());
                file.writeBytes(mac.doFinal(out.array()));
                return file.toByteArray();
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    // What is trusted.

    @Test
    void theFileIsTheModuleAndItsSignedCode() {
        assertThat(Parts.of(FILE_A).signed(KEY_BYTES))
                .as("these tests know the format")
                .isEqualTo(FILE_A);
        GuestModule module = GuestModule.load(FILE_A, options);
        assertThat(module.wasm()).isEqualTo(A);
        assertThat(module.digest()).isEqualTo(GuestModule.load(A, options).digest());
        assertThat(answer(module)).isEqualTo("A");
        assertThat(warnings).isEmpty();
    }

    /** Only so can a test tell that the signed code runs, and not the module beside it. */
    @Test
    void codeThatIsSignedIsRunAsItIs() {
        byte[] mixed = new Parts(A, Parts.of(FILE_A).engine(), Parts.of(FILE_B).code()).signed(KEY_BYTES);
        assertThat(answer(GuestModule.load(mixed, options))).isEqualTo("B");
        assertThat(warnings).isEmpty();
        assertThat(answer(GuestModule.load(mixed, options.withEngine(Engine.INTERPRETED))))
                .isEqualTo("A");
    }

    @Test
    void codeWithoutAValidSignatureIsNeverRun() {
        byte[] foreign =
                new Parts(A, Parts.of(FILE_A).engine(), Parts.of(FILE_B).code()).signed(new byte[32]);
        assertThat(answer(GuestModule.load(foreign, options))).isEqualTo("A");
        assertThat(warnings).singleElement().asString().contains("not signed with your key", "compiled afresh");
        warnings.clear();
        assertThat(answer(GuestModule.load(foreign, ModuleOptions.standard().withWarnings(warnings::add))))
                .isEqualTo("A");
        assertThat(warnings).singleElement().asString().contains("no signing key was given");
        warnings.clear();
        byte[] swapped =
                FILE_B.clone(); // the module is exchanged; its checksum is right and the signature is the old one
        byte[] wasmOfA =
                new Parts(A, Parts.of(FILE_B).engine(), Parts.of(FILE_B).code()).signed(KEY_BYTES);
        System.arraycopy(wasmOfA, 0, swapped, 0, swapped.length - 32);
        assertThat(answer(GuestModule.load(swapped, options))).isEqualTo("A");
        assertThat(warnings).hasSize(1);
    }

    @Test
    void codeOfAnotherEngineIsNotRun() {
        Parts parts = Parts.of(FILE_A);
        byte[] other = new Parts(
                        A,
                        "WasmBox 9.9, Endive 9".getBytes(UTF_8),
                        Parts.of(FILE_B).code())
                .signed(KEY_BYTES);
        assertThat(answer(GuestModule.load(other, options))).isEqualTo("A");
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("for another engine (WasmBox 9.9, Endive 9, this is " + new String(parts.engine(), UTF_8)
                        + ")");
        assertThat(new String(parts.engine(), UTF_8)).doesNotContain("$", "@").contains("0.1.0", "1.0.0");
    }

    @Test
    void signedCodeThatIsNoneIsAnErrorThatSaysSo() {
        byte[] engine = Parts.of(FILE_A).engine();
        byte[] code = Parts.of(FILE_A).code();
        for (byte[] bad : List.of(new byte[0], new byte[100], Arrays.copyOf(code, code.length / 2))) {
            byte[] file = new Parts(A, engine, bad).signed(KEY_BYTES);
            assertThatExceptionOfType(InvalidModuleException.class)
                    .isThrownBy(() -> answer(GuestModule.load(file, options)))
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeGreaterThan(30));
        }
    }

    // Damage.

    /** Loads a damaged file: it is refused, or is compiled afresh with a warning and behaves as ever. */
    private boolean refusedOrCompiledAfresh(byte[] damaged) {
        warnings.clear();
        try {
            GuestModule module = GuestModule.load(damaged, options);
            assertThat(warnings).singleElement().asString().contains("compiled afresh");
            assertThat(module.wasm()).isEqualTo(A);
            assertThat(answer(module)).isEqualTo("A");
            return false;
        } catch (InvalidModuleException e) {
            assertThat(e.getMessage()).hasSizeGreaterThan(20);
            return true;
        }
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < FILE_A.length; length++) {
            assertThat(refusedOrCompiledAfresh(Arrays.copyOf(FILE_A, length))).isTrue();
        }
    }

    @Test
    void whatIsAppendedIsRefused() {
        assertThat(refusedOrCompiledAfresh(Arrays.copyOf(FILE_A, FILE_A.length + 1)))
                .isTrue();
        assertThat(refusedOrCompiledAfresh(Arrays.copyOf(FILE_A, FILE_A.length + 1000)))
                .isTrue();
    }

    @Test
    void everyFlippedBitBeforeTheCodeIsNoticed() {
        int code = FILE_A.length - 32 - Parts.of(FILE_A).code().length;
        int refused = 0;
        for (int bit = 0; bit < 8 * code; bit++) {
            refused += refusedOrCompiledAfresh(flipped(bit)) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(8 * A.length);
    }

    @Test
    void flippedBitsOfTheCodeAndTheSignatureAreNoticed() {
        int code = FILE_A.length - 32 - Parts.of(FILE_A).code().length;
        for (int at = code; at < FILE_A.length - 32; at += 61) {
            assertThat(refusedOrCompiledAfresh(flipped(8 * at + at % 8))).isFalse();
        }
        for (int at = FILE_A.length - 32; at < FILE_A.length; at++) {
            assertThat(refusedOrCompiledAfresh(flipped(8 * at + at % 8))).isFalse();
        }
    }

    private static byte[] flipped(int bit) {
        byte[] damaged = FILE_A.clone();
        damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        return damaged;
    }

    @Test
    void lengthsThatAreImpossibleAreRefused() {
        for (long length :
                new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, Integer.MAX_VALUE, FILE_A.length}) {
            byte[] forged = FILE_A.clone();
            ByteBuffer.wrap(forged).order(ByteOrder.LITTLE_ENDIAN).putLong(12, length);
            assertThat(refusedOrCompiledAfresh(forged)).isTrue();
        }
    }

    @Test
    void snapshotsDoNotTellHowAModuleWasLoaded() {
        Snapshot snapshot = GuestModule.load(A, options.withEngine(Engine.INTERPRETED))
                .start()
                .snapshot();
        GuestModule precompiled = GuestModule.load(FILE_A, options);
        assertThat(precompiled.start().snapshot()).isEqualTo(snapshot);
        assertThat(precompiled.restore(snapshot, BoxOptions.bytes()).send(new byte[0]))
                .hasSize(1);
    }

    // The folder of compiled code.

    private Path cached() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.reduce((a, b) -> {
                        throw new AssertionError("more than one file: " + a + ", " + b);
                    })
                    .orElseThrow();
        }
    }

    /** Not the same bytes as another compilation: the engine's code carries the time. */
    private static void assertHoldsSignedCodeOfA(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Parts parts = Parts.of(bytes);
        assertThat(parts.wasm()).isEqualTo(A);
        assertThat(parts.engine()).isEqualTo(Parts.of(FILE_A).engine());
        assertThat(parts.code()).hasSameSizeAs(Parts.of(FILE_A).code());
        assertThat(parts.signed(KEY_BYTES)).isEqualTo(bytes);
    }

    @Test
    void theFolderIsFilledAndUsed() throws IOException {
        ModuleOptions cachedOptions = options.withCache(folder.resolve("made").resolve("when needed"), KEY);
        folder = folder.resolve("made").resolve("when needed");
        assertThat(answer(GuestModule.load(A, cachedOptions))).isEqualTo("A");
        assertHoldsSignedCodeOfA(cached());
        Files.write(
                cached(),
                new Parts(A, Parts.of(FILE_A).engine(), Parts.of(FILE_B).code()).signed(KEY_BYTES));
        assertThat(answer(GuestModule.load(A, cachedOptions)))
                .as("what is there is used")
                .isEqualTo("B");
        assertThat(answer(GuestModule.load(A, cachedOptions.withEngine(Engine.INTERPRETED))))
                .isEqualTo("A");
        assertThat(warnings).isEmpty();
    }

    @Test
    void whatIsWrongInTheFolderIsReplaced() throws IOException {
        ModuleOptions cachedOptions = options.withCache(folder, KEY);
        GuestModule.load(A, cachedOptions);
        Path file = cached();
        Parts parts = Parts.of(FILE_A);
        List<byte[]> wrong = List.of(
                new byte[0],
                "text".getBytes(UTF_8),
                Arrays.copyOf(FILE_A, 100),
                Arrays.copyOf(FILE_A, FILE_A.length - 1),
                flipped(8 * 50),
                flipped(8 * (FILE_A.length - 100)),
                flipped(8 * (FILE_A.length - 1)),
                FILE_B,
                new Parts(A, parts.engine(), Parts.of(FILE_B).code()).signed(new byte[32]),
                new Parts(A, "another".getBytes(UTF_8), Parts.of(FILE_B).code()).signed(KEY_BYTES));
        for (byte[] bytes : wrong) {
            Files.write(file, bytes);
            assertThat(answer(GuestModule.load(A, cachedOptions))).isEqualTo("A");
            assertHoldsSignedCodeOfA(cached());
        }
        assertThat(warnings).hasSizeGreaterThanOrEqualTo(6).allSatisfy(warning -> assertThat(warning)
                .contains("the module is compiled afresh"));
    }

    @Test
    void anotherUsersKeyDoesNotTrustTheFolder() throws IOException {
        GuestModule.load(A, options.withCache(folder, OTHER_KEY));
        assertThat(answer(GuestModule.load(A, options.withCache(folder, KEY)))).isEqualTo("A");
        assertThat(warnings).singleElement().asString().contains("not signed with your key");
    }

    @Test
    void aFolderThatCannotBeUsedIsAWarning() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(answer(GuestModule.load(A, options.withCache(file.resolve("folder"), KEY))))
                .isEqualTo("A");
        assertThat(warnings).singleElement().asString().contains("cannot be kept in", "folder");
        warnings.clear();
        // A folder where the file would be.
        Path other = Files.createDirectory(folder.resolve("other"));
        GuestModule.load(A, options.withCache(other, KEY));
        folder = other;
        Path entry = cached();
        Files.delete(entry);
        Files.createDirectory(entry);
        Files.createFile(entry.resolve("occupied"));
        assertThat(answer(GuestModule.load(A, options.withCache(other, KEY)))).isEqualTo("A");
        assertThat(warnings).hasSize(2);
        assertThat(cached()).as("no temporary files are left").isEqualTo(entry);
    }

    // Keys.

    @Test
    void aKeyIsMadeOnceAndForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("keys").resolve("key");
        byte[] signed = GuestModule.load(A, options).precompile(SigningKey.ofFile(file));
        assertThat(Files.size(file)).isEqualTo(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        for (SigningKey again : List.of(SigningKey.ofFile(file), SigningKey.of(Files.readAllBytes(file)))) {
            GuestModule.load(signed, options.withSigningKey(again));
            assertThat(warnings)
                    .as("the key is the one that it was signed with")
                    .isEmpty();
        }
        assertThat(SigningKey.ofFile(file).toString()).isEqualTo("SigningKey");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SigningKey.ofFile(file))
                .withMessageContainingAll("others than its owner", "rw-r-----", "chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.write(file, new byte[31]);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> SigningKey.ofFile(file))
                .withMessageContainingAll("should have 32 bytes, but has 31");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> SigningKey.of(new byte[33]));
    }
}
