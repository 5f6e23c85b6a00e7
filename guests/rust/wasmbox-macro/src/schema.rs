//! `#[derive(Schema)]`: the definition of a type, in the words of the contract.

use crate::attributes::{Attributes, Place, Rule};
use crate::misuse::Errors;
use crate::section::section;
use proc_macro2::{Ident, TokenStream as Tokens, TokenTree};
use quote::{quote, quote_spanned, ToTokens};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{parse_quote, Data, DataEnum, DeriveInput, Fields, GenericParam, Type};

pub(crate) fn derive(item: DeriveInput) -> syn::Result<Tokens> {
    let mut errors = Errors::default();
    let container = Attributes::read(&item.attrs, Place::Container, &mut errors);
    let mut node = Pieces::default();
    let name = &item.ident;
    let mut has_name = false;
    if let Some(described) = &container.described {
        node.schema_of(described);
    } else {
        match &item.data {
            Data::Struct(data) if container.transparent => {
                match only_field(&data.fields, &mut errors) {
                    Some(field) => node.schema_of(&field),
                    None => errors.add(
                        name,
                        "#[serde(transparent)] needs a field that the type is written as",
                    ),
                }
            }
            Data::Struct(data) => {
                has_name = true;
                node.text("struct ");
                node.path(name);
                if matches!(data.fields, Fields::Unit) {
                    node.text(" {}");
                } else {
                    node.fields(&data.fields, container.rename_all, &mut errors);
                }
            }
            Data::Enum(data) => {
                has_name = true;
                node.text("enum ");
                node.path(name);
                node.variants(data, &container, &mut errors);
            }
            Data::Union(data) => errors.add(
                data.union_token,
                "a union has no schema, because a message cannot tell which of its fields is meant: make it an enum",
            ),
        }
    }
    errors.result(())?;
    Ok(implementation(item, node, has_name))
}

/// The `impl`, and for a type with a name of its own its definition.
fn implementation(mut item: DeriveInput, mut node: Pieces, has_name: bool) -> Tokens {
    for parameter in item.generics.type_params_mut() {
        if node.types.iter().any(|of| mentions(of, &parameter.ident)) {
            parameter.bounds.push(parse_quote!(::wasmbox::Schema));
        }
    }
    let name = &item.ident;
    let (parameters, arguments, clause) = item.generics.split_for_impl();
    let is_generic = item
        .generics
        .params
        .iter()
        .any(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if is_generic || !has_name {
        let node = node.into_node();
        return quote! {
            #[automatically_derived]
            impl #parameters ::wasmbox::Schema for #name #arguments #clause {
                const SCHEMA: ::wasmbox::__private::Node = #node;
            }
        };
    }
    let lifetimes = item.generics.lifetimes().map(|_| quote!('static));
    let definition = quote!(<#name<#(#lifetimes),*> as ::wasmbox::__private::Named>::DEFINITION);
    let section = section(&definition);
    let path = path(name);
    node.text("\n");
    let node = node.into_node();
    quote! {
        #[automatically_derived]
        impl #parameters ::wasmbox::Schema for #name #arguments #clause {
            const SCHEMA: ::wasmbox::__private::Node = {
                #[cfg(target_arch = "wasm32")]
                const DEFINITION: ::core::option::Option<::wasmbox::__private::Definition> = {
                    #[inline(never)]
                    fn definition() -> &'static [::wasmbox::__private::Definition] {
                        const NODE: ::wasmbox::__private::Node = #definition;
                        const OTHERS: [::wasmbox::__private::Definition; NODE.count("")] =
                            NODE.definitions("");
                        &OTHERS
                    }
                    ::core::option::Option::Some(::wasmbox::__private::Definition(definition))
                };
                // Elsewhere there is no section.
                #[cfg(not(target_arch = "wasm32"))]
                const DEFINITION: ::core::option::Option<::wasmbox::__private::Definition> =
                    ::core::option::Option::None;

                ::wasmbox::__private::Node::Path(#path, DEFINITION)
            };
        }

        #[automatically_derived]
        impl #parameters ::wasmbox::__private::Named for #name #arguments #clause {
            const DEFINITION: ::wasmbox::__private::Node = #node;
        }

        #section
    }
}

/// The path of a type of this name that is defined where the derive stands.
fn path(name: &Ident) -> Tokens {
    let name = name.unraw().to_string();
    quote!(::core::concat!(::core::module_path!(), "::", #name))
}

/// The type of the field that a transparent type is written as.
fn only_field(fields: &Fields, errors: &mut Errors) -> Option<Type> {
    let mut types = fields.iter().filter_map(|field| {
        let attributes = Attributes::read(&field.attrs, Place::Field, errors);
        let of = attributes.described.unwrap_or_else(|| field.ty.clone());
        (!attributes.skip && !is_phantom(&of)).then(|| of)
    });
    types.next()
}

/// A definition in pieces: texts, and the schemas of types.
#[derive(Default)]
struct Pieces {
    nodes: Vec<Tokens>,
    text: String,
    types: Vec<Type>,
}

impl Pieces {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn node(&mut self, node: Tokens) {
        self.end_text();
        self.nodes.push(node);
    }

    fn end_text(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.nodes
                .push(quote!(::wasmbox::__private::Node::Text(#text)));
        }
    }

    fn path(&mut self, name: &Ident) {
        let path = path(name);
        self.node(quote!(::wasmbox::__private::Node::Path(#path, ::core::option::Option::None)));
    }

    fn schema_of(&mut self, of: &Type) {
        self.types.push(of.clone());
        self.node(quote_spanned!(of.span()=> <#of as ::wasmbox::Schema>::SCHEMA));
    }

    fn variants(&mut self, data: &DataEnum, container: &Attributes, errors: &mut Errors) {
        let mut is_first = true;
        for variant in &data.variants {
            let attributes = Attributes::read(&variant.attrs, Place::Variant, errors);
            self.text(if is_first { " { " } else { ", " });
            is_first = false;
            self.name(&attributes.name(&variant.ident, |name| {
                container.rename_all.map(|rule| rule.variant(name))
            }));
            let rule = attributes.rename_all.or(container.rename_all_fields);
            self.fields(&variant.fields, rule, errors);
        }
        self.text(if is_first { " {}" } else { " }" });
    }

    fn fields(&mut self, fields: &Fields, rule: Option<Rule>, errors: &mut Errors) {
        let (open, close, none) = match fields {
            Fields::Named(_) => (" { ", " }", " {}"),
            Fields::Unnamed(_) => ("(", ")", "()"),
            Fields::Unit => return,
        };
        let mut is_first = true;
        for field in fields {
            let attributes = Attributes::read(&field.attrs, Place::Field, errors);
            if attributes.skip {
                continue;
            }
            self.text(if is_first { open } else { ", " });
            is_first = false;
            if let Some(name) = &field.ident {
                self.name(&attributes.name(name, |name| rule.map(|rule| rule.field(name))));
                self.text(": ");
            }
            self.schema_of(attributes.described.as_ref().unwrap_or(&field.ty));
        }
        self.text(if is_first { none } else { close });
    }

    /// The name of a field or a variant, as a string if it is no identifier everywhere.
    fn name(&mut self, name: &str) {
        let is_identifier = name != "_"
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && !name.is_empty()
            && name
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || char == '_');
        if is_identifier {
            self.text(name);
        } else {
            let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
            self.text(&format!("\"{}\"", escaped));
        }
    }

    fn into_node(mut self) -> Tokens {
        self.end_text();
        let nodes = self.nodes;
        quote!(::wasmbox::__private::Node::All(&[#(#nodes),*]))
    }
}

/// Whether a type is written with a parameter, but for a `PhantomData` of it, and for what belongs to it (`T::Item`).
fn mentions(of: &Type, parameter: &Ident) -> bool {
    fn is_in(tokens: Tokens, parameter: &Ident) -> bool {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let found = match token {
                TokenTree::Ident(ident) => {
                    ident == *parameter
                        && !matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':')
                }
                TokenTree::Group(group) => is_in(group.stream(), parameter),
                _ => false,
            };
            if found {
                return true;
            }
        }
        false
    }
    !is_phantom(of) && is_in(of.to_token_stream(), parameter)
}

fn is_phantom(of: &Type) -> bool {
    match of {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map_or(false, |segment| segment.ident == "PhantomData"),
        _ => false,
    }
}
