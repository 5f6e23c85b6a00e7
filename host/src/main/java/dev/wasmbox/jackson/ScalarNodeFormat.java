package dev.wasmbox.jackson;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.wasmbox.internal.codec.ByteReader;
import dev.wasmbox.internal.codec.ByteWriter;
import dev.wasmbox.internal.codec.RustScalar;
import dev.wasmbox.schema.SchemaType.Scalar;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What holds no other values. A number that JSON does not have is a text: {@code "Infinity"}, {@code "-Infinity"},
 * {@code "NaN"}; and with its bits, if they are not those that Java gives a NaN, {@code "NaN(0x7fc00001)"}.
 */
final class ScalarNodeFormat extends NodeFormat {

    private static final Pattern NAN = Pattern.compile("NaN\\(0x([0-9a-f]+)\\)");
    private static final int LONG_BITS = 63;

    private final Scalar scalar;
    private final RustScalar values;

    ScalarNodeFormat(Scalar scalar) {
        this.scalar = scalar;
        this.values = RustScalar.of(scalar);
    }

    @Override
    JsonNode read(ByteReader in) {
        Object value = values.read(in);
        return switch (value) {
            case Boolean truth -> BooleanNode.valueOf(truth);
            case Integer character -> TextNode.valueOf(Character.toString(character));
            case BigInteger number -> node(number);
            case Float number when Float.isFinite(number) -> DoubleNode.valueOf(Double.parseDouble(number.toString()));
            case Float number
            when Float.isNaN(number) ->
                nan(Float.floatToRawIntBits(number), Float.floatToIntBits(Float.NaN), Float.BYTES);
            case Double number when Double.isFinite(number) -> DoubleNode.valueOf(number);
            case Double number
            when Double.isNaN(number) ->
                nan(Double.doubleToRawLongBits(number), Double.doubleToLongBits(Double.NaN), Double.BYTES);
            default -> TextNode.valueOf(value.toString());
        };
    }

    /** As Jackson reads it, so that the same numbers are equal. */
    private static JsonNode node(BigInteger number) {
        if (number.bitLength() > LONG_BITS) {
            return BigIntegerNode.valueOf(number);
        }
        long value = number.longValue();
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static JsonNode nan(long bits, long usual, int bytes) {
        return TextNode.valueOf(
                bits == usual ? "NaN" : "NaN(0x" + HexFormat.of().toHexDigits(bits, 2 * bytes) + ")");
    }

    @Override
    void write(ByteWriter out, JsonNode node) {
        values.write(
                out,
                switch (scalar) {
                    case BOOL -> {
                        require(node.isBoolean(), "bool", node);
                        yield node.booleanValue();
                    }
                    case STRING -> {
                        require(node.isTextual(), "String", node);
                        yield node.textValue();
                    }
                    case CHAR -> {
                        require(
                                node.isTextual()
                                        && node.textValue()
                                                        .codePointCount(
                                                                0,
                                                                node.textValue().length())
                                                == 1,
                                "char, a text of one character",
                                node);
                        yield node.textValue().codePointAt(0);
                    }
                    case F32 -> single(node);
                    case F64 -> twice(node);
                    case DURATION -> duration(node);
                    case SYSTEM_TIME -> instant(node);
                    case U8, U16, U32, U64, U128, I8, I16, I32, I64, I128 -> {
                        require(node.isIntegralNumber(), scalar.toString(), node);
                        yield node.bigIntegerValue();
                    }
                });
    }

    private static void require(boolean fits, String what, JsonNode node) {
        if (!fits) {
            throw expected(what, node);
        }
    }

    private Float single(JsonNode node) {
        if (node.isTextual()) {
            return switch (node.textValue()) {
                case "NaN" -> Float.NaN;
                case "Infinity" -> Float.POSITIVE_INFINITY;
                case "-Infinity" -> Float.NEGATIVE_INFINITY;
                default -> Float.intBitsToFloat((int) nanBits(node, Float.BYTES));
            };
        }
        require(node.isNumber(), expectedNumber(), node);
        require(Float.isFinite(node.floatValue()), "a number that f32 can hold", node);
        return node.floatValue();
    }

    private Double twice(JsonNode node) {
        if (node.isTextual()) {
            return switch (node.textValue()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> Double.longBitsToDouble(nanBits(node, Double.BYTES));
            };
        }
        require(node.isNumber(), expectedNumber(), node);
        require(Double.isFinite(node.doubleValue()), "a number that f64 can hold", node);
        return node.doubleValue();
    }

    private String expectedNumber() {
        return scalar + " (a number, or one of \"NaN\", \"Infinity\", \"-Infinity\")";
    }

    private long nanBits(JsonNode node, int bytes) {
        Matcher digits = NAN.matcher(node.textValue());
        require(digits.matches() && digits.group(1).length() == 2 * bytes, expectedNumber(), node);
        long bits = HexFormat.fromHexDigitsToLong(digits.group(1));
        boolean isNan = bytes == Float.BYTES
                ? Float.isNaN(Float.intBitsToFloat((int) bits))
                : Double.isNaN(Double.longBitsToDouble(bits));
        require(isNan, "the bits of a NaN", node);
        return bits;
    }

    private static Duration duration(JsonNode node) {
        try {
            require(node.isTextual(), "Duration, such as \"PT1M30S\"", node);
            return Duration.parse(node.textValue());
        } catch (DateTimeException e) {
            throw expected("Duration, such as \"PT1M30S\"", node);
        }
    }

    private static Instant instant(JsonNode node) {
        try {
            require(node.isTextual(), "SystemTime, such as \"1970-01-01T00:00:00Z\"", node);
            return Instant.parse(node.textValue());
        } catch (DateTimeException e) {
            throw expected("SystemTime, such as \"1970-01-01T00:00:00Z\"", node);
        }
    }

    @Override
    Keys keys() {
        return switch (scalar) {
            case BOOL -> Keys.BOOLEAN;
            case CHAR, STRING -> Keys.TEXT;
            case U8, U16, U32, U64, U128, I8, I16, I32, I64, I128 -> Keys.INTEGER;
            case F32, F64, DURATION, SYSTEM_TIME -> Keys.NONE;
        };
    }

    @Override
    public long computeLeastBytes() {
        return values.leastBytes();
    }
}
