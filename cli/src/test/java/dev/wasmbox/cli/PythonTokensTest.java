package dev.wasmbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonTokensTest {

    private static String coloured(String source) {
        return Coloured.of(new PythonTokens(source));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "def f(x): return x + 1    | keyword def; keyword return; number 1",
                "a.is + a.True             | ``",
                "x = None if not y         | literal None; keyword if; keyword not",
                "0xe+1 + 1e+5 + .5 + 1_0j  | number 0xe; number 1; number 1e+5; number .5; number 1_0j",
                "'a\\'b' + \"it's\" + 'open  | string 'a\\'b'; string \"it's\"; string 'open",
                "r'\\'' + b\"x\" + Rb'y'     | string r'\\''; string b\"x\"; string Rb'y'",
                "xr'a'                     | string 'a'",
                "1 # one                   | number 1; comment # one",
                "'# no' # yes              | string '# no'; comment # yes",
                "'''a 'b' \"''' + 1         | string '''a 'b' \"'''; number 1",
                "\"\"\"open                 | string \"\"\"open",
                "f'a{x + 1}b{{c}}d'        | string f'a{; number 1; string }b{{c}}d'",
                "f'{d[\"k\"]}'              | string f'{; string \"k\"; string }'",
                "f'{ {1: {2}}[1] }'        | string f'{; number 1; number 2; number 1; string }'",
                "f'''{x}                   | string f'''{; string }",
                "rf'{1}' f'open{1          | string rf'{; number 1; string }'; string f'open{; number 1",
            })
    void whatIsToldApart(String source, String expected) {
        assertThat(coloured(source)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'\\",
                "f'\\",
                "'''",
                "'''\\",
                "f'{",
                "f'{{",
                "f'''{'''",
                "\ud83e",
                "🦀",
                "}",
                "f'{}",
                ".",
                "\u0000",
                "1e"
            })
    void whateverIsTypedComesOutWhole(String source) {
        assertThat(Coloured.whole(new PythonTokens(source))).isEqualTo(source);
    }

    @Test
    void linesThatAreBrokenInAStringEndIt() {
        assertThat(coloured("'a\nif b")).isEqualTo("string 'a; keyword if");
        assertThat(coloured("f'{a\n1}")).isEqualTo("string f'{; number 1");
        assertThat(coloured("f'''{a\n1}b\n'''")).isEqualTo("string f'''{; number 1; string }b\n'''");
    }

    @Test
    void textsOfSeveralLinesAreKnownToBeOpen() {
        assertThat(isOpen("'''a\n")).isTrue();
        assertThat(isOpen("f'''{a}\n")).isTrue();
        assertThat(isOpen("'''a\n'''")).isFalse();
        assertThat(isOpen("'a")).isFalse();
    }

    private static boolean isOpen(String source) {
        PythonTokens tokens = new PythonTokens(source);
        tokens.visit((_, _) -> {});
        return tokens.endsInText();
    }
}
