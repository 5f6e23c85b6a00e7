package dev.wasmbox.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Calls lead to the other class, and nothing else is changed. */
class ConstantPoolTest {

    private static final String FROM = "java/lang/Math";
    private static final String TO = "some/where/Else";

    /** What is redirected in the tests. */
    static long sample(long a, double b) {
        return Math.max(a, 3) + Math.addExact(a, 5L) + (long) Math.max(b, 1.5) + StrictMath.max(a, 2);
    }

    private static byte[] code() throws IOException {
        try (InputStream in = ConstantPoolTest.class.getResourceAsStream("ConstantPoolTest.class")) {
            return in.readAllBytes();
        }
    }

    private static List<String> calls(byte[] code) {
        return StreamSupport.stream(ClassFile.of().parse(code).constantPool().spliterator(), false)
                .filter(MethodRefEntry.class::isInstance)
                .map(MethodRefEntry.class::cast)
                .map(ConstantPoolTest::describe)
                .toList();
    }

    private static String describe(MemberRefEntry entry) {
        return entry.owner().asInternalName() + "." + entry.name() + entry.type();
    }

    @Test
    void onlyTheNamedMethodsOfTheNamedClassAreCalledElsewhere() throws IOException {
        byte[] code = code();
        byte[] changed = ConstantPool.redirect(code, FROM, Set.of("max(JJ)J"), TO);
        assertThat(calls(code)).contains(FROM + ".max(JJ)J", FROM + ".max(DD)D", FROM + ".addExact(JJ)J");
        assertThat(calls(changed))
                .isEqualTo(calls(code).stream()
                        .map(call -> call.replace(FROM + ".max(JJ)J", TO + ".max(JJ)J"))
                        .toList());
        ClassModel before = ClassFile.of().parse(code);
        ClassModel after = ClassFile.of().parse(changed);
        assertThat(after.thisClass().asInternalName())
                .isEqualTo(before.thisClass().asInternalName());
        assertThat(after.methods()).hasSameSizeAs(before.methods());
        int tail = 2000; // methods and attributes
        assertThat(Arrays.copyOfRange(changed, changed.length - tail, changed.length))
                .isEqualTo(Arrays.copyOfRange(code, code.length - tail, code.length));
    }

    @Test
    void aClassThatCallsNoneOfThemIsLeftAsItIs() throws IOException {
        byte[] code = code();
        assertThat(ConstantPool.redirect(code, FROM, Set.of("max(FF)F"), TO)).isSameAs(code);
        assertThat(ConstantPool.redirect(code, TO, Set.of("max(JJ)J"), FROM)).isSameAs(code);
    }

    /** The engine's class for memory and host has methods of ours in it wherever compiled code calls it. */
    @Test
    void compiledCodeCallsOursWhereverThereIsOne() {
        byte[] kept = CompiledModules.code(
                """
                (module (memory 1)
                  (func (export "f") (param i32) (result i32)
                    (i32.store (local.get 0) (i32.load (local.get 0)))
                    (i64.store8 (local.get 0) (i64.load16_u (local.get 0)))
                    (f64.store (local.get 0) (f64.promote_f32 (f32.load (local.get 0))))
                    (memory.fill (i32.const 0) (i32.const 0) (memory.grow (i32.const 1)))
                    (loop $again (br_if $again (i32.load8_s (local.get 0))))
                    (i32.atomic.rmw.add (local.get 0) (i32.const 1))))
                """);
        Set<String> ours = Arrays.stream(CompiledAccess.class.getDeclaredMethods())
                .map(Method::getName)
                .collect(Collectors.toSet());
        Map<String, byte[]> classes = CompiledCode.of(kept).classes();
        List<String> calls = classes.entrySet().stream()
                .filter(entry -> !entry.getKey().endsWith("Shaded"))
                .flatMap(entry -> calls(entry.getValue()).stream())
                .toList();
        String access = CompiledAccess.class.getName().replace('.', '/');
        assertThat(calls)
                .anyMatch(call -> call.startsWith(access + ".memoryReadInt("))
                .anyMatch(call -> call.startsWith(access + ".memoryWriteByte("))
                .anyMatch(call -> call.startsWith(access + ".checkInterruption("))
                .anyMatch(call -> call.contains("Shaded.memoryGrow("))
                .noneMatch(call -> call.contains("Shaded.")
                        && ours.contains(call.substring(call.indexOf('.') + 1, call.indexOf('('))));
    }

    @Test
    void damagedClassesAreRefusedOrChangedButNeverTakeLong() throws IOException {
        byte[] code = code();
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = random.nextBoolean() ? code.clone() : Arrays.copyOf(code, random.nextInt(code.length));
            for (int changes = random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
                damaged[random.nextInt(Math.min(damaged.length, 3000))] = (byte) random.nextInt();
            }
            try {
                ConstantPool.redirect(damaged, FROM, Set.of("max(JJ)J"), TO);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
        assertThatThrownBy(() -> ConstantPool.redirect(new byte[0], FROM, Set.of(), TO))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
