//! What goes into the custom section `wasmbox` of a module.

use proc_macro2::TokenStream as Tokens;
use quote::quote;

/// Puts the text of a node into the section. The node is a constant expression.
///
/// Nobody uses the first `static`: the compiler writes it into the section all the same, and leaves it out of the memory. The
/// other one has the linker put in what is needed of other crates; see `Definition`.
pub(crate) fn section(node: &Tokens) -> Tokens {
    quote! {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            // The node is written in the user's words, so of the names here it must not see any that is likely.
            const __WASMBOX_NODE: ::wasmbox::__private::Node = #node;

            const _: () = {
                const NODE: ::wasmbox::__private::Node = __WASMBOX_NODE;

                #[link_section = "wasmbox"]
                static SECTION: [u8; NODE.length()] = NODE.text();

                #[used]
                static OTHERS: [::wasmbox::__private::Definition; NODE.count(::core::module_path!())] =
                    NODE.definitions(::core::module_path!());
            };
        };
    }
}

/// The statements about a program's types.
pub(crate) fn contract(input: &Tokens, output: &Tokens) -> Tokens {
    let statements = section(&quote! {
        ::wasmbox::__private::Node::All(&[
            ::wasmbox::__private::Node::Text("wasmbox 1;\ncodec \"bincode-1\";\n"),
            ::wasmbox::__private::Known::<#input>::INPUT,
            ::wasmbox::__private::Known::<#output>::OUTPUT,
        ])
    });
    quote! {
        const _: () = {
            #[allow(unused_imports)]
            use ::wasmbox::__private::Unknown as _;

            #statements
        };
    }
}
