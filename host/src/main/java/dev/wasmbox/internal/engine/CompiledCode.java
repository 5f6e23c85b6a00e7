package dev.wasmbox.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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

    private final Map<String, byte[]> classes;

    private CompiledCode(Map<String, byte[]> classes) {
        this.classes = classes;
    }

    /**
     * Takes the engine's code.
     *
     * @param jar what the engine stores in its cache
     * @return the code, changed
     */
    static CompiledCode fromEngine(byte[] jar) {
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
        return new CompiledCode(classes);
    }

    private static String nameAndDescriptor(Method method) {
        return method.getName()
                + MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .descriptorString();
    }

    /*
     * bytes := count:u32 (nameLength:u32 name codeLength:u32 code)[count]        (numbers are little endian)
     */

    /** {@return the code as it can be stored} */
    byte[] toBytes() {
        int length = Integer.BYTES;
        for (Map.Entry<String, byte[]> entry : classes.entrySet()) {
            length += 2 * Integer.BYTES + entry.getKey().length() + entry.getValue().length;
        }
        ByteBuffer out =
                ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).putInt(classes.size());
        classes.forEach((name, code) -> {
            out.putInt(name.length()).put(name.getBytes(UTF_8));
            out.putInt(code.length).put(code);
        });
        return out.array();
    }

    /** {@return the code that was stored; anything may be thrown if these bytes are something else} */
    static CompiledCode of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Map<String, byte[]> classes = new TreeMap<>();
        for (int count = in.getInt(); count > 0; count--) {
            String name = new String(next(in), UTF_8);
            classes.put(name, next(in));
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes are left over");
        }
        return new CompiledCode(classes);
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

    /** {@return the code of each class, by its name} */
    Map<String, byte[]> classes() {
        return classes;
    }
}
