package dev.wasmbox.internal.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import run.endive.runtime.Instance;

/** Whatever a program does, its memory ends up as if every computed NaN had been canonical from the first moment. */
class RandomProgramsTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void memory_holds_what_the_specification_says_on_both_engines(long seed) {
        List<RandomPrograms.Program> programs = new RandomPrograms(seed).programs(100);
        byte[] wasm = Wat.assemble(RandomPrograms.module(programs));
        for (EngineUnderTest engine : EngineUnderTest.values()) {
            Instance instance = engine.prepareAndInstantiate(wasm);
            for (int i = 0; i < programs.size(); i++) {
                List<Long> expected = programs.get(i).expectedCells();
                instance.memory().fill((byte) 0, 0, 8 * expected.size());
                instance.export(String.valueOf(i)).apply();
                List<Long> cells = IntStream.range(0, expected.size())
                        .mapToObj(cell -> instance.memory().readLong(8 * cell))
                        .toList();
                assertThat(cells)
                        .as("%s, program %d: %s", engine, i, programs.get(i).text())
                        .isEqualTo(expected);
            }
        }
    }
}
