package dev.wasmbox.cli.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wasmbox.schema.Contract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RustTypesTest {

    @Test
    void areWrittenAsOneWouldByHand() {
        assertThat(RustTypes.of(Contract.parse(JavaTypesTest.CLOCK), "chess-clock.wasm"))
                .isEqualTo(
                        """
                //! The messages of `chess-clock.wasm`. Written from its contract by `wasmbox types --rust`: when its types change,
                //! write it anew.
                //!
                //! As `messages.rs` beside a guest that begins like this, and has `serde` and `serde_derive` in its Cargo.toml:
                //!
                //! ```ignore
                //! mod messages;
                //!
                //! use messages::*;
                //! use wasmbox::prelude::*;
                //!
                //! #[wasmbox]
                //! async fn run(ctx: WasmBoxContext<Command, Vec<Answer>>) {
                //! ```

                use serde_derive::{Deserialize, Serialize};
                use std::collections::{BTreeMap, BTreeSet};
                use std::time::{Duration, SystemTime};
                use wasmbox::Schema;

                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
                pub enum Command {
                    Start {
                        white: String,
                        black: String,
                        time: Duration,
                        increment: Option<Duration>,
                    },
                    Press,
                    Rename(Side, String),
                    Tag {
                        r#type: u64,
                        #[serde(rename = "foo-bar")]
                        foo_bar: [u8; 4],
                        tree: Option<Tree>,
                    },
                    Move(Move),
                }

                #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Schema)]
                pub enum Side {
                    White,
                    BlackAndBlue,
                }

                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
                pub struct Move {
                    pub from: (u8, char),
                    pub nothing: (),
                    pub pages: Page,
                }

                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
                pub struct Tree(pub BTreeSet<(u8, Side)>, pub Option<Box<Tree>>);

                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
                pub struct Page {
                    pub items: Vec<i32>,
                }

                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Schema)]
                pub enum Answer {
                    At(SystemTime),
                    List(BTreeMap<Vec<u8>, f32>),
                    Bytes(Vec<u8>),
                    Both(u128, i128),
                }
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Set<f64>            | f64 is in a set or a key of a map, which Rust needs an order or a hash for, but f64 has none",
                "Map<Vec<(f32,)>,u8> | Vec<(f32,)> is in a set or a key of a map, which Rust needs an order or a hash for, but f32 has none",
                "[u8; 33]            | [u8; 33] cannot be written in Rust: serde knows arrays of up to 32 elements",
                "struct A { \"+\": u8 } | the name \"+\" cannot be written: it has neither a letter nor a digit",
            })
    void cannotBeWrittenForWhatRustDoesNotHave(String type, String sentence) {
        Contract contract = Contract.parse("wasmbox 1; codec \"bincode-1\"; output (); input %s;".formatted(type));
        assertThatThrownBy(() -> RustTypes.of(contract, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
