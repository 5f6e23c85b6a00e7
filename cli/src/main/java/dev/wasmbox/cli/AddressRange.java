package dev.wasmbox.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Addresses in a row.
 *
 * @param start the first
 * @param end the first after them
 */
record AddressRange(long start, long end) {

    /** Reads {@code A..B}. */
    static final class Converter implements ITypeConverter<AddressRange> {

        private static final String NUMBER = "(0[xX][0-9a-fA-F]{1,8}|\\d{1,10}|)";
        private static final Pattern FORM = Pattern.compile(NUMBER + "\\.\\." + NUMBER);

        @Override
        public AddressRange convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + value + "' is no range of addresses, such as 0x100000..0x100100");
            }
            long start = matcher.group(1).isEmpty() ? 0 : Long.decode(plain(matcher.group(1)));
            long end = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.decode(plain(matcher.group(2)));
            if (end < start) {
                throw new TypeConversionException("'" + value + "' ends before it begins");
            }
            return new AddressRange(start, end);
        }

        /** Without zeros in front, which would make it octal. */
        private static String plain(String number) {
            return number.startsWith("0") && !number.startsWith("0x") && !number.startsWith("0X")
                    ? number.replaceFirst("^0+(?=.)", "")
                    : number;
        }
    }

    int from(int sizeBytes) {
        if (start > sizeBytes || (end != Long.MAX_VALUE && end > sizeBytes)) {
            throw new Failure("The range goes beyond the memory, which has " + sizeBytes + " bytes.");
        }
        return (int) start;
    }

    int to(int sizeBytes) {
        return (int) Math.min(end, sizeBytes);
    }
}
