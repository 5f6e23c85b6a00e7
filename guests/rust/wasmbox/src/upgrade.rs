//! How a program is replaced by a newer one: its state is taken out of one box, and taken over by another.
//!
//! The two exports for that are made by the macros, and only for a program that has a state: all here is left out of any
//! other module.

use crate::abi::{enter, leave, read, set, start, Incoming, Phase};
use crate::context::WasmBoxContext;
use crate::program::{finish_was_called, send, AsyncProgram, Program};
use crate::state::{Shared, State};
use crate::{host, messages, panics};
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
    let state = read(pointer, length).unwrap_or_else(|| {
        panic!(
            "wasmbox_import_state was called with {} bytes at {:p}, which wasmbox_malloc did not give",
            length, pointer
        )
    });
    let mut program = with_origin(|origin| origin.import(&state))
        .unwrap_or_else(|sentence| panic!("{}", sentence));
    drop(state);
    // The one that was started with a new state ends first: it may have something to say on the way.
    drop(started);
    let done = program.start();
    leave(program, done);
}

/// The program, if it waits for a message.
fn waiting(function: &str) -> Box<dyn Program> {
    match enter() {
        Phase::Waiting(program) => program,
        Phase::Fresh => {
            panics::install_hook();
            panic!("{} was called before wasmbox_initialize", function)
        }
        Phase::Busy => panic!(
            "{} was called while the box was busy with another call, or after that failed",
            function
        ),
        Phase::Finished => panic!(
            "{} was called after the program had ended, and its state with it",
            function
        ),
    }
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

    fn message(&mut self, message: Incoming) -> Result<bool, String> {
        self.past.set(Past::Message);
        let done = self.program.message(message)?;
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

    fn message(&mut self, message: Incoming) -> Result<bool, String> {
        let input = messages::receive(message)?;
        if let Some(program) = &mut self.program {
            program.message(input);
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    //! Each test has a thread of its own; a box that takes over a state has another one.

    use super::*;
    use crate::abi::tests::{deliver, output, panic_of, tell};
    use crate::abi::{free, malloc};
    use crate::host::native::{take_calls, Call};
    use serde_derive::{Deserialize, Serialize};

    #[derive(Default, Serialize, Deserialize)]
    struct Count {
        count: u32,
    }

    impl State for Count {
        const NAME: &'static str = "count";
    }

    /// The same program, later.
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sum {
        #[serde(alias = "count")]
        sum: u64,
        #[serde(default)]
        step: Option<u64>,
    }

    impl Default for Sum {
        fn default() -> Self {
            Sum {
                sum: 100,
                step: None,
            }
        }
    }

    impl State for Sum {
        const NAME: &'static str = "count";
    }

    async fn counter(ctx: WasmBoxContext, state: Shared<Count>) {
        ctx.send(format!("started with {}", state.borrow().count));
        loop {
            let message = ctx.next().await;
            state.borrow_mut().count += 1;
            ctx.send(format!("{} {}", message, state.borrow().count));
        }
    }

    struct Summer {
        callback: Box<dyn Fn(String) + Send + Sync>,
        state: Shared<Sum>,
    }

    impl UpgradableWasmBox for Summer {
        type Input = String;
        type Output = String;
        type State = Sum;

        fn init(callback: Box<dyn Fn(String) + Send + Sync>, state: Shared<Sum>) -> Self {
            callback(format!("sums from {}", state.borrow().sum));
            Summer { callback, state }
        }

        fn message(&mut self, input: String) {
            if input == "end" {
                crate::finish();
            }
            let mut state = self.state.borrow_mut();
            state.sum += state.step.unwrap_or(10);
            (self.callback)(format!("{} {}", input, state.sum));
        }
    }

    impl Drop for Summer {
        fn drop(&mut self) {
            (self.callback)("dropped".into());
        }
    }

    /// Does what a host does to get a state.
    fn export() -> Vec<u8> {
        assert_eq!(take_calls(), []);
        export_state();
        match <[Call; 1]>::try_from(take_calls()) {
            Ok([Call::Callback(state)]) => state,
            other => panic!("{:?}", other),
        }
    }

    /// Does what a host does with a state.
    fn import(state: &[u8]) {
        let pointer = malloc(state.len().max(1));
        // SAFETY: the buffer is as long as the state.
        unsafe { std::ptr::copy_nonoverlapping(state.as_ptr(), pointer, state.len()) };
        import_state(pointer, state.len());
        free(pointer, state.len().max(1));
    }

    fn in_another_box<T: Send + 'static>(action: impl FnOnce() -> T + Send + 'static) -> T {
        match std::thread::spawn(action).join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn exported(messages: u32) -> Vec<u8> {
        in_another_box(move || {
            initialize_async_upgradable(counter);
            (0..messages).for_each(|_| tell("up"));
            take_calls();
            export()
        })
    }

    #[test]
    fn a_state_comes_out_between_messages_and_the_box_goes_on() {
        initialize_async_upgradable(counter);
        tell("a");
        assert_eq!(take_calls(), [output("started with 0"), output("a 1")]);
        let state = export();
        assert_eq!(state, b"\x82\x65count\xa1\x65count\x01");
        assert_eq!(export(), state);
        tell("b");
        assert_eq!(take_calls(), [output("b 2")]);
        assert_ne!(export(), state);
    }

    #[test]
    fn a_box_that_has_had_no_message_has_a_state() {
        assert_eq!(exported(0), b"\x82\x65count\xa1\x65count\x00");
    }

    #[test]
    fn the_program_is_started_anew_with_the_state() {
        let state = exported(3);
        initialize_async_upgradable(counter);
        import(&state);
        tell("a");
        assert_eq!(
            take_calls(),
            [
                output("started with 0"),
                output("started with 3"),
                output("a 4")
            ]
        );
        assert_eq!(export(), exported(4));
    }

    #[test]
    fn another_program_takes_it_over() {
        let state = exported(3);
        let state = in_another_box(move || {
            initialize_upgradable::<Summer>();
            import(&state);
            tell("a");
            assert_eq!(
                take_calls(),
                [
                    output("sums from 100"),
                    output("dropped"),
                    output("sums from 3"),
                    output("a 13")
                ]
            );
            let state = export();
            // Otherwise it would be dropped with the thread, when nobody listens any more.
            tell("end");
            state
        });
        // There is no way back: the older one knows no `sum`.
        initialize_async_upgradable(counter);
        let text = panic_of(move || import(&state));
        assert!(
            text.starts_with("the state of ") && text.ends_with("Count: missing field `count`"),
            "{}",
            text
        );
        assert!(panic_of(|| tell("after that")).contains("busy"));
    }

    #[test]
    fn a_state_that_does_not_fit_is_a_panic_that_says_so() {
        initialize_async_upgradable(counter);
        let text = panic_of(|| import(b"\x82\x65count\xa1\x65count\x61x"));
        assert_eq!(
            text,
            "the state of 16 bytes cannot be read as wasmbox::upgrade::tests::Count: count: invalid type: \
             string \"x\", expected u32"
        );
    }

    #[test]
    fn the_state_of_another_program_is_a_panic_that_says_so() {
        for (state, sentence) in [
            (
                &b"\x82\x64chat\xa0"[..],
                "it is the state of `chat`, and that of `count` is expected",
            ),
            (
                b"",
                "it does not begin with the name of a state, and is in another form",
            ),
        ] {
            let text = in_another_box(move || {
                initialize_async_upgradable(counter);
                panic_of(move || import(state))
            });
            assert!(text.ends_with(sentence), "{}", text);
        }
    }

    #[test]
    fn a_form_of_ones_own_is_all_there_is() {
        #[derive(Default, Serialize, Deserialize)]
        struct Text(String);

        impl State for Text {
            const NAME: &'static str = "text";

            fn to_bytes(&self) -> Result<Vec<u8>, String> {
                match self.0.as_str() {
                    "secret" => Err("it is secret".into()),
                    text => Ok(text.as_bytes().to_vec()),
                }
            }

            fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
                match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Text(text.into())),
                    Err(_) => Err("it is no text".into()),
                }
            }
        }

        async fn keeper(ctx: WasmBoxContext, state: Shared<Text>) {
            loop {
                let message = ctx.next().await;
                state.borrow_mut().0 += &message;
            }
        }

        initialize_async_upgradable(keeper);
        import(b"");
        assert_eq!(export(), b"");
        tell("secret");
        assert_eq!(panic_of(export_state), "it is secret");
        in_another_box(|| {
            initialize_async_upgradable(keeper);
            import(b"abc");
            tell("d");
            assert_eq!(export(), b"abcd");
        });
        in_another_box(|| {
            initialize_async_upgradable(keeper);
            assert_eq!(panic_of(|| import(b"\xff")), "it is no text");
        });
    }

    #[test]
    fn a_state_comes_first_and_once() {
        let state = exported(1);
        let again = state.clone();
        initialize_async_upgradable(counter);
        import(&state);
        let text = panic_of(move || import(&state));
        assert_eq!(text, "wasmbox_import_state was called twice");
        in_another_box(move || {
            initialize_async_upgradable(counter);
            tell("a");
            let text = panic_of(move || import(&again));
            assert_eq!(text, "wasmbox_import_state was called after a message");
        });
    }

    #[test]
    fn nothing_is_exported_or_imported_before_the_start() {
        let text = panic_of(export_state);
        assert_eq!(
            text,
            "wasmbox_export_state was called before wasmbox_initialize"
        );
        in_another_box(|| {
            let text = panic_of(|| import(b""));
            assert_eq!(
                text,
                "wasmbox_import_state was called before wasmbox_initialize"
            );
        });
    }

    #[test]
    fn memory_that_is_not_the_hosts_is_no_state() {
        initialize_async_upgradable(counter);
        let foreign = [0u8; 8];
        let text = panic_of(|| import_state(foreign.as_ptr(), 8));
        assert!(text.starts_with("wasmbox_import_state was called with 8 bytes at 0x"));
    }

    #[test]
    fn a_program_that_has_ended_has_no_state() {
        initialize_upgradable::<Summer>();
        tell("end");
        assert_eq!(
            take_calls(),
            [
                output("sums from 100"),
                output("end 110"),
                output("dropped"),
                Call::Finished
            ]
        );
        let text = panic_of(export_state);
        assert_eq!(
            text,
            "wasmbox_export_state was called after the program had ended, and its state with it"
        );
    }

    #[test]
    fn a_program_may_end_as_soon_as_it_has_its_state() {
        async fn ends_at_three(ctx: WasmBoxContext, state: Shared<Count>) {
            if state.borrow().count < 3 {
                ctx.next().await;
            }
            ctx.send("enough".into());
        }
        let state = exported(3);
        initialize_async_upgradable(ends_at_three);
        assert_eq!(take_calls(), []);
        import(&state);
        assert_eq!(take_calls(), [output("enough"), Call::Finished]);
        tell("more");
        assert_eq!(take_calls(), []);
    }

    #[test]
    fn a_state_that_is_kept_borrowed_is_a_panic_at_the_first_message() {
        #[allow(clippy::await_holding_refcell_ref)]
        async fn keeps(ctx: WasmBoxContext, state: Shared<Count>) {
            ctx.next().await;
            let mut state = state.borrow_mut();
            ctx.next().await;
            state.count += 1;
        }
        initialize_async_upgradable(keeps);
        let text = panic_of(|| tell("a"));
        assert_eq!(
            text,
            "the program waits for a message while it has the state borrowed mutably: let go of what `borrow_mut()` \
             gave before `.await`"
        );
    }

    #[test]
    fn a_state_may_be_kept_borrowed_to_look_at_and_at_the_end() {
        #[allow(clippy::await_holding_refcell_ref)]
        async fn looks(ctx: WasmBoxContext, state: Shared<Count>) {
            let look = state.borrow();
            ctx.next().await;
            drop(look);
            let _change = state.borrow_mut();
            crate::finish();
            ctx.next().await;
        }
        let state = exported(5);
        initialize_async_upgradable(looks);
        import(&state);
        assert_eq!(export(), state);
        tell("end");
        assert_eq!(take_calls(), [Call::Finished]);
    }

    #[test]
    fn several_tasks_share_the_state() {
        let state = Shared::new(Count { count: 1 });
        let other = state.clone();
        other.borrow_mut().count += 1;
        assert_eq!(state.borrow().count, 2);
        let change = state.borrow_mut();
        assert_eq!(
            panic_of(std::panic::AssertUnwindSafe(|| drop(other.borrow()))),
            "the state was borrowed while it is still borrowed mutably"
        );
        assert_eq!(
            panic_of(std::panic::AssertUnwindSafe(|| drop(other.borrow_mut()))),
            "the state was borrowed mutably while it is still borrowed"
        );
        drop(change);
    }

    #[test]
    fn what_an_export_calls_back_is_refused() {
        #[derive(Default, Deserialize)]
        struct Busy;

        impl Serialize for Busy {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                deliver(b"");
                unreachable!()
            }
        }

        impl State for Busy {
            const NAME: &'static str = "busy";
        }

        initialize_async_upgradable(|ctx: WasmBoxContext<(), ()>, _: Shared<Busy>| async move {
            ctx.next().await
        });
        assert!(panic_of(export_state).contains("busy with another call"));
    }
}
