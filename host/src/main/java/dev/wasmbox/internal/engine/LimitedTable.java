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
    private final HostCalls host;

    /** What it held when it was last captured or restored: the next capture shares what has not changed. */
    private TableImage captured = TableImage.empty();

    /** Whether an element may have been set since then. */
    private boolean changed = true;

    LimitedTable(Table table, int initialValue, int maximumElements, HostCalls host) {
        super(ownCopy(table), initialValue);
        this.maximumElements = maximumElements;
        this.host = host;
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
        boolean allowed = elements >= 0 && elements <= maximumElements - size();
        if (!allowed) {
            host.growthRefused();
        }
        return allowed;
    }

    @Override
    public void setRef(int index, int value, Instance instance) {
        super.setRef(index, value, instance);
        changed = true;
    }

    TableImage capture() {
        if (changed || size() != captured.size()) {
            int[] references = new int[size()];
            for (int i = 0; i < references.length; i++) {
                references[i] = ref(i);
            }
            captured = TableImage.capture(references, captured);
            changed = false;
        }
        return captured;
    }

    /** Lets the next capture share with contents of the same module's table. */
    void shareWith(TableImage contents) {
        captured = contents;
        changed = true;
    }

    /** Sets the whole table, whose size can only grow: to one that is smaller, an instance cannot be set. */
    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same are set once more
    void set(TableImage image, Instance instance) {
        if (!changed && captured == image) {
            return;
        }
        int[] references = image.references();
        if (references.length > size()) {
            super.grow(references.length - size(), -1, instance);
        }
        for (int i = 0; i < references.length; i++) {
            super.setRef(i, references[i], instance);
        }
        captured = image;
        changed = false;
    }
}
