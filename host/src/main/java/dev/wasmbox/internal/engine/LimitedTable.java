package dev.wasmbox.internal.engine;

import dev.wasmbox.internal.state.TableImage;
import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * A guest's table, with the box's limit on its size and limits of its own: the engine's table writes its growth into the
 * module's description, where every other box of the module would see it.
 */
final class LimitedTable extends TableInstance {

    private final int maximumElements;

    /** What it held when it was last captured or restored: the next capture shares what has not changed. */
    private TableImage captured = TableImage.empty();

    LimitedTable(Table table, int initialValue, int maximumElements) {
        super(ownCopy(table), initialValue);
        this.maximumElements = maximumElements;
    }

    private static Table ownCopy(Table table) {
        TableLimits limits = table.limits();
        return new Table(
                table.elementType(), new TableLimits(limits.min(), limits.max(), limits.shared()), table.initialize());
    }

    @Override
    public int grow(int elements, int value, Instance instance) {
        return allows(elements) ? super.grow(elements, value, instance) : -1;
    }

    @Override
    public int growWithRef(int elements, Object reference, Instance instance) {
        return allows(elements) ? super.growWithRef(elements, reference, instance) : -1;
    }

    private boolean allows(int elements) {
        return elements >= 0 && elements <= maximumElements - size();
    }

    TableImage capture() {
        int[] references = new int[size()];
        for (int i = 0; i < references.length; i++) {
            references[i] = ref(i);
        }
        captured = TableImage.capture(references, captured);
        return captured;
    }

    /** Lets the next capture share with contents of the same module's table that nothing was shared with yet. */
    void shareWith(TableImage contents) {
        captured = contents;
    }

    /** Sets the whole table. It must not be larger than the image is. */
    void restore(TableImage image, Instance instance) {
        int[] references = image.references();
        captured = image;
        if (references.length > size()) {
            super.grow(references.length - size(), -1, instance);
        }
        for (int i = 0; i < references.length; i++) {
            setRef(i, references[i], instance);
        }
    }
}
