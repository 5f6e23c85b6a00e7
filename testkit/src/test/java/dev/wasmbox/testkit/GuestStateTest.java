package dev.wasmbox.testkit;

import static dev.wasmbox.testkit.StateMachine.DATA_DROP;
import static dev.wasmbox.testkit.StateMachine.ELEM_DROP;
import static dev.wasmbox.testkit.StateMachine.FUNCREF_GLOBAL;
import static dev.wasmbox.testkit.StateMachine.GLOBALS;
import static dev.wasmbox.testkit.StateMachine.GROW_FIRST;
import static dev.wasmbox.testkit.StateMachine.GROW_SECOND;
import static dev.wasmbox.testkit.StateMachine.MEMORY_INIT;
import static dev.wasmbox.testkit.StateMachine.REPORT;
import static dev.wasmbox.testkit.StateMachine.TABLE_GROW;
import static dev.wasmbox.testkit.StateMachine.TABLE_INIT;
import static dev.wasmbox.testkit.StateMachine.TABLE_SET;
import static dev.wasmbox.testkit.StateMachine.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a guest with every kind of state that WebAssembly has, all is in the snapshot. */
class GuestStateTest {

    private static WasmBox<byte[], byte[]> start(Engine engine) {
        return StateMachine.load(engine).start(BoxOptions.bytes());
    }

    private static ByteBuffer report(WasmBox<byte[], byte[]> box, byte[] command) {
        return ByteBuffer.wrap(box.send(command).getFirst()).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void everythingIsInTheSnapshot(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine);
        report(box, command(GLOBALS, 0, -3));
        report(box, command(GLOBALS, 0, -3));
        report(box, command(TABLE_GROW, 4, 0));
        report(box, command(TABLE_SET, 5, 0));
        report(box, command(FUNCREF_GLOBAL, 1, 0));
        report(box, command(GROW_FIRST, 2, 77));
        report(box, command(GROW_SECOND, 1, 128));
        report(box, command(TABLE_INIT, 0, 0));
        ByteBuffer before = report(box, command(REPORT, 0, 0));
        assertThat(before.getInt(256)).isEqualTo(-5);
        assertThat(before.getLong(260)).isEqualTo(18);
        assertThat(before.getFloat(268)).isEqualTo(1 / 3f);
        assertThat(before.getDouble(272)).isEqualTo(Math.sqrt(Math.sqrt(7) + 3));
        assertThat(before.getInt(280)).isZero();
        assertThat(before.getInt(284)).isEqualTo(3);
        assertThat(before.getInt(288)).isEqualTo(2);
        assertThat(before.getInt(292)).isEqualTo(7);
        assertThat(before.getInt(300)).isEqualTo(128);
        assertThat(before.get(304)).isEqualTo((byte) 7);
        assertThat(before.get(305)).isEqualTo((byte) 8);
        assertThat(before.get(306)).isEqualTo((byte) 4);
        assertThat(before.get(309)).isEqualTo((byte) 8);

        Snapshot snapshot = Snapshot.of(box.snapshot().toBytes());
        assertThat(snapshot.memoryBytes()).isEqualTo(5 * 65_536);
        WasmBox<byte[], byte[]> woken = box.module().restore(snapshot, BoxOptions.bytes());
        assertThat(report(woken, command(REPORT, 0, 0))).isEqualTo(before);

        // A box that has gone further is led back whole: its larger memory and table leave no tail.
        WasmBox<byte[], byte[]> further = start(engine);
        report(further, command(GROW_FIRST, 3, -1));
        report(further, command(GROW_FIRST, 2, -1));
        report(further, command(TABLE_GROW, 9, 0));
        further.restore(snapshot);
        assertThat(report(further, command(REPORT, 0, 0))).isEqualTo(before);
        further.restore(snapshot);
        assertThat(report(further, command(GROW_FIRST, 1, 0)).getInt(284)).isEqualTo(4);
        ByteBuffer grown = report(further, command(TABLE_GROW, 2, 0));
        assertThat(grown.get(304 + 8)).isEqualTo((byte) 4);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void droppedSegmentsStayDroppedAndOthersComeBack(Engine engine) {
        WasmBox<byte[], byte[]> box = start(engine);
        Snapshot whole = box.snapshot();
        report(box, command(MEMORY_INIT, 0, 0));
        report(box, command(DATA_DROP, 1, 0));
        report(box, command(ELEM_DROP, 0, 0));
        Snapshot dropped = box.snapshot();

        for (byte[] command : List.of(command(MEMORY_INIT, 0, 0), command(TABLE_INIT, 0, 0))) {
            WasmBox<byte[], byte[]> woken = box.module().restore(dropped, BoxOptions.bytes());
            assertThatExceptionOfType(TrapException.class)
                    .isThrownBy(() -> woken.send(command))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TRAP))
                    .withMessageContaining("out of bounds");
            woken.restore(whole);
            assertThat(woken.send(command)).hasSize(1);
            assertThatExceptionOfType(TrapException.class)
                    .as("the other box is on its own")
                    .isThrownBy(() -> box.send(command));
            box.restore(dropped);
        }
        assertThat(start(engine).send(command(MEMORY_INIT, 0, 0)))
                .as("what a box drops is dropped in no other box of the module")
                .hasSize(1);
    }

    @Test
    void dataThatIsEmptyByItselfIsNotDropped() {
        WasmBox<byte[], byte[]> box = start(Engine.INTERPRETED);
        Snapshot before = box.snapshot();
        box.send(command(REPORT, 0, 0));
        Snapshot reported = box.snapshot();
        box.restore(before);
        box.send(command(DATA_DROP, 0, 0));
        Snapshot dropped = box.snapshot();
        assertThat(reported.droppedDataSegments().stream()).isEmpty();
        assertThat(dropped.droppedDataSegments().stream()).containsExactly(3);
    }

    @Property(tries = 60)
    void everyRunHasTheSameResult(@ForAll("runs") Tuple2<List<byte[]>, Set<Integer>> run) {
        SameResult.of(StateMachine::load).checkBytes(run.get1(), run.get2());
    }

    @Provide
    Arbitrary<Tuple2<List<byte[]>, Set<Integer>>> runs() {
        return StateMachine.runs();
    }
}
