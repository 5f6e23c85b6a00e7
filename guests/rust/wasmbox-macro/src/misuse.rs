//! Finds what is wrong with an annotated item, and says it where it is, with the way out.

use crate::Checked;
use proc_macro2::TokenStream as Tokens;
use quote::ToTokens;
use syn::{Error, FnArg, Generics, Item, ItemFn, PathSegment, ReturnType, Type};

/// Collects errors, so that all that is wrong with an item is said at once.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    pub(crate) fn add(&mut self, place: impl ToTokens, sentence: &str) {
        self.combine(Error::new_spanned(place, sentence));
    }

    pub(crate) fn combine(&mut self, error: Error) {
        match &mut self.0 {
            None => self.0 = Some(error),
            Some(errors) => errors.combine(error),
        }
    }

    pub(crate) fn result<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            None => Ok(value),
            Some(errors) => Err(errors),
        }
    }
}

/// Checks an item with `#[wasmbox]`; the name is the function's.
pub(crate) fn check_async(arguments: Tokens, item: Tokens) -> syn::Result<Checked> {
    let mut errors = Errors::default();
    if is_upgradable(&arguments) {
        errors.add(
            &arguments,
            "#[wasmbox] takes no arguments: for a state that survives an upgrade, give `run` a second argument, \
             `state: Shared<YourState>`",
        );
    } else if !arguments.is_empty() {
        errors.add(
            &arguments,
            "#[wasmbox] takes no arguments: write just `#[wasmbox]`; the types of input and output are those of the \
             function's `WasmBoxContext<Input, Output>`",
        );
    }
    match syn::parse2(item)? {
        Item::Fn(function) => {
            check_function(&function, &mut errors);
            let context = function.sig.inputs.first().and_then(|input| match input {
                FnArg::Typed(argument) => Some(&argument.ty),
                FnArg::Receiver(_) => None,
            });
            errors.result(Checked {
                upgradable: function.sig.inputs.len() > 1,
                types: context.to_token_stream(),
                name: function.sig.ident,
            })
        }
        Item::Struct(item) => not_a_function(item.ident, errors),
        Item::Enum(item) => not_a_function(item.ident, errors),
        Item::Type(item) => not_a_function(item.ident, errors),
        other => {
            errors.add(
                first_token(&other),
                "#[wasmbox] goes on a function: write `#[wasmbox] async fn run(ctx: WasmBoxContext<Input, Output>)`",
            );
            errors.result(unreachable())
        }
    }
}

fn not_a_function(name: syn::Ident, mut errors: Errors) -> syn::Result<Checked> {
    errors.add(
        &name,
        "#[wasmbox] goes on a function, `async fn run(ctx: WasmBoxContext<Input, Output>)`; on a type that implements \
         `WasmBox` use `#[wasmbox_sync]`",
    );
    errors.result(unreachable())
}

fn check_function(function: &ItemFn, errors: &mut Errors) {
    let signature = &function.sig;
    if signature.ident != "run" {
        errors.add(
            &signature.ident,
            "the function under #[wasmbox] must be called `run`: rename it, or call it from an `async fn run`",
        );
    }
    if signature.asyncness.is_none() {
        errors.add(
            signature.fn_token,
            "the function under #[wasmbox] must be async: write `async fn run`, or use `#[wasmbox_sync]` on a type \
             for a program without async",
        );
    }
    if let Some(constness) = &signature.constness {
        errors.add(constness, PLAIN);
    }
    if let Some(unsafety) = &signature.unsafety {
        errors.add(unsafety, PLAIN);
    }
    if let Some(abi) = &signature.abi {
        errors.add(abi, PLAIN);
    }
    check_generics(
        &signature.generics,
        "`run` cannot be generic, because the host starts it: name the types of input and output in its \
         `WasmBoxContext<Input, Output>`",
        errors,
    );
    match &signature.output {
        ReturnType::Default => {}
        ReturnType::Type(_, output) => match &**output {
            Type::Tuple(tuple) if tuple.elems.is_empty() => {}
            other => errors.add(
                other,
                "`run` returns nothing: send results with `ctx.send(...)`, and return to finish the box",
            ),
        },
    }
    let mut inputs = signature.inputs.iter();
    match inputs.next() {
        None => errors.combine(Error::new(
            signature.paren_token.span,
            "`run` needs its context: write `async fn run(ctx: WasmBoxContext<Input, Output>)`",
        )),
        Some(FnArg::Receiver(receiver)) => {
            errors.add(
                receiver,
                "`run` is a free function, not a method: write `async fn run(ctx: WasmBoxContext<Input, Output>)` \
                 outside of any impl, and keep the state in its variables",
            );
            // The others will move up by one.
            return;
        }
        Some(FnArg::Typed(argument)) => {
            if !is_named(&argument.ty, "WasmBoxContext") {
                errors.add(
                    &argument.ty,
                    "the argument of `run` must be the context, by value: write `ctx: WasmBoxContext<Input, Output>`, \
                     or `ctx: WasmBoxContext` for strings",
                );
            }
        }
    }
    match inputs.next() {
        Some(FnArg::Typed(argument)) if is_named(&argument.ty, "Shared") => {
            if !has_parameters(&argument.ty) {
                errors.add(
                    &argument.ty,
                    "the state of `run` needs its type: write `state: Shared<YourState>`, with a type that implements \
                     `State`",
                );
            }
        }
        Some(second) => errors.add(
            second,
            "the second argument of `run` can only be its state, by value: write `state: Shared<YourState>` for one \
             that survives an upgrade; receive everything else as a message, with `ctx.next().await`",
        ),
        None => {}
    }
    if let Some(third) = inputs.next() {
        errors.add(
            third,
            "`run` takes its context and its state, and nothing else: keep everything in one type that implements \
             `State`, or receive it as a message, with `ctx.next().await`",
        );
    }
    if let Some(variadic) = &signature.variadic {
        errors.add(variadic, PLAIN);
    }
}

const PLAIN: &str =
    "the function under #[wasmbox] must be a plain one: write `async fn run`, without `const`, \
                     `unsafe`, `extern` or `...`";

/// Whether a type is written with this name, by whichever path and with whichever parameters. Macros see names, not
/// types, so an alias of another name is not recognised.
fn is_named(of: &Type, name: &str) -> bool {
    last_segment(of).map_or(false, |segment| segment.ident == name)
}

fn has_parameters(of: &Type) -> bool {
    last_segment(of).map_or(false, |segment| !segment.arguments.is_empty())
}

fn last_segment(of: &Type) -> Option<&PathSegment> {
    match of {
        Type::Path(path) => path.path.segments.last(),
        Type::Paren(inner) => last_segment(&inner.elem),
        Type::Group(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

/// Whether an attribute's arguments are the one that there is.
fn is_upgradable(arguments: &Tokens) -> bool {
    arguments.to_string() == "upgradable"
}

/// Checks an item with `#[wasmbox_sync]`; the name is the type's.
pub(crate) fn check_sync(arguments: Tokens, item: Tokens) -> syn::Result<Checked> {
    let mut errors = Errors::default();
    let upgradable = is_upgradable(&arguments);
    if !upgradable && !arguments.is_empty() {
        errors.add(
            &arguments,
            "#[wasmbox_sync] takes no arguments but `upgradable`: write just `#[wasmbox_sync]`, or \
             `#[wasmbox_sync(upgradable)]` on a type that implements `UpgradableWasmBox`; the types of input and output \
             are those of its `impl`",
        );
    }
    let (name, generics) = match syn::parse2(item)? {
        Item::Struct(item) => (item.ident, item.generics),
        Item::Enum(item) => (item.ident, item.generics),
        Item::Type(item) => (item.ident, item.generics),
        Item::Fn(function) => {
            errors.add(
                &function.sig.ident,
                "#[wasmbox_sync] goes on a type that implements `WasmBox`; on a function use `#[wasmbox]`, with \
                 `async fn run(ctx: WasmBoxContext<Input, Output>)`",
            );
            return errors.result(unreachable());
        }
        other => {
            errors.add(
                first_token(&other),
                "#[wasmbox_sync] goes on a struct, an enum or a type alias: put it on the type itself, and implement \
                 `WasmBox` for that type",
            );
            return errors.result(unreachable());
        }
    };
    check_generics(
        &generics,
        "the type under #[wasmbox_sync] cannot be generic, because the host makes it: put the attribute on an alias \
         with the types filled in, such as `type Program = Generic<String>;`",
        &mut errors,
    );
    errors.result(Checked {
        upgradable,
        types: name.to_token_stream(),
        name,
    })
}

fn check_generics(generics: &Generics, sentence: &str, errors: &mut Errors) {
    if !generics.params.is_empty() {
        errors.add(&generics.params, sentence);
    } else if let Some(clause) = &generics.where_clause {
        errors.add(clause, sentence);
    }
}

/// The first token of an item: where to point at when the item as a whole is the wrong one.
fn first_token(item: &Item) -> Tokens {
    item.to_token_stream().into_iter().take(1).collect()
}

/// For the branches in which an error is certain.
fn unreachable() -> Checked {
    Checked {
        name: syn::Ident::new("run", proc_macro2::Span::call_site()),
        upgradable: false,
        types: Tokens::new(),
    }
}
