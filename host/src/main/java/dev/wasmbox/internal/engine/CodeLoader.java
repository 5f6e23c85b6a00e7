package dev.wasmbox.internal.engine;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;

/** The classes of one module's compiled code, and a {@link CompiledAccess} of their own. */
final class CodeLoader extends ClassLoader {

    private static final String ACCESS = CompiledAccess.class.getName();

    static {
        registerAsParallelCapable();
    }

    private final Map<String, byte[]> classes;
    private final MethodHandle newMachine;
    private boolean interruptible;

    CodeLoader(CompiledCode code) throws ReflectiveOperationException {
        super(CodeLoader.class.getClassLoader());
        this.classes = new ConcurrentHashMap<>(code.classes());
        // The loaded code is in no module of its own and calls into this package, which nobody else may. And is called
        // from it.
        CodeLoader.class
                .getModule()
                .addExports(CodeLoader.class.getPackageName(), getUnnamedModule())
                .addReads(getUnnamedModule());
        this.newMachine = MethodHandles.publicLookup()
                .findConstructor(loadClass(CompiledCode.MACHINE), MethodType.methodType(void.class, Instance.class))
                .asType(MethodType.methodType(Machine.class, Instance.class));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(ACCESS) && !name.startsWith(CompiledCode.MACHINE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] code = name.startsWith(ACCESS)
                ? accessCode(name)
                : classes.remove(name); // the virtual machine keeps what it has
        if (code == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, code, 0, code.length);
    }

    private static byte[] accessCode(String name) {
        String file = name.substring(name.lastIndexOf('.') + 1) + ".class";
        try (InputStream in = Objects.requireNonNull(CompiledAccess.class.getResourceAsStream(file), file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new NoClassDefFoundError(name + ": " + e);
        }
    }

    /** Makes the code look, from now on, if its thread is interrupted. That cannot be undone. */
    synchronized void beInterruptible() {
        if (!interruptible) {
            try {
                MethodHandles.publicLookup()
                        .findStatic(loadClass(ACCESS), "beInterruptible", MethodType.methodType(void.class))
                        .invoke();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new LinkageError("the compiled code cannot be interrupted", e);
            }
            interruptible = true;
        }
    }

    Machine newMachine(Instance instance) {
        try {
            return (Machine) newMachine.invokeExact(instance);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("the compiled code's machine cannot be made", e);
        }
    }

    /**
     * A function of the module.
     *
     * @param index its index
     * @param type its parameters, then the memory and the instance, and its result
     * @return the function, or null if compiled code has none of that kind
     */
    @Nullable
    MethodHandle function(int index, MethodType type) {
        for (int group = 0; ; group++) {
            try {
                Class<?> functions = loadClass(CompiledCode.MACHINE + "FuncGroup_" + group);
                return MethodHandles.privateLookupIn(functions, MethodHandles.lookup())
                        .findStatic(functions, "func_" + index, type);
            } catch (NoSuchMethodException e) {
                // It is in the next one.
            } catch (ClassNotFoundException | IllegalAccessException e) {
                return null;
            }
        }
    }
}
