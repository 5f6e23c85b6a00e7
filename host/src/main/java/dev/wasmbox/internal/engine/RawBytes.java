package dev.wasmbox.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Numbers in an array of bytes, little endian. Whoever uses {@link #UNSAFE} has checked the address.
 *
 * <p>The Java virtual machine is about to lose {@code sun.misc.Unsafe}. Where it does not allow it any more, the
 * variable handles do the same, and large functions run several times slower.
 */
@SuppressWarnings({"sunapi", "removal", "deprecation", "NullAway"}) // null where it is not allowed
public final class RawBytes {

    /** Numbers in an array, with a check of the index. */
    public static final VarHandle SHORT = view(short[].class);

    /** See {@link #SHORT}. */
    public static final VarHandle INT = view(int[].class);

    /** See {@link #SHORT}. */
    public static final VarHandle LONG = view(long[].class);

    /** See {@link #SHORT}. */
    public static final VarHandle FLOAT = view(float[].class);

    /** See {@link #SHORT}. */
    public static final VarHandle DOUBLE = view(double[].class);

    /** Little-endian ones that access numbers at any address. */
    private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");

    /** Where an array's first byte is, for {@link #UNSAFE}. */
    public static final long BASE = 16;

    /** Numbers at an address in an array, without any check. Not to be used unless {@link #IS_ALLOWED}. */
    public static final sun.misc.Unsafe UNSAFE;

    /** Whether {@link #UNSAFE} may be used, and does what is expected here. */
    public static final boolean IS_ALLOWED;

    static {
        sun.misc.Unsafe unsafe = null;
        boolean works = false;
        try {
            Field field = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            unsafe = (sun.misc.Unsafe) field.get(null);
            works = PROCESSORS.contains(System.getProperty("os.arch", "")) && isAsExpected(unsafe);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            // It is not there, or the virtual machine was told to deny it.
        }
        UNSAFE = unsafe;
        IS_ALLOWED = works;
    }

    private RawBytes() {}

    private static VarHandle view(Class<?> arrayType) {
        return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isAsExpected(sun.misc.Unsafe unsafe) {
        byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8};
        return unsafe.arrayBaseOffset(byte[].class) == BASE
                && unsafe.getLong(bytes, BASE + 1) == (long) LONG.get(bytes, 1);
    }
}
