//! How a program is replaced by a newer one: its state is taken out of one box, and taken over by another.
//!
//! The two exports for that are made by the macros, and only for a program that has a state: all here is left out of any
//! other module.

use crate::abi::{enter, leave, read, set, start, Phase};
use crate::context::WasmBoxContext;
use crate::program::{finish_was_called, send, AsyncProgram, Program};
use crate::state::{Shared, State};
use crate::{host, messages};
use serde::{de::DeserializeOwned, Serialize};
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

/// A program as a type, whose state survives an upgrade; otherwise as [`WasmBox`](crate::WasmBox).
///
/// Put [`#[wasmbox_sync(upgradable)]`](macro@crate::wasmbox_sync) on the type that implements it.
pub trait UpgradableWasmBox: 'static {
    /// What the host sends: any type that serde can deserialize.
    type Input: DeserializeOwned + 'static;

    /// What the host receives: any type that serde can serialize.
    type Output: Serialize + 'static;

    /// What survives an upgrade.
    type State: State;

    /// Makes the program when the box is started, and again when it takes over a state. It may already send outputs with
    /// `callback`, and keeps it for later, as it keeps `state`.
    fn init(callback: Box<dyn Fn(Self::Output) + Send + Sync>, state: Shared<Self::State>) -> Self
    where
        Self: Sized;

    /// Takes one message. Outputs go through the callback that [`init`](Self::init) was given.
    fn message(&mut self, input: Self::Input);
}

/// Starts a program that is an async function with a state.
pub fn initialize_async_upgradable<Input, Output, S, Running>(
    run: impl Fn(WasmBoxContext<Input, Output>, Shared<S>) -> Running + 'static,
) where
    Input: DeserializeOwned + 'static,
    Output: Serialize + 'static,
    S: State,
    Running: Future<Output = ()> + 'static,
{
    initialize(move |state| AsyncProgram::new(|context| run(context, state)));
}

/// Starts a program that is a type with a state.
pub fn initialize_upgradable<B: UpgradableWasmBox>() {
    initialize(|state| SyncProgram::<B> {
        program: None,
        state,
    });
}

/// Gives the state to the host.
pub fn export_state() {
    let program = waiting("wasmbox_export_state");
    let state = with_origin(|origin| origin.export());
    host::callback(&state.unwrap_or_else(|sentence| panic!("{}", sentence)));
    set(Phase::Waiting(program));
}

/// Starts the program anew, with a state that the host has.
pub fn import_state(pointer: *const u8, length: usize) {
    let started = waiting("wasmbox_import_state");
    let state = read("wasmbox_import_state", pointer, length);
    let mut program = with_origin(|origin| origin.import(&state))
        .unwrap_or_else(|sentence| panic!("{}", sentence));
    // The one that was started with a new state ends first: it may have something to say on the way.
    drop((started, state));
    let done = program.start();
    leave(program, done);
}

fn waiting(function: &str) -> Box<dyn Program> {
    enter(function).unwrap_or_else(|| {
        panic!(
            "{} was called after the program had ended, and its state with it",
            function
        )
    })
}

/// What a program is made from, and made from anew.
trait Origin {
    fn export(&self) -> Result<Vec<u8>, String>;

    /// A program that has this state, and is to be started.
    fn import(&self, state: &[u8]) -> Result<Box<dyn Program>, String>;
}

thread_local! {
    static ORIGIN: RefCell<Option<Box<dyn Origin>>> = RefCell::new(None);
}

fn with_origin<T>(action: impl FnOnce(&dyn Origin) -> T) -> T {
    ORIGIN.with(|origin| action(origin.borrow().as_deref().expect("the program was started")))
}

fn initialize<S, P>(make: impl Fn(Shared<S>) -> P + 'static)
where
    S: State,
    P: Program + 'static,
{
    start(|| {
        let state = Shared::new(S::default());
        let past = Rc::new(Cell::new(Past::Nothing));
        let program = Stateful {
            program: make(state.clone()),
            state: state.clone(),
            past: past.clone(),
        };
        let origin = Maker {
            make,
            state: RefCell::new(state),
            past,
        };
        ORIGIN.with(|place| *place.borrow_mut() = Some(Box::new(origin)));
        Box::new(program)
    });
}

/// What has happened since the program was started.
#[derive(Clone, Copy)]
enum Past {
    Nothing,
    Message,
    Import,
}

struct Maker<S, Make> {
    make: Make,
    state: RefCell<Shared<S>>,
    past: Rc<Cell<Past>>,
}

impl<S, P, Make> Origin for Maker<S, Make>
where
    S: State,
    P: Program + 'static,
    Make: Fn(Shared<S>) -> P,
{
    fn export(&self) -> Result<Vec<u8>, String> {
        let state = self.state.borrow();
        let state = state.borrow();
        state.to_bytes()
    }

    fn import(&self, state: &[u8]) -> Result<Box<dyn Program>, String> {
        match self.past.get() {
            Past::Nothing => {}
            Past::Message => return Err("wasmbox_import_state was called after a message".into()),
            Past::Import => return Err("wasmbox_import_state was called twice".into()),
        }
        let state = Shared::new(S::from_bytes(state)?);
        self.state.replace(state.clone());
        self.past.set(Past::Import);
        Ok(Box::new(Stateful {
            program: (self.make)(state.clone()),
            state,
            past: self.past.clone(),
        }))
    }
}

/// A program that has a state, watched.
struct Stateful<S, P> {
    program: P,
    state: Shared<S>,
    past: Rc<Cell<Past>>,
}

impl<S, P> Stateful<S, P> {
    fn check(&self, done: bool) -> bool {
        if !done && !finish_was_called() && self.state.is_being_changed() {
            panic!(
                "the program waits for a message while it has the state borrowed mutably: let go of what \
                 `borrow_mut()` gave before `.await`"
            );
        }
        done
    }
}

impl<S: 'static, P: Program> Program for Stateful<S, P> {
    fn start(&mut self) -> bool {
        let done = self.program.start();
        self.check(done)
    }

    fn message(&mut self, bytes: &[u8]) -> Result<bool, String> {
        self.past.set(Past::Message);
        let done = self.program.message(bytes)?;
        Ok(self.check(done))
    }
}

/// An [`UpgradableWasmBox`], made when it is started.
struct SyncProgram<B: UpgradableWasmBox> {
    program: Option<B>,
    state: Shared<B::State>,
}

impl<B: UpgradableWasmBox> Program for SyncProgram<B> {
    fn start(&mut self) -> bool {
        self.program = Some(B::init(Box::new(send), self.state.clone()));
        false
    }

    fn message(&mut self, bytes: &[u8]) -> Result<bool, String> {
        let input = messages::decode(bytes)?;
        if let Some(program) = &mut self.program {
            program.message(input);
        }
        Ok(false)
    }
}
