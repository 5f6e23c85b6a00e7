package dev.wasmbox.internal.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmEngineException;

/** An access at a static offset of 2 GiB or more traps, whatever the address, and one at a negative address does; nearer ones work. */
class FarAccessesTest {

    private static final List<String> LOADS = List.of(
            "i32.load",
            "i64.load",
            "f32.load",
            "f64.load",
            "i32.load8_s",
            "i32.load8_u",
            "i32.load16_s",
            "i32.load16_u",
            "i64.load8_s",
            "i64.load8_u",
            "i64.load16_s",
            "i64.load16_u",
            "i64.load32_s",
            "i64.load32_u");

    private static final List<String> STORES = List.of(
            "i32.store",
            "i64.store",
            "f32.store",
            "f64.store",
            "i32.store8",
            "i32.store16",
            "i64.store8",
            "i64.store16",
            "i64.store32");

    @ParameterizedTest
    @EnumSource
    void far_accesses_trap_and_near_ones_work(EngineUnderTest engine) {
        StringBuilder text = new StringBuilder("(module (memory 1)\n");
        for (long offset : new long[] {16, 0x7FFF_FFFFL, 0x8000_0000L, 0x8000_0010L, 0xFFFF_FFFFL}) {
            for (String load : LOADS) {
                text.append("(func (export \"%s %x\") (param i32) (drop (%s offset=%d (local.get 0))))\n"
                        .formatted(load, offset, load, offset));
            }
            for (String store : STORES) {
                String type = store.substring(0, 3);
                text.append("(func (export \"%s %x\") (param i32) (%s offset=%d (local.get 0) (%s.const 1)))\n"
                        .formatted(store, offset, store, offset, type));
            }
        }
        Instance instance = engine.prepareAndInstantiate(Wat.assemble(text + ")"));
        for (String access :
                List.of(LOADS, STORES).stream().flatMap(List::stream).toList()) {
            assertThat(instance.export(access + " 10").apply(16)).isNullOrEmpty();
            for (int address : new int[] {-16, -8, -1, Integer.MIN_VALUE, 65_536 - 16}) {
                assertThatThrownBy(() -> instance.export(access + " 10").apply(address))
                        .as("%s at %x offset 16", access, address)
                        .isInstanceOf(WasmEngineException.class)
                        .hasMessageContaining("out of bounds memory access");
            }
            for (String offset : List.of("7fffffff", "80000000", "80000010", "ffffffff")) {
                for (int address : new int[] {0, 1, 0x7FFF_FFFF, 0x7FFF_FFF8, 0x8000_0000, -16, -1}) {
                    assertThatThrownBy(
                                    () -> instance.export(access + " " + offset).apply(address))
                            .as("%s at %x offset %s", access, address, offset)
                            .isInstanceOf(WasmEngineException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_comes_before_the_trap_happens_and_what_comes_after_does_not(EngineUnderTest engine) {
        Instance instance = engine.prepareAndInstantiate(
                Wat.assemble(
                        """
                (module (memory (export "memory") 1)
                  (func (export "f") (result f64)
                    (i32.store8 (i32.const 0) (i32.const 1))
                    (f64.add (f64.load offset=0x80000000 (i32.const 8)) (f64.const 1))
                    (i32.store8 (i32.const 1) (i32.const 1))))
                """));
        assertThatThrownBy(() -> instance.export("f").apply()).isInstanceOf(WasmEngineException.class);
        assertThat(instance.memory().readI16(0)).isEqualTo(1);
    }
}
