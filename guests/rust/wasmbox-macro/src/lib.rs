//! The macros of the `wasmbox` crate, which re-exports and documents them.
//!
//! The attributes leave the annotated item exactly as it was written, so that the compiler's messages point at it, and put
//! the exported function `wasmbox_initialize` beside it, and two more if the program has a state that survives an upgrade;
//! and what the program says of its messages in the custom section `wasmbox`. All that depends on types is left to the
//! compiler, in what they refer to (`wasmbox::__private`).

#![deny(missing_docs)]

mod attributes;
mod misuse;
mod schema;
mod section;

use proc_macro::TokenStream;
use proc_macro2::{Ident, TokenStream as Tokens};
use quote::{quote, quote_spanned};

/// Makes `async fn run(ctx: WasmBoxContext<Input, Output>)` the program of the box.
///
/// ```
/// use wasmbox::prelude::*;
///
/// #[wasmbox]
/// async fn run(ctx: WasmBoxContext<String, String>) {
///     loop {
///         let message = ctx.next().await;
///         ctx.send(format!("Echo: {}", message));
///     }
/// }
/// ```
///
/// The function runs up to its first `ctx.next().await` when the box is started, and goes on from there with each
/// message. `WasmBoxContext` without parameters means `WasmBoxContext<String, String>`. When the function returns, the
/// box is finished: it takes no more messages. A crate has one `#[wasmbox]` or one `#[wasmbox_sync]`.
///
/// A second argument, `state: Shared<YourState>`, is a state that survives an upgrade to a newer module; see
/// `wasmbox::State`.
#[proc_macro_attribute]
pub fn wasmbox(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match misuse::check_async(arguments.into(), item.clone().into()) {
        Ok(Checked {
            name,
            upgradable,
            types,
        }) => {
            let start = if upgradable {
                quote_spanned!(name.span()=> ::wasmbox::__private::initialize_async_upgradable(#name))
            } else {
                quote_spanned!(name.span()=> ::wasmbox::__private::initialize_async(#name))
            };
            let types = quote!(#types as ::wasmbox::__private::Types);
            join(item, export(start, upgradable, types))
        }
        // A wrong function goes, a wrong anything else stays: either way fewer errors follow from this one.
        Err(error) if syn::parse::<syn::ItemFn>(item.clone()).is_ok() => {
            error.into_compile_error().into()
        }
        Err(error) => join(item, error.into_compile_error()),
    }
}

/// Makes a type that implements `WasmBox` the program of the box.
///
/// ```
/// use wasmbox::prelude::*;
///
/// #[wasmbox_sync]
/// struct Echo {
///     callback: Box<dyn Fn(String) + Send + Sync>,
/// }
///
/// impl WasmBox for Echo {
///     type Input = String;
///     type Output = String;
///
///     fn init(callback: Box<dyn Fn(Self::Output) + Send + Sync>) -> Self {
///         Echo { callback }
///     }
///
///     fn message(&mut self, input: Self::Input) {
///         (self.callback)(format!("Echo: {}", input));
///     }
/// }
/// ```
///
/// It goes on a struct, an enum, or a type alias without type parameters of its own. A crate has one `#[wasmbox]` or
/// one `#[wasmbox_sync]`.
///
/// With `#[wasmbox_sync(upgradable)]` the type implements `UpgradableWasmBox`, which gives it a state that survives an
/// upgrade to a newer module; see `wasmbox::State`.
///
/// ```
/// use serde_derive::{Deserialize, Serialize};
/// use wasmbox::prelude::*;
///
/// #[derive(Default, Serialize, Deserialize)]
/// struct Count {
///     messages: u64,
/// }
///
/// impl State for Count {
///     const NAME: &'static str = "count";
/// }
///
/// #[wasmbox_sync(upgradable)]
/// struct Counter {
///     callback: Box<dyn Fn(u64) + Send + Sync>,
///     count: Shared<Count>,
/// }
///
/// impl UpgradableWasmBox for Counter {
///     type Input = String;
///     type Output = u64;
///     type State = Count;
///
///     fn init(callback: Box<dyn Fn(u64) + Send + Sync>, count: Shared<Count>) -> Self {
///         Counter { callback, count }
///     }
///
///     fn message(&mut self, _: String) {
///         self.count.borrow_mut().messages += 1;
///         (self.callback)(self.count.borrow().messages);
///     }
/// }
/// ```
#[proc_macro_attribute]
pub fn wasmbox_sync(arguments: TokenStream, item: TokenStream) -> TokenStream {
    match misuse::check_sync(arguments.into(), item.clone().into()) {
        Ok(Checked {
            name,
            upgradable,
            types,
        }) => {
            let (start, types) = if upgradable {
                (
                    quote_spanned!(name.span()=> ::wasmbox::__private::initialize_upgradable::<#name>()),
                    quote!(#types as ::wasmbox::UpgradableWasmBox),
                )
            } else {
                (
                    quote_spanned!(name.span()=> ::wasmbox::__private::initialize::<#name>()),
                    quote!(#types as ::wasmbox::WasmBox),
                )
            };
            join(item, export(start, upgradable, types))
        }
        // The type stays, so that its `impl` does not fill the screen with errors that follow from this one.
        Err(error) => join(item, error.into_compile_error()),
    }
}

/// Makes a type known to the host; the documentation is the trait's, `wasmbox::Schema`.
#[proc_macro_derive(Schema, attributes(schema, serde))]
pub fn derive_schema(item: TokenStream) -> TokenStream {
    syn::parse(item)
        .and_then(schema::derive)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// The exported function `wasmbox_initialize`, and for a program with a state those that take it out and in; and what the
/// host is told of `types`, which is what has an `Input` and an `Output`. What starts the program has the place of the
/// item's name: if the types do not fit, the compiler points there.
fn export(start: Tokens, upgradable: bool, types: Tokens) -> Tokens {
    let more = if upgradable {
        quote! {
            #[cfg_attr(target_arch = "wasm32", no_mangle)]
            #[allow(dead_code)]
            extern "C" fn wasmbox_export_state() {
                ::wasmbox::__private::export_state()
            }

            #[cfg_attr(target_arch = "wasm32", no_mangle)]
            #[allow(dead_code)]
            extern "C" fn wasmbox_import_state(pointer: *const u8, length: usize) {
                ::wasmbox::__private::import_state(pointer, length)
            }
        }
    } else {
        Tokens::new()
    };
    let contract = section::contract(&quote!(<#types>::Input), &quote!(<#types>::Output));
    quote! {
        #contract

        const _: () = {
            // Off WebAssembly nobody calls it, and a symbol of this name would only be in the way of tests.
            #[cfg_attr(target_arch = "wasm32", no_mangle)]
            #[allow(dead_code)]
            extern "C" fn wasmbox_initialize() {
                #start
            }

            #more
        };
    }
}

fn join(item: TokenStream, more: Tokens) -> TokenStream {
    let mut tokens = item;
    tokens.extend(TokenStream::from(more));
    tokens
}

/// What was annotated, checked and ready for use.
pub(crate) struct Checked {
    name: Ident,
    /// Whether it has a state that survives an upgrade.
    upgradable: bool,
    /// The type that knows what its messages are: the function's context, or the type itself.
    types: Tokens,
}
