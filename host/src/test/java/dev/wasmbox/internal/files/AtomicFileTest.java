package dev.wasmbox.internal.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.internal.files.ModelDisk.PowerFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are there whole or not at all, whenever the machine ends; and so are the errors that a person sees. */
class AtomicFileTest {

    private static final Path FOLDER = Path.of("folder").toAbsolutePath();
    private static final Path FILE = FOLDER.resolve("file");
    private static final byte[] CONTENT = "the new content".getBytes(UTF_8);

    @TempDir
    private Path folder = Path.of("");

    /** A way to write {@link #CONTENT} to {@link #FILE}. */
    private interface Writing {
        void to(Disk disk) throws IOException;
    }

    /** All that may be in the file when the machine ends before some step, and, last, when it ends after all of them. */
    private static Set<Set<String>> afterwards(@Nullable String before, boolean links, Writing writing)
            throws IOException {
        Set<Set<String>> all = new LinkedHashSet<>();
        boolean ended = true;
        for (int steps = 0; ended; steps++) {
            ModelDisk disk = new ModelDisk(steps, links);
            if (before != null) {
                disk.put(FILE, before.getBytes(UTF_8));
            }
            try {
                writing.to(disk);
                ended = false;
            } catch (PowerFailure e) {
                assertThat(steps).as("a writing comes to an end").isLessThan(50);
            }
            Set<String> contents = new LinkedHashSet<>();
            for (byte[] content : disk.afterwards(FILE)) {
                contents.add(content == null ? "no file" : new String(content, UTF_8));
            }
            all.remove(contents);
            all.add(contents);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNewFileIsThereWholeOrNotAtAll(boolean links) throws IOException {
        assertThat(afterwards(null, links, disk -> AtomicFile.create(disk, FILE, CONTENT)))
                .containsExactly(Set.of("no file"), Set.of("no file", "the new content"), Set.of("the new content"));
    }

    @Test
    void aReplacedFileIsTheOldOneOrTheNewOne() throws IOException {
        assertThat(afterwards("old", true, disk -> AtomicFile.replace(disk, FILE, CONTENT)))
                .containsExactly(Set.of("old"), Set.of("old", "the new content"), Set.of("the new content"));
        assertThat(afterwards(null, true, disk -> AtomicFile.replace(disk, FILE, CONTENT)))
                .containsExactly(Set.of("no file"), Set.of("no file", "the new content"), Set.of("the new content"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anExistingFileIsNotOverwrittenAtAnyMoment(boolean links) throws IOException {
        assertThat(afterwards("old", links, disk -> {
                    try {
                        AtomicFile.create(disk, FILE, CONTENT);
                        throw new AssertionError("the file was overwritten");
                    } catch (FileAlreadyExistsException e) {
                        assertThat(e).hasMessage(FILE.toString());
                    }
                }))
                .containsExactly(Set.of("old"));
    }

    @Test
    void theModelNoticesWhatIsNotForced() throws IOException {
        assertThat(afterwards("old", true, disk -> {
                    Path temporary = disk.createTemporary(FOLDER);
                    disk.write(temporary, CONTENT);
                    disk.replace(temporary, FILE);
                    disk.forceFolder(FOLDER);
                }))
                .contains(Set.of("", "the new", "\0".repeat(CONTENT.length), "the new content"));
        assertThat(afterwards("old", true, disk -> {
                    Path temporary = disk.createTemporary(FOLDER);
                    disk.write(temporary, CONTENT);
                    disk.force(temporary);
                    disk.replace(temporary, FILE);
                }))
                .last()
                .isEqualTo(Set.of("old", "the new content"));
    }

    // The real disk.

    private void assertTheFolderHas(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void whatIsWrittenIsThereAndIsTheOwners() throws IOException {
        Path file = folder.resolve("größer 1");
        AtomicFile.create(file, new byte[100_000]);
        assertThat(file).hasBinaryContent(new byte[100_000]);
        AtomicFile.replace(file, CONTENT);
        assertThat(file).hasBinaryContent(CONTENT);
        AtomicFile.replace(folder.resolve("other"), new byte[0]);
        assertThat(folder.resolve("other")).isEmptyFile();
        assertTheFolderHas("größer 1", "other");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsThereAlreadyIsNamedAndKept() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "mine");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> AtomicFile.create(file, CONTENT))
                .withMessage(file.toString());
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> Disk.REAL.moveUnlessThere(Files.createFile(folder.resolve("other")), file))
                .withMessage(file.toString());
        assertThat(file).hasContent("mine");
        assertTheFolderHas("file", "other");
    }

    @Test
    void aFolderIsNotReplacedAndALinkIsItself() throws IOException {
        Path sub = Files.createDirectory(folder.resolve("sub"));
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> AtomicFile.replace(sub, CONTENT))
                .withMessageContaining("sub");
        Path target = Files.writeString(folder.resolve("target"), "mine");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        AtomicFile.replace(link, CONTENT);
        assertThat(link).isRegularFile().hasBinaryContent(CONTENT);
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(target).hasContent("mine");
        assertTheFolderHas("sub", "target", "link");
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("missing").resolve("file");
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> AtomicFile.replace(file, CONTENT))
                .withMessageContaining("missing");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> AtomicFile.create(folder.getRoot(), CONTENT));
    }
}
