package dev.wasmbox.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.GuestModule;
import dev.wasmbox.RestoreOptions;
import dev.wasmbox.Snapshot;
import dev.wasmbox.WasmBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A guest that calls any function of WASI preview 1 for us: the message names it, gives its arguments and what to write
 * to memory first; the answer is the error number and what is in memory then.
 */
final class WasiGuest {

    /** Where what the message brings is written, and where the answer's memory begins. */
    static final int MEMORY = 8192;

    static final int MEMORY_BYTES = 1024;
    private static final int ARGUMENTS = 9;

    /** All of wasi_snapshot_preview1.witx: i is an i32, I an i64; all but proc_exit answer with an i32. */
    private static final String FUNCTIONS =
            """
            args_get ii
            args_sizes_get ii
            environ_get ii
            environ_sizes_get ii
            clock_res_get ii
            clock_time_get iIi
            fd_advise iIIi
            fd_allocate iII
            fd_close i
            fd_datasync i
            fd_fdstat_get ii
            fd_fdstat_set_flags ii
            fd_fdstat_set_rights iII
            fd_filestat_get ii
            fd_filestat_set_size iI
            fd_filestat_set_times iIIi
            fd_pread iiiIi
            fd_prestat_get ii
            fd_prestat_dir_name iii
            fd_pwrite iiiIi
            fd_read iiii
            fd_readdir iiiIi
            fd_renumber ii
            fd_seek iIii
            fd_sync i
            fd_tell ii
            fd_write iiii
            path_create_directory iii
            path_filestat_get iiiii
            path_filestat_set_times iiiiIIi
            path_link iiiiiii
            path_open iiiiiIIii
            path_readlink iiiiii
            path_remove_directory iii
            path_rename iiiiii
            path_symlink iiiii
            path_unlink_file iii
            poll_oneoff iiii
            proc_exit i
            proc_raise i
            random_get ii
            sched_yield -
            sock_accept iii
            sock_recv iiiiii
            sock_send iiiii
            sock_shutdown ii
            """;

    private static final Map<String, Integer> NUMBERS = new java.util.LinkedHashMap<>();
    private static final String TEXT = text();

    private WasmBox<byte[], byte[]> box;
    private ByteBuffer memory = ByteBuffer.allocate(MEMORY_BYTES);

    private WasiGuest(WasmBox<byte[], byte[]> box) {
        this.box = box;
    }

    static WasiGuest start(Engine engine, BoxOptions<byte[], byte[]> options) {
        return new WasiGuest(module(engine).start(options));
    }

    static GuestModule module(Engine engine) {
        return MODULES.computeIfAbsent(engine, key -> Wat.load(TEXT, key));
    }

    private static final Map<Engine, GuestModule> MODULES = new java.util.concurrent.ConcurrentHashMap<>();

    static List<String> functions() {
        return List.copyOf(NUMBERS.keySet());
    }

    private static String text() {
        StringBuilder imports =
                new StringBuilder("(import \"env\" \"wasmbox_callback\" (func $callback (param i32 i32)))\n");
        StringBuilder calls = new StringBuilder();
        for (String line : FUNCTIONS.lines().toList()) {
            String name = line.substring(0, line.indexOf(' '));
            String types = line.substring(line.indexOf(' ') + 1).replace("-", "");
            boolean answers = !name.equals("proc_exit");
            int number = NUMBERS.size();
            NUMBERS.put(name, number);
            imports.append("(import \"wasi_snapshot_preview1\" \"%s\" (func $%s (param%s)%s))%n"
                    .formatted(
                            name,
                            name,
                            types.replace("i", " i32").replace("I", " i64"),
                            answers ? " (result i32)" : ""));
            StringBuilder call = new StringBuilder("(call $" + name);
            for (int i = 0; i < types.length(); i++) {
                String load = "(i64.load offset=" + (1 + 8 * i) + " (local.get $p))";
                call.append(types.charAt(i) == 'i' ? " (i32.wrap_i64 " + load + ")" : " " + load);
            }
            call.append(')');
            calls.append("(if (i32.eq (i32.load8_u (local.get $p)) (i32.const %d)) (then %s))%n"
                    .formatted(number, answers ? "(i32.store (i32.const " + (MEMORY - 4) + ") " + call + ")" : call));
        }
        int header = 1 + 8 * ARGUMENTS;
        return Wat.guest(imports
                + """
                (memory (export "memory") 4)
                (func (export "wasmbox_send") (param $p i32) (param $length i32)
                  (memory.copy (i32.const %d) (i32.add (local.get $p) (i32.const %d))
                    (i32.sub (local.get $length) (i32.const %d)))
                  (i32.store (i32.const %d) (i32.const -1))
                  %s
                  (call $callback (i32.const %d) (i32.const %d)))
                """
                        .formatted(MEMORY, header, header, MEMORY - 4, calls, MEMORY - 4, MEMORY_BYTES + 4));
    }

    /** Calls a function, without writing to memory first. */
    int call(String function, long... arguments) {
        return callWith(new byte[0], function, arguments);
    }

    /** Writes to {@link #MEMORY}, calls a function, and gives its error number. */
    int callWith(byte[] contents, String function, long... arguments) {
        ByteBuffer answer = ByteBuffer.wrap(
                        box.send(message(contents, function, arguments)).getFirst())
                .order(ByteOrder.LITTLE_ENDIAN);
        int error = answer.getInt();
        memory = answer.slice().order(ByteOrder.LITTLE_ENDIAN);
        return error;
    }

    static byte[] message(byte[] contents, String function, long... arguments) {
        assertThat(contents.length).isLessThan(4000);
        ByteBuffer message =
                ByteBuffer.allocate(1 + 8 * ARGUMENTS + contents.length).order(ByteOrder.LITTLE_ENDIAN);
        message.put(NUMBERS.getOrDefault(function, -1).byteValue());
        for (long argument : arguments) {
            message.putLong(argument);
        }
        message.position(1 + 8 * ARGUMENTS).put(contents);
        return message.array();
    }

    /** What was in memory after the last call, from {@link #MEMORY} on. */
    ByteBuffer memory() {
        return memory;
    }

    byte[] memory(int offset, int length) {
        byte[] bytes = new byte[length];
        memory.get(offset, bytes);
        return bytes;
    }

    long realtime() {
        assertThat(call("clock_time_get", 0, 1, MEMORY)).isZero();
        return memory.getLong(0);
    }

    long monotonic() {
        assertThat(call("clock_time_get", 1, 1, MEMORY)).isZero();
        return memory.getLong(0);
    }

    WasmBox<byte[], byte[]> box() {
        return box;
    }

    void restore(Snapshot snapshot) {
        box.restore(snapshot, RestoreOptions.identical());
    }

    /** Goes on in a new box. */
    void wake(Snapshot snapshot) {
        box = box.module().restore(snapshot, box.options(), RestoreOptions.identical());
    }

    /** The bytes of a list of pairs of an address and a length, followed by what they point to. */
    static byte[] vectors(byte[]... parts) {
        ByteBuffer bytes = ByteBuffer.allocate(3000).order(ByteOrder.LITTLE_ENDIAN);
        int at = 8 * parts.length;
        List<byte[]> all = new ArrayList<>(List.of(parts));
        for (byte[] part : all) {
            bytes.putInt(MEMORY + at).putInt(part.length);
            at += part.length;
        }
        all.forEach(bytes::put);
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }
}
