package dev.wasmbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsTokensTest {

    private static String coloured(String source) {
        return Coloured.of(new JsTokens(source));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "let x = 1                     | keyword let; number 1",
                "a.new + a.true                | ''",
                "[...new Set]                  | keyword new",
                "x = null                      | literal null",
                "0xe+1 + 1e+5 + .5 + 1_0n      | number 0xe; number 1; number 1e+5; number .5; number 1_0n",
                "'a\\'b' + 'open               | string 'a\\'b'; string 'open",
                "a / b / c                     | ''",
                "f(/[/]x/gi) / 2               | pattern /[/]x/gi; number 2",
                "return /x/                    | keyword return; pattern /x/",
                "1 // one                      | number 1; comment // one",
                "/* a */ b /* open             | comment /* a */; comment /* open",
                "`a${ {b: `c${1}d`} }e`        | string `a${; string `c${; number 1; string }d`; string }e`",
                "`open ${x                     | string `open ${",
            })
    void whatIsToldApart(String source, String expected) {
        assertThat(coloured(source)).isEqualTo(expected.equals("''") ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'\\", "`\\", "/\\", "/[", "\ud83e", "🦀", "}", "`${}", ".", "..", "\u0000", "1e", "0x"})
    void whateverIsTypedComesOutWhole(String source) {
        assertThat(Coloured.whole(new JsTokens(source))).isEqualTo(source);
    }

    @Test
    void linesThatAreBrokenInAStringEndIt() {
        assertThat(coloured("'a\nlet b")).isEqualTo("string 'a; keyword let");
    }
}
