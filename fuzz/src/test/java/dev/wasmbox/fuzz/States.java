package dev.wasmbox.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.wasmbox.Limits;
import dev.wasmbox.internal.state.BoxImage;
import dev.wasmbox.internal.state.GlobalValue;
import dev.wasmbox.internal.state.GuestState;
import dev.wasmbox.internal.state.HostState;
import dev.wasmbox.internal.state.PagedBytes;
import dev.wasmbox.internal.state.TableImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any state that a box could be in. */
final class States {

    private static final byte[] MODULE_DIGEST = new byte[32];

    private States() {}

    /** A state that the data say, which may share pages with another. */
    static BoxImage any(FuzzedDataProvider data, @Nullable BoxImage before) {
        List<PagedBytes> memories = new ArrayList<>();
        for (int i = data.consumeInt(0, 2); i > 0; i--) {
            PagedBytes earlier = before == null
                            || memories.size() >= before.guest().memories().size()
                    ? PagedBytes.zeros(0)
                    : before.guest().memories().get(memories.size());
            byte[] bytes = Arrays.copyOf(earlier.toBytes(), data.consumeInt(0, 3) * Limits.PAGE_BYTES);
            scatter(bytes, data);
            memories.add(PagedBytes.capture(bytes, bytes.length, earlier));
        }
        List<TableImage> tables = new ArrayList<>();
        for (int i = data.consumeInt(0, 2); i > 0; i--) {
            TableImage earlier =
                    before == null || tables.size() >= before.guest().tables().size()
                            ? TableImage.empty()
                            : before.guest().tables().get(tables.size());
            int[] references = new int[data.consumeInt(0, 3000)];
            Arrays.fill(references, -1);
            System.arraycopy(earlier.references(), 0, references, 0, Math.min(earlier.size(), references.length));
            for (int j = data.consumeInt(0, 3); j > 0 && references.length > 0; j--) {
                references[data.consumeInt(0, references.length - 1)] = data.consumeInt(-1, Integer.MAX_VALUE - 1);
            }
            tables.add(TableImage.capture(references, earlier));
        }
        List<GlobalValue> globals = new ArrayList<>();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
            boolean vector = data.consumeBoolean();
            globals.add(new GlobalValue(
                    vector ? GlobalValue.VECTOR : 0x7F, data.consumeLong(), vector ? data.consumeLong() : 0));
        }
        HostState host = new HostState(
                data.consumeLong(0, Long.MAX_VALUE),
                data.consumeLong(0, Long.MAX_VALUE),
                Arrays.copyOf(data.consumeBytes(HostState.SEED_BYTES), HostState.SEED_BYTES),
                data.consumeLong(0, 1L << 62),
                data.consumeLong(0, 1L << 62),
                data.consumeLong(0, 1L << 62),
                data.consumeBoolean());
        return new BoxImage(
                MODULE_DIGEST, new GuestState(memories, globals, tables, segments(data), segments(data)), host);
    }

    private static void scatter(byte[] bytes, FuzzedDataProvider data) {
        for (int i = data.consumeInt(0, 4); i > 0 && bytes.length > 0; i--) {
            int at = data.consumeInt(0, bytes.length - 1);
            if (data.consumeBoolean()) {
                Arrays.fill(bytes, at, Math.min(bytes.length, at + data.consumeInt(1, 10_000)), data.consumeByte());
            } else {
                byte[] some = data.consumeBytes(16);
                System.arraycopy(some, 0, bytes, at, Math.min(some.length, bytes.length - at));
            }
        }
    }

    private static BitSet segments(FuzzedDataProvider data) {
        BitSet segments = new BitSet();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
            segments.set(data.consumeInt(0, GuestState.MAXIMUM_SEGMENTS - 1));
        }
        return segments;
    }
}
