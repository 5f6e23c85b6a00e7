//! Messages of many shapes, for the codecs: what comes in is used, and comes out in another shape.

use serde_derive::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasmbox::prelude::*;

#[derive(Deserialize, Schema)]
enum Command {
    /// Answered with `State`.
    Move { dx: i32, dy: i64 },
    /// Counts the words; answered with `Said`.
    Say(String),
    /// Answered with `Stopped`; the box is finished then.
    Stop,
    /// Answered with `Many`.
    Batch(Vec<Command>),
    /// Stores a value, or removes it; answered with `State`.
    Put { key: String, value: Option<f64> },
    /// Answered with each number plus one (it wraps), the next letter and the other truth.
    Numbers(Numbers),
    /// Answered with the pair the other way round.
    Swap(String, (bool, char)),
    /// Answered with the number plus one.
    Wide(u128),
}

#[derive(Schema, Serialize)]
enum Answer {
    State(State),
    Said { text: String, letters: Vec<char> },
    Stopped,
    Many(Vec<Answer>),
    Numbers(Numbers),
    Swapped((char, bool), String),
    Wide(u128),
}

#[derive(Clone, Default, Schema, Serialize)]
struct State {
    position: (i32, i64),
    moves: u8,
    words: BTreeMap<String, u32>,
    values: BTreeMap<String, f64>,
    last_said: Option<String>,
    idle: bool,
    nothing: (),
}

#[derive(Deserialize, Schema, Serialize)]
struct Numbers {
    u8: u8,
    u16: u16,
    u32: u32,
    u64: u64,
    i8: i8,
    i16: i16,
    i32: i32,
    i64: i64,
    f32: f32,
    f64: f64,
    char: char,
    bool: bool,
}

#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, Answer>) {
    let mut state = State {
        idle: true,
        ..State::default()
    };
    let mut running = true;
    while running {
        let answer = state.handle(ctx.next().await, &mut running);
        ctx.send(answer);
    }
}

impl State {
    fn handle(&mut self, command: Command, running: &mut bool) -> Answer {
        self.idle = false;
        match command {
            Command::Move { dx, dy } => {
                self.position.0 = self.position.0.wrapping_add(dx);
                self.position.1 = self.position.1.wrapping_add(dy);
                self.moves = self.moves.wrapping_add(1);
                Answer::State(self.clone())
            }
            Command::Say(text) => {
                for word in text.split_whitespace() {
                    *self.words.entry(word.to_string()).or_insert(0) += 1;
                }
                self.last_said = Some(text.clone());
                Answer::Said {
                    letters: text.chars().collect(),
                    text: text.to_uppercase(),
                }
            }
            Command::Stop => {
                *running = false;
                Answer::Stopped
            }
            Command::Batch(commands) => Answer::Many(
                commands
                    .into_iter()
                    .map(|command| self.handle(command, running))
                    .collect(),
            ),
            Command::Put { key, value } => {
                match value {
                    Some(value) => self.values.insert(key, value),
                    None => self.values.remove(&key),
                };
                Answer::State(self.clone())
            }
            Command::Numbers(numbers) => Answer::Numbers(numbers.next()),
            Command::Swap(text, (truth, letter)) => Answer::Swapped((letter, truth), text),
            Command::Wide(number) => Answer::Wide(number.wrapping_add(1)),
        }
    }
}

impl Numbers {
    fn next(self) -> Numbers {
        Numbers {
            u8: self.u8.wrapping_add(1),
            u16: self.u16.wrapping_add(1),
            u32: self.u32.wrapping_add(1),
            u64: self.u64.wrapping_add(1),
            i8: self.i8.wrapping_add(1),
            i16: self.i16.wrapping_add(1),
            i32: self.i32.wrapping_add(1),
            i64: self.i64.wrapping_add(1),
            f32: self.f32 + 1.0,
            f64: self.f64 + 1.0,
            char: char::from_u32(self.char as u32 + 1).unwrap_or('\0'),
            bool: !self.bool,
        }
    }
}
