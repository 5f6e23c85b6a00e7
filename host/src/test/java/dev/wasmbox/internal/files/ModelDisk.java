package dev.wasmbox.internal.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A disk that loses all it may lose. Before any step, or half way through one that writes, the machine may end; what has
 * not been forced is then there, or not, or in part, each change for itself: the harshest that POSIX allows.
 */
final class ModelDisk implements Disk {

    /** The machine has ended: from here on no step is carried out. */
    static final class PowerFailure extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** A file, whatever its names are: what is in it, and what of that is certain to be. */
    private static final class Inode {
        private byte[] content;
        private boolean forced;

        private Inode(byte[] content, boolean forced) {
            this.content = content;
            this.forced = forced;
        }

        private List<byte[]> afterwards() {
            return forced
                    ? List.of(content)
                    : List.of(
                            new byte[0], Arrays.copyOf(content, content.length / 2), new byte[content.length], content);
        }
    }

    private final boolean links;
    private int stepsLeft;
    /** The names as the last {@link #forceFolder} left them, and the changes since. */
    private final Map<Path, Inode> forcedNames = new HashMap<>();

    private final List<UnaryOperator<Map<Path, Inode>>> changes = new ArrayList<>();

    /** Carries out so many steps; of these, one that writes is two. */
    ModelDisk(int steps, boolean links) {
        this.stepsLeft = steps;
        this.links = links;
    }

    /** Puts a file there that has been there for long. */
    void put(Path name, byte[] content) {
        forcedNames.put(name, new Inode(content, true));
    }

    /** {@return all that may be found under a name when the machine is on again, null for no such file} */
    List<byte @Nullable []> afterwards(Path name) {
        List<byte @Nullable []> contents = new ArrayList<>();
        for (int kept = 0; kept < 1 << changes.size(); kept++) {
            Map<Path, Inode> names = new HashMap<>(forcedNames);
            for (int i = 0; i < changes.size(); i++) {
                if ((kept & 1 << i) != 0) {
                    names = changes.get(i).apply(names);
                }
            }
            Inode inode = names.get(name);
            if (inode == null) {
                contents.add(null);
            } else {
                contents.addAll(inode.afterwards());
            }
        }
        return contents;
    }

    private void step() {
        if (stepsLeft == 0) {
            throw new PowerFailure();
        }
        stepsLeft--;
    }

    private Map<Path, Inode> names() {
        Map<Path, Inode> names = new HashMap<>(forcedNames);
        for (UnaryOperator<Map<Path, Inode>> change : changes) {
            names = change.apply(names);
        }
        return names;
    }

    private Inode at(Path name) {
        Inode inode = names().get(name);
        if (inode == null) {
            throw new AssertionError("there is no " + name);
        }
        return inode;
    }

    private void name(Path name, Inode inode, @Nullable Path former) {
        changes.add(names -> {
            names.put(name, inode);
            if (former != null) {
                names.remove(former);
            }
            return names;
        });
    }

    @Override
    public Path createTemporary(Path folder) {
        step();
        Path name = folder.resolve("temporary");
        name(name, new Inode(new byte[0], false), null);
        return name;
    }

    @Override
    public void write(Path file, byte[] content) {
        step();
        Inode inode = at(file);
        inode.content = Arrays.copyOf(content, content.length / 2);
        step();
        inode.content = content;
    }

    @Override
    public void force(Path file) {
        step();
        at(file).forced = true;
    }

    @Override
    public void link(Path file, Path name) throws IOException {
        step();
        if (!links) {
            throw new FileSystemException(name.toString(), file.toString(), "Operation not permitted");
        }
        requireFree(name);
        name(name, at(file), null);
    }

    @Override
    public void moveUnlessThere(Path file, Path name) throws IOException {
        step();
        requireFree(name);
        name(name, at(file), file);
    }

    @Override
    public void replace(Path file, Path name) {
        step();
        name(name, at(file), file);
    }

    @Override
    public void delete(Path file) {
        step();
        changes.add(names -> {
            names.remove(file);
            return names;
        });
    }

    @Override
    public void forceFolder(Path folder) {
        step();
        Map<Path, Inode> names = names();
        changes.clear();
        forcedNames.clear();
        forcedNames.putAll(names);
    }

    private void requireFree(Path name) throws IOException {
        if (names().containsKey(name)) {
            throw new FileAlreadyExistsException(name.toString());
        }
    }

    @Override
    public String toString() {
        return "ModelDisk[" + stepsLeft + " steps left]";
    }
}
