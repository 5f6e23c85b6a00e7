package dev.wasmbox.testkit;

import static dev.wasmbox.testkit.WasiGuest.MEMORY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.wasmbox.BoxClock;
import dev.wasmbox.BoxOptions;
import dev.wasmbox.Engine;
import dev.wasmbox.MemoryContents;
import dev.wasmbox.Seed;
import dev.wasmbox.Snapshot;
import dev.wasmbox.TrapException;
import dev.wasmbox.TrapException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The world that a guest sees through WASI preview 1: closed, deterministic, and with the right error numbers. */
class WasiTest {

    private static final int SUCCESS = 0;
    private static final int BADF = 8;
    private static final int FAULT = 21;
    private static final int INVAL = 28;
    private static final int NOTDIR = 54;
    private static final int NOTSOCK = 57;
    private static final int NOTSUP = 58;
    private static final int SPIPE = 70;

    /** The end of the guest's memory of four pages. */
    private static final int END = 4 * 65_536;

    /** ChaCha20 with a key and a nonce of zeros (RFC 8439, appendix A.1, vectors 1 and 2). */
    private static final String STREAM = "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
            + "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f";

    private final List<String> log = new ArrayList<>();
    private final BoxOptions<byte[], byte[]> options =
            BoxOptions.bytes().withLog((stream, line) -> log.add(stream + " " + line));

    // Error numbers.

    /** A function, an error number and arguments that lead to it. */
    record Call(int expected, String function, long... arguments) {
        @Override
        public String toString() {
            return function + Arrays.toString(arguments) + " = " + expected;
        }
    }

    static Stream<Arguments> calls() {
        Stream<Call> calls = Stream.of(
                new Call(SUCCESS, "args_get", MEMORY, MEMORY),
                new Call(SUCCESS, "args_sizes_get", MEMORY, MEMORY + 4),
                new Call(FAULT, "args_sizes_get", END - 3, MEMORY),
                new Call(FAULT, "args_sizes_get", MEMORY, -1),
                new Call(SUCCESS, "environ_get", MEMORY, MEMORY),
                new Call(SUCCESS, "environ_sizes_get", MEMORY, MEMORY + 4),
                new Call(FAULT, "environ_sizes_get", -4, MEMORY),
                new Call(SUCCESS, "sched_yield"),
                new Call(SUCCESS, "clock_res_get", 0, MEMORY),
                new Call(SUCCESS, "clock_res_get", 1, MEMORY),
                new Call(INVAL, "clock_res_get", 2, MEMORY),
                new Call(INVAL, "clock_res_get", 3, MEMORY),
                new Call(INVAL, "clock_res_get", -1, MEMORY),
                new Call(FAULT, "clock_res_get", 0, END - 7),
                new Call(SUCCESS, "clock_time_get", 0, 1, END - 8),
                new Call(INVAL, "clock_time_get", 2, 1, MEMORY),
                new Call(FAULT, "clock_time_get", 1, 1, END - 7),
                new Call(FAULT, "clock_time_get", 1, 1, 0x80000000L),
                new Call(SUCCESS, "random_get", MEMORY, 0),
                new Call(SUCCESS, "random_get", END, 0),
                new Call(FAULT, "random_get", END, 1),
                new Call(FAULT, "random_get", MEMORY, -1),
                new Call(FAULT, "random_get", -1, 1),
                new Call(FAULT, "random_get", 1, END),
                new Call(INVAL, "poll_oneoff", MEMORY, MEMORY, 0, MEMORY),
                new Call(FAULT, "poll_oneoff", END, MEMORY, 1, MEMORY),
                new Call(FAULT, "poll_oneoff", MEMORY, END, 1, MEMORY),
                new Call(FAULT, "poll_oneoff", MEMORY, MEMORY, 1, END),
                new Call(FAULT, "poll_oneoff", MEMORY, MEMORY, -1, MEMORY),
                new Call(FAULT, "poll_oneoff", MEMORY, MEMORY, 89_478_486, MEMORY), // times 48 is 32 beyond 2^32
                new Call(SUCCESS, "fd_read", 0, MEMORY, 1, MEMORY + 64),
                new Call(BADF, "fd_read", 1, MEMORY, 1, MEMORY + 64),
                new Call(BADF, "fd_read", 3, MEMORY, 1, MEMORY + 64),
                new Call(FAULT, "fd_read", 0, MEMORY, 0, END),
                new Call(SUCCESS, "fd_write", 1, MEMORY, 0, MEMORY + 64),
                new Call(BADF, "fd_write", 0, MEMORY, 0, MEMORY + 64),
                new Call(BADF, "fd_write", 3, MEMORY, 0, MEMORY + 64),
                new Call(BADF, "fd_write", -1, MEMORY, 0, MEMORY + 64),
                new Call(FAULT, "fd_write", 1, END - 4, 1, MEMORY + 64),
                new Call(FAULT, "fd_write", 1, MEMORY, 1, END),
                new Call(FAULT, "fd_write", 1, MEMORY, -1, MEMORY),
                new Call(FAULT, "fd_write", 1, MEMORY, 536_870_913, MEMORY), // times 8 is 8 beyond 2^32
                new Call(SUCCESS, "fd_fdstat_get", 0, MEMORY),
                new Call(SUCCESS, "fd_fdstat_get", 2, MEMORY),
                new Call(BADF, "fd_fdstat_get", 3, MEMORY),
                new Call(FAULT, "fd_fdstat_get", 1, END - 23),
                new Call(SUCCESS, "fd_filestat_get", 1, MEMORY),
                new Call(BADF, "fd_filestat_get", 4, MEMORY),
                new Call(FAULT, "fd_filestat_get", 1, END - 63),
                new Call(SUCCESS, "fd_close", 1),
                new Call(BADF, "fd_close", 3),
                new Call(NOTSUP, "fd_fdstat_set_flags", 1, 4),
                new Call(NOTSUP, "fd_fdstat_set_rights", 1, 0, 0),
                new Call(SPIPE, "fd_seek", 1, 0, 0, MEMORY),
                new Call(BADF, "fd_seek", 9, 0, 0, MEMORY),
                new Call(SPIPE, "fd_tell", 0, MEMORY),
                new Call(SPIPE, "fd_pread", 0, MEMORY, 0, 0, MEMORY),
                new Call(SPIPE, "fd_pwrite", 1, MEMORY, 0, 0, MEMORY),
                new Call(SPIPE, "fd_advise", 1, 0, 0, 0),
                new Call(SPIPE, "fd_allocate", 1, 0, 1),
                new Call(INVAL, "fd_datasync", 1),
                new Call(INVAL, "fd_sync", 1),
                new Call(INVAL, "fd_filestat_set_size", 1, 0),
                new Call(NOTSUP, "fd_filestat_set_times", 1, 0, 0, 0),
                new Call(NOTDIR, "fd_readdir", 1, MEMORY, 10, 0, MEMORY),
                new Call(BADF, "fd_prestat_get", 3, MEMORY),
                new Call(BADF, "fd_prestat_dir_name", 3, MEMORY, 1),
                new Call(NOTSUP, "fd_renumber", 1, 2),
                new Call(NOTDIR, "path_open", 1, 0, MEMORY, 1, 0, 0, 0, 0, MEMORY),
                new Call(NOTDIR, "path_symlink", MEMORY, 1, 1, MEMORY, 1),
                new Call(BADF, "path_symlink", 1, 1, 3, MEMORY, 1),
                new Call(NOTDIR, "path_rename", 0, MEMORY, 1, 3, MEMORY, 1),
                new Call(NOTSOCK, "sock_accept", 0, 0, MEMORY),
                new Call(NOTSOCK, "sock_recv", 0, MEMORY, 1, 0, MEMORY, MEMORY),
                new Call(NOTSOCK, "sock_send", 1, MEMORY, 1, 0, MEMORY),
                new Call(NOTSOCK, "sock_shutdown", 1, 1),
                new Call(BADF, "sock_shutdown", 3, 1));
        Stream<Call> withoutDescriptor = Stream.of(
                        "fd_advise fd_allocate fd_close fd_datasync fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights"
                                + " fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread fd_prestat_get"
                                + " fd_prestat_dir_name fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write"
                                + " path_create_directory path_filestat_get path_filestat_set_times path_link path_open"
                                + " path_readlink path_remove_directory path_rename path_unlink_file sock_accept sock_recv"
                                + " sock_send sock_shutdown")
                .flatMap(names -> Stream.of(names.split(" ")))
                .flatMap(name -> Stream.of(new Call(BADF, name, 3), new Call(BADF, name, -1)));
        return Stream.concat(calls, withoutDescriptor)
                .flatMap(call -> Stream.of(Engine.values()).map(engine -> Arguments.of(call, engine)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("calls")
    void answersWithTheRightErrorNumber(Call call, Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThat(guest.call(call.function(), call.arguments())).isEqualTo(call.expected());
    }

    @Test
    void thereAreAllFunctionsOfTheInterface() {
        assertThat(WasiGuest.module(Engine.INTERPRETED).imports())
                .hasSize(47)
                .containsAll(WasiGuest.functions().stream()
                        .map(name -> "wasi_snapshot_preview1." + name)
                        .toList());
    }

    @Test
    void thereAreNoArgumentsAndNoEnvironment() {
        WasiGuest guest = WasiGuest.start(Engine.COMPILED, options);
        for (String function : List.of("args_sizes_get", "environ_sizes_get")) {
            assertThat(guest.callWith(HexFormat.of().parseHex("ff".repeat(12)), function, MEMORY, MEMORY + 4))
                    .isEqualTo(SUCCESS);
            assertThat(guest.memory(0, 12)).asHexString().isEqualTo("0000000000000000FFFFFFFF");
        }
    }

    @Test
    void theStreamsAreCharacterDevices() {
        WasiGuest guest = WasiGuest.start(Engine.COMPILED, options);
        byte[] ones = HexFormat.of().parseHex("ff".repeat(72));
        assertThat(guest.callWith(ones, "fd_fdstat_get", 0, MEMORY)).isEqualTo(SUCCESS);
        assertThat(guest.memory(0, 25)).asHexString().isEqualTo("02" + "00".repeat(7) + "02" + "00".repeat(15) + "FF");
        assertThat(guest.callWith(ones, "fd_fdstat_get", 1, MEMORY)).isEqualTo(SUCCESS);
        assertThat(guest.memory(0, 25)).asHexString().isEqualTo("02" + "00".repeat(7) + "40" + "00".repeat(15) + "FF");
        assertThat(guest.callWith(ones, "fd_filestat_get", 2, MEMORY)).isEqualTo(SUCCESS);
        assertThat(guest.memory(0, 65)).asHexString().isEqualTo("00".repeat(16) + "02" + "00".repeat(47) + "FF");
        assertThat(guest.callWith(ones, "fd_read", 0, MEMORY, 1, MEMORY + 8)).isEqualTo(SUCCESS);
        assertThat(guest.memory().getInt(8)).as("standard input is at its end").isZero();
    }

    // Clocks.

    @ParameterizedTest
    @EnumSource(Engine.class)
    void clocksAreTheBoxesOwn(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options.withClock(BoxClock.fixed(Instant.ofEpochSecond(1000, 7))));
        assertThat(guest.realtime()).isEqualTo(1_000_000_000_007L);
        assertThat(guest.realtime()).isEqualTo(1_000_000_000_007L);
        assertThat(guest.monotonic()).isZero();
        assertThat(guest.call("clock_res_get", 0, MEMORY)).isZero();
        assertThat(guest.memory().getLong(0)).isEqualTo(1);

        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(1003, 7)));
        assertThat(guest.realtime()).isEqualTo(1_003_000_000_007L);
        assertThat(guest.monotonic()).isEqualTo(3_000_000_000L);
        assertThat(guest.box().clock()).isEqualTo(Instant.ofEpochSecond(1003, 7));

        guest.box().setClock(BoxClock.fixed(Instant.EPOCH));
        assertThat(guest.realtime()).isZero();
        assertThat(guest.monotonic()).as("never backwards").isEqualTo(3_000_000_000L);
        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(1)));
        assertThat(guest.monotonic()).isEqualTo(4_000_000_000L);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void clocksAreInTheSnapshot(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(50)));
        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(20)));
        Snapshot snapshot = guest.box().snapshot();
        assertThat(snapshot.clock()).isEqualTo(Instant.ofEpochSecond(20));
        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(90)));
        assertThat(guest.monotonic()).isEqualTo(120_000_000_000L);
        guest.restore(snapshot);
        assertThat(guest.realtime()).isEqualTo(20_000_000_000L);
        assertThat(guest.monotonic()).isEqualTo(50_000_000_000L);
        guest.wake(snapshot);
        assertThat(guest.realtime()).isEqualTo(20_000_000_000L);
        assertThat(guest.monotonic()).isEqualTo(50_000_000_000L);
        // An older time than the snapshot's, as on a machine whose clock is wrong, does not turn the guest's time back.
        guest.box().setClock(BoxClock.fixed(Instant.ofEpochSecond(1)));
        assertThat(guest.monotonic()).isEqualTo(50_000_000_000L);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aFollowingClockIsReadBeforeEachMessage(Engine engine) {
        Instant[] now = {Instant.ofEpochSecond(100)};
        WasiGuest guest = WasiGuest.start(engine, options.withClock(BoxClock.following(() -> now[0])));
        now[0] = Instant.ofEpochSecond(101);
        assertThat(guest.realtime()).isEqualTo(101_000_000_000L);
        now[0] = Instant.ofEpochSecond(99);
        assertThat(guest.realtime()).isEqualTo(99_000_000_000L);
        assertThat(guest.monotonic()).isEqualTo(1_000_000_000L);
        Snapshot snapshot = guest.box().snapshot();
        now[0] = Instant.ofEpochSecond(5000);
        guest.wake(snapshot);
        assertThat(guest.box().clock())
                .as("the snapshot's, until the next message")
                .isEqualTo(Instant.ofEpochSecond(99));
        assertThat(guest.realtime()).isEqualTo(5_000_000_000_000L);
        assertThat(guest.monotonic()).isEqualTo(4_902_000_000_000L);
    }

    // Waiting.

    private static byte[] subscriptions(byte[]... each) {
        ByteBuffer bytes = ByteBuffer.allocate(48 * each.length);
        Stream.of(each).forEach(bytes::put);
        return bytes.array();
    }

    private static byte[] clock(long userData, int clock, long nanos, boolean absolute) {
        return ByteBuffer.allocate(48)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, userData)
                .put(8, (byte) 0)
                .putInt(16, clock)
                .putLong(24, nanos)
                .putLong(32, 1)
                .putShort(40, (short) (absolute ? 1 : 0))
                .array();
    }

    private static byte[] descriptor(long userData, int type, int descriptor) {
        return ByteBuffer.allocate(48)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0, userData)
                .put(8, (byte) type)
                .putInt(16, descriptor)
                .array();
    }

    /** Polls, and gives the events as "user data: error type flags". */
    private static List<String> poll(WasiGuest guest, byte[]... subscriptions) {
        int events = MEMORY + 500;
        assertThat(guest.callWith(
                        subscriptions(subscriptions),
                        "poll_oneoff",
                        MEMORY,
                        events,
                        subscriptions.length,
                        MEMORY + 400))
                .isZero();
        List<String> list = new ArrayList<>();
        for (int i = 0; i < guest.memory().getInt(400); i++) {
            int at = 500 + 32 * i;
            list.add(guest.memory().getLong(at) + ": " + guest.memory().getShort(at + 8) + " "
                    + guest.memory().get(at + 10) + " " + guest.memory().getShort(at + 24));
        }
        return list;
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void sleepingMovesTheClocksAndTakesNoTime(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        long hour = Duration.ofHours(1).toNanos();
        assertThat(poll(guest, clock(7, 1, hour, false))).containsExactly("7: 0 0 0");
        assertThat(guest.monotonic()).isEqualTo(hour);
        assertThat(guest.realtime()).isEqualTo(hour);
        assertThat(poll(guest, clock(8, 0, 3 * hour, true))).containsExactly("8: 0 0 0");
        assertThat(guest.monotonic()).isEqualTo(3 * hour);
        assertThat(guest.realtime()).isEqualTo(3 * hour);
        assertThat(poll(guest, clock(9, 0, 1, true))).as("a time that is past").containsExactly("9: 0 0 0");
        assertThat(guest.monotonic()).isEqualTo(3 * hour);
        assertThat(poll(guest, clock(9, 1, 0, false))).as("no time at all").containsExactly("9: 0 0 0");
        assertThat(guest.realtime()).isEqualTo(3 * hour);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theEarliestOfSeveralTimesIsWaitedFor(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options.withClock(BoxClock.fixed(Instant.ofEpochSecond(0, 1000))));
        assertThat(poll(guest, clock(1, 1, 500, false), clock(2, 0, 1200, true), clock(3, 1, 200, true)))
                .as("two of them at the same time")
                .containsExactly("2: 0 0 0", "3: 0 0 0");
        assertThat(guest.realtime()).isEqualTo(1200);
        assertThat(guest.monotonic()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void descriptorsAreReadyAtOnce(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThat(poll(
                        guest,
                        clock(1, 1, 1000, false),
                        descriptor(2, 1, 0),
                        descriptor(3, 2, 1),
                        descriptor(4, 2, 0),
                        descriptor(5, 1, 7),
                        clock(6, 9, 1, false),
                        descriptor(7, 3, 0)))
                .containsExactly(
                        "2: 0 1 1",
                        "3: 0 2 0",
                        "4: " + BADF + " 2 0",
                        "5: " + BADF + " 1 0",
                        "6: " + INVAL + " 0 0",
                        "7: " + INVAL + " 3 0");
        assertThat(guest.monotonic()).as("nothing was waited for").isZero();
        assertThat(poll(guest, clock(1, 1, 0, false), descriptor(2, 2, 2))).containsExactly("1: 0 0 0", "2: 0 2 0");
    }

    /** Times are unsigned: the largest are centuries away, and the clocks stop at the end of what they can show. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void clocksStopAtTheEndOfTime(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options.withClock(BoxClock.fixed(Instant.ofEpochSecond(5))));
        assertThat(poll(guest, clock(1, 1, -1, false))).containsExactly("1: 0 0 0");
        assertThat(guest.realtime()).isEqualTo(Long.MAX_VALUE);
        assertThat(guest.monotonic()).isEqualTo(Long.MAX_VALUE);
        assertThat(poll(guest, clock(1, 1, 10, false))).containsExactly("1: 0 0 0");
        assertThat(guest.monotonic()).isEqualTo(Long.MAX_VALUE);
        Snapshot snapshot = Snapshot.of(guest.box().snapshot().toBytes());
        guest.wake(snapshot);
        assertThat(guest.realtime()).isEqualTo(Long.MAX_VALUE);
    }

    // Entropy.

    private static String random(WasiGuest guest, int length) {
        assertThat(guest.call("random_get", MEMORY, length)).isZero();
        return HexFormat.of().formatHex(guest.memory(0, length));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void entropyIsTheStreamOfTheSeed(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThat(random(guest, 128)).isEqualTo(STREAM);
        byte[] key = new byte[32];
        key[31] = 1;
        WasiGuest other = WasiGuest.start(engine, options.withSeed(Seed.of(key)));
        // RFC 8439, appendix A.1, vector 3: the second block of this key.
        assertThat(random(other, 128).substring(128))
                .startsWith("3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void entropyGoesOnAcrossSnapshotsAtAnyPlace(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        StringBuilder read = new StringBuilder();
        for (int length : new int[] {1, 30, 0, 33, 1, 62, 1}) {
            Snapshot snapshot = Snapshot.of(guest.box().snapshot().toBytes());
            String straight = random(guest, length);
            guest.restore(snapshot);
            assertThat(random(guest, length)).isEqualTo(straight);
            guest.wake(snapshot);
            read.append(random(guest, length));
        }
        assertThat(read.toString()).isEqualTo(STREAM);
    }

    @Test
    void entropyIsTheSameInOneReadAndInMany() {
        WasiGuest once = WasiGuest.start(Engine.COMPILED, options);
        WasiGuest often = WasiGuest.start(Engine.COMPILED, options);
        int start = 65_536;
        int length = 65_536 + 70; // more than the host fills at a time
        assertThat(once.call("random_get", start, length)).isZero();
        for (int at = 0; at < length; at += 46) {
            assertThat(often.call("random_get", start + at, Math.min(46, length - at)))
                    .isZero();
        }
        for (WasiGuest guest : List.of(once, often)) {
            assertThat(guest.call("sched_yield")).isZero();
        }
        String next = random(once, 100);
        assertThat(random(often, 100)).isEqualTo(next);
        // The memories are equal as well, all that was read included.
        MemoryContents first = once.box().snapshot().memories().getFirst();
        MemoryContents second = often.box().snapshot().memories().getFirst();
        assertThat(second.sizeBytes()).isEqualTo(first.sizeBytes());
        assertThat(first.changedPages(second)).isEmpty();
        assertThat(first.pagesInUse()).hasSizeGreaterThan(length / MemoryContents.PAGE_BYTES);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aReadThatFailsTakesNoEntropy(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThat(guest.call("random_get", END - 10, 11)).isEqualTo(FAULT);
        assertThat(random(guest, 16)).isEqualTo(STREAM.substring(0, 32));
    }

    // Writing.

    private static int write(WasiGuest guest, int descriptor, byte[]... parts) {
        byte[] vectors = WasiGuest.vectors(parts);
        int error = guest.callWith(vectors, "fd_write", descriptor, MEMORY, parts.length, MEMORY + 900);
        assertThat(error).isZero();
        return guest.memory().getInt(900);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void linesArriveAsTheyAreWritten(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThat(write(guest, 1, utf8("one\ntwo\n"))).isEqualTo(8);
        assertThat(write(guest, 2, utf8("er"), utf8(""), utf8("ror\nand m"), utf8("ore")))
                .isEqualTo(14);
        assertThat(write(guest, 1, utf8("\n\n"))).isEqualTo(2);
        assertThat(write(guest, 1, utf8("größer 🙂"))).isEqualTo(13);
        assertThat(write(guest, 1, new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3}))
                .isEqualTo(4);
        assertThat(log)
                .containsExactly(
                        "STDOUT one",
                        "STDOUT two",
                        "STDERR error",
                        "STDERR and more",
                        "STDOUT ",
                        "STDOUT ",
                        "STDOUT größer 🙂",
                        "STDOUT a\uFFFDb\uFFFD");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void aLongLineArrivesInPieces(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        ByteBuffer vector = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(65_536)
                .putInt(100_000);
        assertThat(guest.callWith(vector.array(), "fd_write", 1, MEMORY, 1, MEMORY + 900))
                .isZero();
        assertThat(guest.memory().getInt(900)).isEqualTo(100_000);
        assertThat(String.join("", log).replace("STDOUT ", "")).isEqualTo("\0".repeat(100_000));
        assertThat(log).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void whatLiesOutsideOfMemoryIsNotWritten(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        for (int[] vector : new int[][] {{END - 1, 2}, {-1, 1}, {0, -1}, {0x7fffffff, 0x7fffffff}}) {
            ByteBuffer bytes = ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(vector[0])
                    .putInt(vector[1]);
            assertThat(guest.callWith(bytes.array(), "fd_write", 1, MEMORY, 1, MEMORY + 900))
                    .isEqualTo(FAULT);
        }
        assertThat(log).isEmpty();
    }

    // All of it.

    @ParameterizedTest
    @EnumSource(Engine.class)
    void exitEndsTheGuest(Engine engine) {
        WasiGuest guest = WasiGuest.start(engine, options);
        assertThatExceptionOfType(TrapException.class)
                .isThrownBy(() -> guest.call("proc_exit", 3))
                .withMessageContaining("proc_exit with code 3")
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.EXIT));
    }

    @Test
    void everyRunHasTheSameResult() {
        List<byte[]> inputs = List.of(
                WasiGuest.message(new byte[0], "random_get", MEMORY, 45),
                WasiGuest.message(clock(1, 1, 999, false), "poll_oneoff", MEMORY, MEMORY + 100, 1, MEMORY + 200),
                WasiGuest.message(new byte[0], "clock_time_get", 0, 1, MEMORY),
                WasiGuest.message(new byte[0], "random_get", MEMORY + 45, 45),
                WasiGuest.message(utf8("junk"), "fd_write", 1, MEMORY, 99, MEMORY),
                WasiGuest.message(new byte[0], "clock_time_get", 1, 1, MEMORY));
        SameResult.of(WasiGuest::module)
                .with(options.withSeed(Seed.of(99)))
                .checkBytes(inputs, Set.of(0, 1, 2, 3, 4, 5, 6));
    }
}
