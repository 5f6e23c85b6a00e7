//! What a program keeps when it is replaced by a newer one.

use crate::cbor;
use serde::{de::DeserializeOwned, Serialize};
use std::cell::{Ref, RefCell, RefMut};
use std::fmt::{self, Debug, Formatter};
use std::rc::Rc;

/// What survives an upgrade: the state of a program, as a value of a type of yours.
///
/// A snapshot of a box holds the variables of the program as they lie in its memory, and only the very same module can
/// go on from there. Of a program that keeps what matters in a `State`, the host can take it out as bytes and give it to
/// a *newer* module, so that the program is replaced and its boxes live on.
///
/// ```
/// use serde_derive::{Deserialize, Serialize};
/// use wasmbox::prelude::*;
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Counter {
///     count: u32,
/// }
///
/// impl State for Counter {
///     const NAME: &'static str = "counter";
/// }
///
/// #[wasmbox]
/// async fn run(ctx: WasmBoxContext<String, String>, state: Shared<Counter>) {
///     loop {
///         if ctx.next().await == "up" {
///             state.borrow_mut().count += 1;
///             ctx.send(format!("value={}", state.borrow().count));
///         }
///     }
/// }
/// ```
///
/// The program gets it as a [`Shared`] handle: an async `run` as its second argument, a type under
/// `#[wasmbox_sync(upgradable)]` in [`UpgradableWasmBox::init`](crate::UpgradableWasmBox::init). A new box begins with
/// `State::default()`.
///
/// # How an upgrade goes
///
/// The newer module is started like any: its program runs up to where it waits for the first message, with
/// `State::default()`. Then that program is dropped, and *started anew* with the state of the old box. Nothing but the
/// state is carried over: no local variables, no tasks, no contents of `static`s. What a program sends when it starts,
/// it therefore sends twice, first as a new one and then with the state; both are initial outputs to the host.
///
/// # Reading the state of an older version
///
/// The bytes are CBOR, with the names of fields and variants in them. So what serde's attributes do holds here, too:
///
/// - a field that is new: `#[serde(default)]`, or a function for its value, `#[serde(default = "euro")]`;
/// - a field or a variant with a new name: `#[serde(alias = "old_name")]`;
/// - a field that is gone: nothing to do, unknown fields are passed over (unless `#[serde(deny_unknown_fields)]`);
/// - a variant that is gone: `#[serde(other)]` on the one that stands for it;
/// - a number that became wider, or an integer that became a float: nothing to do;
/// - any other change of type: `#[serde(from = "Old")]`, `try_from`, `untagged` enums, `deserialize_with`.
///
/// A state that does not fit is refused with a sentence that says what was expected, what was found and where, and so is
/// the state of a program with another [`NAME`](Self::NAME). The box that was to be upgraded stays as it is.
///
/// # A form of your own
///
/// [`to_bytes`](Self::to_bytes) and [`from_bytes`](Self::from_bytes) may be overridden, to read an older type and
/// convert it, or to have another encoding:
///
/// ```
/// # use serde_derive::{Deserialize, Serialize};
/// # use wasmbox::prelude::*;
/// #[derive(Default, Serialize, Deserialize)]
/// struct Minutes { minutes: u64 }
///
/// impl State for Minutes {
///     const NAME: &'static str = "clock";
/// }
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Clock { seconds: u64 }
///
/// impl State for Clock {
///     const NAME: &'static str = "clock";
///
///     fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
///         // This version's form first, then the one before it.
///         wasmbox::state::decode(bytes).or_else(|error| match Minutes::from_bytes(bytes) {
///             Ok(old) => Ok(Clock { seconds: old.minutes * 60 }),
///             Err(_) => Err(error),
///         })
///     }
/// }
///
/// let old = Minutes { minutes: 2 }.to_bytes().unwrap();
/// assert_eq!(Clock::from_bytes(&old).unwrap().seconds, 120);
/// ```
pub trait State: Serialize + DeserializeOwned + Default + 'static {
    /// What program the state belongs to, the same in all its versions. A state of another name is not read.
    const NAME: &'static str;

    /// The state as bytes, [`encode`]d unless overridden.
    ///
    /// # Errors
    ///
    /// A sentence that says why it has none. The upgrade is refused with it.
    fn to_bytes(&self) -> Result<Vec<u8>, String> {
        encode(self)
    }

    /// A state from what `to_bytes` of this or an older version gave, [`decode`]d unless overridden.
    ///
    /// # Errors
    ///
    /// A sentence that says why it cannot be taken over. The upgrade is refused with it.
    fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        decode(bytes)
    }
}

/// The default form of a state: in CBOR, a list of its name and its value.
///
/// # Errors
///
/// If its `Serialize` fails, or if it is nested more than 256 deep.
pub fn encode<S: State>(state: &S) -> Result<Vec<u8>, String> {
    cbor::write(S::NAME, state).map_err(|error| {
        format!(
            "the state {} cannot be written: {}",
            std::any::type_name::<S>(),
            error
        )
    })
}

/// Reads the default form.
///
/// # Errors
///
/// If the bytes are not of that form, or the state of another name, or not a state of this type.
pub fn decode<S: State>(bytes: &[u8]) -> Result<S, String> {
    cbor::read(S::NAME, bytes).map_err(|error| {
        format!(
            "the state of {} bytes cannot be read as {}: {}",
            bytes.len(),
            std::any::type_name::<S>(),
            error
        )
    })
}

/// A handle to the state that survives an upgrade. Clones are handles to the same state.
///
/// `borrow()` reads it and `borrow_mut()` changes it, as with a [`RefCell`]. What `borrow_mut()` gives must be gone
/// before the program waits for a message: the host may ask for the state then. A program that keeps it is ended by a
/// panic that says so, at the first message and not at the first upgrade; and clippy finds it before that.
///
/// A handle that is left from before the state was taken over, in a `static` for instance, has the old state.
pub struct Shared<S> {
    state: Rc<RefCell<S>>,
}

impl<S> Shared<S> {
    /// A state of its own, as tests need it. A box has made its own already.
    pub fn new(state: S) -> Self {
        Shared {
            state: Rc::new(RefCell::new(state)),
        }
    }

    /// The state, to look at.
    ///
    /// # Panics
    ///
    /// While something that `borrow_mut()` gave is alive.
    #[track_caller]
    pub fn borrow(&self) -> Ref<'_, S> {
        match self.state.try_borrow() {
            Ok(state) => state,
            Err(_) => panic!("the state was borrowed while it is still borrowed mutably"),
        }
    }

    /// The state, to change.
    ///
    /// # Panics
    ///
    /// While something that `borrow()` or `borrow_mut()` gave is alive.
    #[track_caller]
    pub fn borrow_mut(&self) -> RefMut<'_, S> {
        match self.state.try_borrow_mut() {
            Ok(state) => state,
            Err(_) => panic!("the state was borrowed mutably while it is still borrowed"),
        }
    }

    pub(crate) fn is_being_changed(&self) -> bool {
        self.state.try_borrow().is_err()
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Shared {
            state: self.state.clone(),
        }
    }
}

impl<S: Debug> Debug for Shared<S> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.state.fmt(formatter)
    }
}
