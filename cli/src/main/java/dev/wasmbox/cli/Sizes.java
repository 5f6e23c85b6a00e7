package dev.wasmbox.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes in bytes as people write them: {@code 512K}, {@code 64M}, {@code 1.5GiB}. A K is 1024. */
final class Sizes implements ITypeConverter<Long> {

    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMG]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);

    @Override
    public Long convert(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is no size, such as 512K, 64M or 1G");
        }
        int shift =
                switch (matcher.group(2).toUpperCase(Locale.ROOT)) {
                    case "K" -> 10;
                    case "M" -> 20;
                    case "G" -> 30;
                    default -> 0;
                };
        try {
            return new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(1L << shift))
                    .setScale(0, RoundingMode.DOWN)
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new TypeConversionException("'" + value + "' is too large");
        }
    }

    /** A size for people. */
    static String text(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = bytes < 1L << 20 ? 10 : bytes < 1L << 30 ? 20 : 30;
        String number = BigDecimal.valueOf(bytes)
                .divide(BigDecimal.valueOf(1L << unit), 1, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
        return number + (unit == 10 ? " KiB" : unit == 20 ? " MiB" : " GiB");
    }
}
