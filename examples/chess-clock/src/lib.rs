//! A chess clock: of two players, the one who is to move loses time, and in the end perhaps the game.

use serde_derive::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use wasmbox::prelude::*;

/// What the host says. `Schema` makes the module tell the host what this is made of, so that it can be checked.
#[derive(Deserialize, Schema)]
enum Command {
    /// Begins a game. Each player has so much time, and gets the increment with each move.
    Start {
        white: String,
        black: String,
        time: Duration,
        increment: Duration,
    },
    /// The player who is to move has moved, and stops the own clock, which starts the other's.
    Press,
    Pause,
    Resume,
    /// The player of this side gives up.
    Resign(Side),
    /// Changes nothing.
    Look,
}

/// What it answers: one of these to each command.
#[derive(Schema, Serialize)]
enum Answer {
    Clock {
        /// Whose time is running out, if anybody's.
        turn: Option<Side>,
        white: Player,
        black: Player,
        moves: Vec<Move>,
    },
    /// The game is over: this player has no time left.
    Flag { loser: Side },
    /// The game is over: this player has given up.
    Resigned { loser: Side },
    /// Nothing has changed.
    Refused { reason: Refusal },
}

#[derive(Clone, Copy, Deserialize, Schema, Serialize)]
enum Side {
    White,
    Black,
}

#[derive(Clone, Schema, Serialize)]
struct Player {
    name: String,
    left: Duration,
}

#[derive(Clone, Schema, Serialize)]
struct Move {
    side: Side,
    took: Duration,
}

#[derive(Schema, Serialize)]
enum Refusal {
    NoGame,
    GameIsOn,
    Paused,
    NotPaused,
    NoTime,
}

/// Plays one game after the other. Whether one is on is written down nowhere: it is whether the program waits here for a
/// message, or in `play`.
#[wasmbox]
async fn run(ctx: WasmBoxContext<Command, Answer>) {
    loop {
        let answer = match ctx.next().await {
            Command::Start { time, .. } if time.is_zero() => Answer::Refused {
                reason: Refusal::NoTime,
            },
            Command::Start {
                white,
                black,
                time,
                increment,
            } => {
                let player = |name| Player { name, left: time };
                play(&ctx, player(white), player(black), increment).await
            }
            _ => Answer::Refused {
                reason: Refusal::NoGame,
            },
        };
        ctx.send(answer);
    }
}

/// Plays a game, and returns how it ended.
async fn play(
    ctx: &WasmBoxContext<Command, Answer>,
    mut white: Player,
    mut black: Player,
    increment: Duration,
) -> Answer {
    let mut turn = Side::White;
    let mut running = true;
    let mut took = Duration::ZERO;
    let mut moves = Vec::new();
    let mut refusal = None;
    loop {
        ctx.send(match refusal {
            Some(reason) => Answer::Refused { reason },
            None => Answer::Clock {
                turn: running.then_some(turn),
                white: white.clone(),
                black: black.clone(),
                moves: moves.clone(),
            },
        });

        let asked = Instant::now();
        let command = ctx.next().await;
        let player = match turn {
            Side::White => &mut white,
            Side::Black => &mut black,
        };
        if running {
            let waited = asked.elapsed();
            took += waited;
            player.left = player.left.saturating_sub(waited);
            if player.left.is_zero() {
                return Answer::Flag { loser: turn };
            }
        }

        refusal = match command {
            Command::Press if running => {
                player.left = player.left.saturating_add(increment);
                moves.push(Move { side: turn, took });
                took = Duration::ZERO;
                turn = turn.other();
                None
            }
            Command::Pause if running => {
                running = false;
                None
            }
            Command::Resume if !running => {
                running = true;
                None
            }
            Command::Resign(loser) => return Answer::Resigned { loser },
            Command::Look => None,
            Command::Start { .. } => Some(Refusal::GameIsOn),
            Command::Press | Command::Pause => Some(Refusal::Paused),
            Command::Resume => Some(Refusal::NotPaused),
        };
    }
}

impl Side {
    fn other(self) -> Side {
        match self {
            Side::White => Side::Black,
            Side::Black => Side::White,
        }
    }
}
