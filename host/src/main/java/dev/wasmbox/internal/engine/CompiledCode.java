package dev.wasmbox.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.wasmbox.internal.prepare.ModulePreparation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.stream.Collectors;

/**
 * A module's compiled code: the classes that the engine made of it, which get at memory and host through
 * {@link CompiledAccess} instead of the engine's own methods. The same module makes the same bytes.
 */
final class CompiledCode {

    /** The engine's name for the class that is the machine; the names of all others begin with it. */
    static final String MACHINE = "run.endive.$gen.CompiledMachine";

    private static final String ENGINE_ACCESS = MACHINE.replace('.', '/') + "Shaded";
    private static final String CLASS_SUFFIX = ".class";

    /** What the methods of functions call that are left to the interpreter. */
    private static final Set<String> TO_INTERPRETER = Set.of(
            "callIndirect([JILrun/endive/runtime/Instance;)[J",
            "callIndirectOnInterpreterWithRefs([J[Ljava/lang/Object;ILrun/endive/runtime/Instance;)"
                    + "Lrun/endive/runtime/CallResult;");

    private static final String FUNCTION = "func_";

    private final byte[] outline;
    private final Map<String, byte[]> classes;

    private CompiledCode(byte[] outline, Map<String, byte[]> classes) {
        this.outline = outline;
        this.classes = classes;
    }

    /**
     * Takes the engine's code.
     *
     * @param jar what the engine stores in its cache
     * @param module the module, prepared
     * @return the code, changed
     */
    static CompiledCode fromEngine(byte[] jar, byte[] module) {
        Set<String> methods = Arrays.stream(CompiledAccess.class.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                .map(CompiledCode::nameAndDescriptor)
                .collect(Collectors.toSet());
        Map<String, byte[]> classes = new TreeMap<>();
        try (JarInputStream entries = new JarInputStream(new ByteArrayInputStream(jar))) {
            for (JarEntry entry = entries.getNextJarEntry(); entry != null; entry = entries.getNextJarEntry()) {
                String name = entry.getName();
                if (name.endsWith(CLASS_SUFFIX)) {
                    byte[] code = ConstantPool.redirect(
                            entries.readAllBytes(),
                            ENGINE_ACCESS,
                            methods,
                            CompiledAccess.class.getName().replace('.', '/'));
                    classes.put(
                            name.substring(0, name.length() - CLASS_SUFFIX.length())
                                    .replace('/', '.'),
                            code);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Set<Integer> interpreted = interpretedFunctions(classes);
        return new CompiledCode(ModulePreparation.outline(module, interpreted::contains), classes);
    }

    /** The functions that are too large for a method, so that their code is needed besides the classes. */
    private static Set<Integer> interpretedFunctions(Map<String, byte[]> classes) {
        return classes.values().stream()
                .flatMap(bytes -> ClassFile.of().parse(bytes).methods().stream())
                .filter(method -> method.methodName().stringValue().startsWith(FUNCTION))
                .filter(CompiledCode::callsInterpreter)
                .map(method -> Integer.valueOf(method.methodName().stringValue().substring(FUNCTION.length())))
                .collect(Collectors.toSet());
    }

    private static boolean callsInterpreter(MethodModel method) {
        return method.code().stream()
                .flatMap(CodeModel::elementStream)
                .anyMatch(element -> element instanceof InvokeInstruction call
                        && TO_INTERPRETER.contains(
                                call.name().stringValue() + call.type().stringValue()));
    }

    private static String nameAndDescriptor(Method method) {
        return method.getName()
                + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .descriptorString();
    }

    /*
     * bytes := outlineLength:u32 outline count:u32 (nameLength:u32 name codeLength:u32 code)[count]
     *                                                                            (numbers are little endian)
     */

    /** {@return the code as it can be stored} */
    byte[] toBytes() {
        int length = 2 * Integer.BYTES + outline.length;
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            length += 2 * Integer.BYTES + entry.getKey().length() + entry.getValue().length;
        }
        ByteBuffer out = ByteBuffer.allocate(length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(outline.length)
                .put(outline)
                .putInt(classes.size());
        classes.forEach((name, code) -> {
            out.putInt(name.length()).put(name.getBytes(UTF_8));
            out.putInt(code.length).put(code);
        });
        return out.array();
    }

    /** {@return the code that was stored; anything may be thrown if these bytes are something else} */
    static CompiledCode of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] outline = next(in);
        Map<String, byte[]> classes = new TreeMap<>();
        for (int count = in.getInt(); count > 0; count--) {
            String name = new String(next(in), UTF_8);
            classes.put(name, next(in));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes are left over");
        }
        return new CompiledCode(outline, classes);
    }

    private static byte[] next(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** {@return the module, prepared, but without the code of functions that is in the classes} */
    byte[] outline() {
        return outline;
    }

    /** {@return the code of each class, by its name} */
    Map<String, byte[]> classes() {
        return classes;
    }
}
