package dev.wasmbox;

import dev.wasmbox.internal.codec.BincodeCodec;
import dev.wasmbox.internal.codec.BytesCodec;
import dev.wasmbox.internal.codec.StringCodec;

/**
 * The ready-made codecs: strings, plain bytes, and bincode 1 for whole Java types. JSON and CBOR are in
 * {@code dev.wasmbox.jackson}.
 *
 * <h2>Thread safety</h2>
 *
 * Every codec is immutable and may be used by any number of threads. Make it once and keep it: {@link #bincode(Class)}
 * looks at the whole type by reflection, its codec afterwards does not.
 *
 * <h2>Error handling</h2>
 *
 * A type that cannot be carried is an {@link IllegalArgumentException} when the codec is made, never at the first
 * message. A value that cannot be carried, and bytes that are not what they should be, are a {@link CodecException},
 * whose message begins with the place: {@code Command.Move.dx: expected 4 bytes, found 1}.
 */
public final class Codecs {

    private Codecs() {}

    /**
     * A {@code String} of Rust in bincode 1, the codec of a guest that names none: the length of the text in bytes as a
     * 64-bit integer in little endian, then the text in UTF-8.
     *
     * <p>Strict in both directions: malformed UTF-8, a length that is not that of the rest, and a string with half a
     * surrogate pair, which no UTF-8 can say, are each a {@link CodecException}.
     *
     * @return the codec
     */
    public static Codec<String> string() {
        return StringCodec.INSTANCE;
    }

    /**
     * The bytes of the message as they are, for guests that have a format of their own. In Rust's terms this is no
     * {@code Vec<u8>}, which has its length in front: that is {@code bincode(byte[].class)}.
     *
     * <p>Both directions copy, so that an array which the caller changes later changes no message.
     *
     * @return the codec
     */
    public static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /**
     * The format of {@code bincode::serialize} in version 1 of that crate, for any type made of the following.
     *
     * <table>
     * <caption>Java's types and Rust's</caption>
     * <thead><tr><th>Java</th><th>Rust with serde</th><th>bytes</th></tr></thead>
     * <tbody>
     * <tr><td>{@code byte short int long}, boxed too</td><td>{@code i8 i16 i32 i64}</td><td>little endian</td></tr>
     * <tr><td>the same and {@code BigInteger} with {@link Rust @Rust}</td><td>the integer named there</td>
     * <td>little endian, 1 to 16 bytes</td></tr>
     * <tr><td>{@code int} with {@code @Rust("char")}</td><td>{@code char}</td><td>its UTF-8</td></tr>
     * <tr><td>{@code float double}, boxed too</td><td>{@code f32 f64}</td><td>their bits, those of NaN too</td></tr>
     * <tr><td>{@code boolean}, boxed too</td><td>{@code bool}</td><td>0 or 1, nothing else</td></tr>
     * <tr><td>{@code Duration}, {@code Instant}</td><td>{@code Duration}, {@code SystemTime}</td><td>seconds (since 1970)
     * as u64, nanoseconds as u32</td></tr>
     * <tr><td>{@code String}</td><td>{@code String}</td><td>length as u64, UTF-8</td></tr>
     * <tr><td>{@code List<T>}, {@code T[]}, {@code byte[]}, {@code Set<T>}</td><td>{@code Vec<T>}, {@code HashSet<T>}
     * and such</td><td>count as u64, elements</td></tr>
     * <tr><td>{@code List<T>}, {@code T[]} with {@code @Rust("[N]")}</td><td>{@code [T; N]}</td><td>elements</td></tr>
     * <tr><td>{@code Map<K, V>}</td><td>{@code HashMap<K, V>} and such</td><td>count as u64, keys and values in
     * turn</td></tr>
     * <tr><td>{@code Optional<T>}, {@code OptionalInt}, {@code OptionalLong}, {@code OptionalDouble}</td>
     * <td>{@code Option<T>}</td><td>0, or 1 and the value</td></tr>
     * <tr><td>record</td><td>struct or tuple; without components a unit</td><td>components in order</td></tr>
     * <tr><td>sealed interface</td><td>enum; its variants are the permitted records, enums and sealed interfaces in the
     * order of {@code permits}, else of the file</td><td>index as u32, fields</td></tr>
     * <tr><td>enum</td><td>enum without fields</td><td>index as u32</td></tr>
     * </tbody>
     * </table>
     *
     * <p>Records and sealed interfaces may be generic, and may contain themselves by way of an {@code Optional}, a
     * {@code List} or another variant. In the bytes, names do not matter and order does. A guest that
     * states its types in a {@linkplain dev.wasmbox.schema.Contract contract} has them compared with these, names of
     * fields and variants too ({@code lastSaid} is {@code last_said}); docs/contract.md tells what may differ.
     *
     * <p><b>Values.</b> Null has no form. Sets and maps are written in the order in which they iterate; where the bytes
     * have to be the same in every run, use a {@code LinkedHashMap} or a sorted one, as {@code Map.of} shuffles. What
     * is read are unmodifiable lists, and sets and maps in the order of the bytes; an element or a key that is there
     * twice is an error. A record's constructor may check its arguments: what it throws becomes the cause of a
     * {@link CodecException}.
     *
     * <p><b>Limits.</b> Reading allocates no more than a small multiple of the bytes that are there, whatever lengths
     * they claim. Types that contain themselves may do so 512 levels deep. A message may hold 65,536 elements that take
     * no bytes.
     *
     * <p><b>Access.</b> Records and enums may be private. Those of a named module that does not export them must be
     * open to this one: {@code opens your.package to dev.wasmbox.host}.
     *
     * @param type the type of the values; if it is generic, use {@link #bincode(TypeOf)}
     * @param <T> the same
     * @return the codec
     * @throws IllegalArgumentException if something in the type cannot be carried; the message names the place, what is
     *     there and what to do
     */
    public static <T> Codec<T> bincode(Class<T> type) {
        return BincodeCodec.of(type);
    }

    /**
     * As {@link #bincode(Class)}, for types with arguments or annotations: {@code Codecs.bincode(new
     * TypeOf<List<Command>>() {})}.
     *
     * @param type the type of the values
     * @param <T> the same
     * @return the codec
     * @throws IllegalArgumentException if something in the type cannot be carried; the message names the place, what is
     *     there and what to do
     */
    public static <T> Codec<T> bincode(TypeOf<T> type) {
        return BincodeCodec.of(type);
    }
}
