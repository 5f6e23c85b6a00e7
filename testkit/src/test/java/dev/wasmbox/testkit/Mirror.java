package dev.wasmbox.testkit;

import dev.wasmbox.Rust;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The messages of the guest {@code mirror}, as one would write them in Java: every shape that a value can have. */
@SuppressWarnings({"ArrayRecordComponent", "JavaLangClash"}) // they are compared by their bytes
sealed interface Mirror {

    record Bool(boolean value) implements Mirror {}

    record U8(@Rust("u8") int value) implements Mirror {}

    record U16(@Rust("u16") int value) implements Mirror {}

    record U32(@Rust("u32") long value) implements Mirror {}

    record U64(@Rust("u64") BigInteger value) implements Mirror {}

    record U128(@Rust("u128") BigInteger value) implements Mirror {}

    record Usize(@Rust("usize") long value) implements Mirror {}

    record I8(byte value) implements Mirror {}

    record I16(short value) implements Mirror {}

    record I32(int value) implements Mirror {}

    record I64(long value) implements Mirror {}

    record I128(@Rust("i128") BigInteger value) implements Mirror {}

    record Isize(@Rust("isize") long value) implements Mirror {}

    record F32(float value) implements Mirror {}

    record F64(double value) implements Mirror {}

    record Char(@Rust("char") int value) implements Mirror {}

    record String(java.lang.String value) implements Mirror {}

    record Option(Optional<@Rust("u32") Long> value) implements Mirror {}

    record NestedOption(Optional<Optional<java.lang.String>> value) implements Mirror {}

    record Vec(List<Short> value) implements Mirror {}

    record Bytes(byte[] value) implements Mirror {}

    record NestedVec(List<java.lang.String[]> value) implements Mirror {}

    record HashSet(Set<@Rust("u32") Long> value) implements Mirror {}

    record BTreeSet(Set<java.lang.String> value) implements Mirror {}

    record HashMap(Map<java.lang.String, @Rust("u64") BigInteger> value) implements Mirror {}

    record BTreeMap(Map<Integer, List<Point>> value) implements Mirror {}

    record Unit() implements Mirror {}

    record UnitValue(Nothing value) implements Mirror {}

    record Empty() implements Mirror {}

    record Two(@Rust("u8") short first, java.lang.String second) implements Mirror {}

    record Tuple1(@Rust("u8") int value) implements Mirror {}

    record Tuple2(LetterAndNumber value) implements Mirror {}

    record Tuple5(Five value) implements Mirror {}

    record Array(byte @Rust("[4]") [] value) implements Mirror {}

    record ArrayOfPairs(@Rust("[2]") List<Pair<Byte, Boolean>> value) implements Mirror {}

    record UnitStruct(Nothing value) implements Mirror {}

    record NewtypeStruct(double value) implements Mirror {}

    record TupleStruct(Color value) implements Mirror {}

    record Struct(Person value) implements Mirror {}

    record Enum(Figure value) implements Mirror {}

    record Level(Levels value) implements Mirror {}

    record Recursive(Tree value) implements Mirror {}

    record Mutual(Folder value) implements Mirror {}

    record PageOfNumbers(Page<@Rust("u16") Integer> value) implements Mirror {}

    record PageOfPeople(Page<Person> value) implements Mirror {}

    record Duration_(Duration value) implements Mirror {}

    record SystemTime(Instant value) implements Mirror {}

    record Result(Outcome value) implements Mirror {}

    record Boxed(Point value) implements Mirror {}

    record Names(java.lang.String type, @Rust("u8") int notAnIdentifier, boolean match) implements Mirror {}

    record AnotherName(@Rust("u8") int value) implements Mirror {}

    record Garble(byte[] bytes) implements Mirror {}

    record Nothing() {}

    record LetterAndNumber(@Rust("char") int letter, long number) {}

    record Pair<A, B>(A first, B second) {}

    record Five(
            boolean truth,
            @Rust("u8") int small,
            Pair<@Rust("u16") Integer, @Rust("u32") Long> numbers,
            java.lang.String text,
            Optional<@Rust("char") Integer> letter) {}

    record Color(@Rust("u8") int red, @Rust("u8") int green, @Rust("u8") int blue) {}

    record Point(int x, int y) {}

    record Person(
            java.lang.String name,
            Optional<@Rust("u8") Integer> age,
            Address address,
            List<java.lang.String> nicknames) {}

    record Address(java.lang.String streetName, @Rust("u16") int houseNumber) {}

    sealed interface Figure {
        record Nothing() implements Figure {}

        record Circle(Point middle, float radius) implements Figure {}

        record Polygon(List<Point> points) implements Figure {}

        record Text(Point at, java.lang.String text) implements Figure {}
    }

    enum Levels {
        LOW,
        MEDIUM,
        VERY_HIGH
    }

    sealed interface Tree {
        record Leaf(long value) implements Tree {}

        record Pair(Tree left, Tree right) implements Tree {}

        record Many(List<Tree> trees) implements Tree {}
    }

    record Folder(java.lang.String name, List<Entry> entries) {}

    sealed interface Entry {
        record File(java.lang.String name, @Rust("u64") long size) implements Entry {}

        /** A variant that wraps a struct of the same name is that struct. */
        record Folder(Mirror.Folder folder) implements Entry {}
    }

    record Page<T>(List<T> items, Optional<T> first, Optional<@Rust("u32") Long> next) {}

    sealed interface Outcome {
        record Ok(@Rust("u32") long value) implements Outcome {}

        record Err(java.lang.String reason) implements Outcome {}
    }
}
