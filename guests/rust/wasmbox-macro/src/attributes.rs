//! The attributes of serde, and ours, as far as they decide what a type's values look like as bytes.

use crate::misuse::Errors;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Lit, Meta, MetaList, NestedMeta, Token, Type};

/// What an attribute stands at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Container,
    Variant,
    Field,
}

/// What the attributes of one place say.
#[derive(Default)]
pub(crate) struct Attributes {
    rename: Option<String>,
    /// For the fields of a struct or of a variant, or for the variants of an enum.
    pub(crate) rename_all: Option<Rule>,
    /// For the fields of all variants.
    pub(crate) rename_all_fields: Option<Rule>,
    pub(crate) transparent: bool,
    /// The field is not there.
    pub(crate) skip: bool,
    /// The type that `#[schema(as = Type)]` names.
    pub(crate) described: Option<Type>,
}

impl Attributes {
    pub(crate) fn read(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut read = Attributes::default();
        for attribute in attributes {
            if attribute.path.is_ident("schema") {
                match attribute.parse_args::<As>() {
                    Ok(_) if place == Place::Variant => errors.add(attribute, AS_ON_VARIANT),
                    Ok(As(described)) => read.described = Some(described),
                    Err(_) => errors.add(attribute, AS),
                }
            }
        }
        // What the user says of the whole type goes before anything else.
        if place == Place::Container && read.described.is_some() {
            return read;
        }
        let mut one_way = Vec::new();
        for attribute in attributes.iter().filter(|one| one.path.is_ident("serde")) {
            match attribute.parse_meta() {
                Ok(Meta::List(list)) => {
                    for nested in &list.nested {
                        read.serde(nested, place, &mut one_way, errors);
                    }
                }
                Ok(_) => {}
                Err(error) => errors.combine(error),
            }
        }
        // Together they are `skip`.
        match &one_way[..] {
            [one] => errors.add(one, ONE_WAY),
            [] => {}
            _ => read.skip = true,
        }
        read
    }

    /// The name of a field or a variant; the other way to one is a rule that holds for all.
    pub(crate) fn name(&self, name: &Ident, rule: impl Fn(&str) -> Option<String>) -> String {
        let name = name.unraw().to_string();
        self.rename.clone().or_else(|| rule(&name)).unwrap_or(name)
    }

    fn serde(
        &mut self,
        nested: &NestedMeta,
        place: Place,
        one_way: &mut Vec<NestedMeta>,
        errors: &mut Errors,
    ) {
        use Place::{Container, Field, Variant};
        let meta = match nested {
            NestedMeta::Meta(meta) => meta,
            NestedMeta::Lit(_) => return errors.add(nested, UNKNOWN),
        };
        let word = meta.path().get_ident().map(Ident::to_string);
        match (place, word.as_deref().unwrap_or_default()) {
            // Of names, or of how a value is made: the bytes are the same. A type's name is its path, whatever serde has.
            (Container, "rename" | "default" | "deny_unknown_fields" | "expecting") => {}
            (Container, "bound" | "crate") | (Variant, "alias" | "bound" | "borrow") => {}
            (Field, "alias" | "bound" | "borrow" | "default") => {}
            (Variant | Field, "rename") => self.rename = both_ways(meta, errors),
            (Container | Variant, "rename_all") => self.rename_all = rule(meta, errors),
            (Container, "rename_all_fields") => self.rename_all_fields = rule(meta, errors),
            (Container, "transparent") => self.transparent = true,
            (Field, "skip") => self.skip = true,
            (Field, "skip_serializing" | "skip_deserializing") => one_way.push(nested.clone()),
            (Field, "with" | "serialize_with" | "deserialize_with") => {
                if self.described.is_none() {
                    errors.add(meta, WITH);
                }
            }
            (Container, "from" | "try_from" | "into") => errors.add(meta, FROM),
            (Container, "remote") => errors.add(meta, REMOTE),
            (Variant, "with" | "serialize_with" | "deserialize_with") => {
                errors.add(meta, WITH_ON_VARIANT);
            }
            (Variant, "skip" | "skip_serializing" | "skip_deserializing") => {
                errors.add(meta, SKIP_ON_VARIANT);
            }
            (Field, "skip_serializing_if") => errors.add(meta, SKIP_IF),
            (_, "tag" | "content" | "untagged") => errors.add(meta, TAG),
            (_, "flatten") => errors.add(meta, FLATTEN),
            (_, "other") => errors.add(meta, OTHER),
            _ => errors.add(meta, UNKNOWN),
        }
    }
}

const AS: &str = "#[schema] says whose schema a field or a type has: write `#[schema(as = Type)]`";
const AS_ON_VARIANT: &str =
    "a variant's fields are described one by one: put `#[schema(as = Type)]` on a field, or on the enum";
const ONE_WAY: &str =
    "a field that is only written, or only read, is not the same for guest and host: use `#[serde(skip)]`, or two types";
const WITH: &str =
    "what this function makes of the field is not known: say it with `#[schema(as = Type)]`";
const WITH_ON_VARIANT: &str =
    "what this function makes of the variant is not known: put it on the variant's field, with `#[schema(as = Type)]`";
const FROM: &str =
    "which type is sent instead has to be said here, too: add `#[schema(as = Type)]`";
const REMOTE: &str =
    "a schema is of the type itself, not of a remote one: put `#[schema(as = Type)]` on the fields that are written with this";
const SKIP_ON_VARIANT: &str =
    "a variant that is left out changes the numbers of those after it for one side only: leave it in, or use two enums";
const SKIP_IF: &str =
    "bincode has no names, so a field must always be there: use an `Option`, without this attribute";
const TAG: &str =
    "bincode writes a variant's number, and cannot read anything else: remove this attribute, or say with \
     `#[schema(as = Type)]` on the type what is sent instead";
const FLATTEN: &str =
    "bincode has no names, so it cannot read flattened fields: make it a field like any, without this attribute";
const OTHER: &str = "bincode has numbers for variants, and no others: remove this attribute";
const UNKNOWN: &str =
    "what this attribute does to the bytes is not known: remove it, or say with `#[schema(as = Type)]` what is sent";
const TWO_NAMES: &str =
    "guest and host need one name: use the same for `serialize` and `deserialize`, or two types";
const NO_RULE: &str =
    "serde has no such rule: it is one of \"lowercase\", \"UPPERCASE\", \"PascalCase\", \"camelCase\", \"snake_case\", \
     \"SCREAMING_SNAKE_CASE\", \"kebab-case\" and \"SCREAMING-KEBAB-CASE\"";

/// `as = Type`
struct As(Type);

impl Parse for As {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![as]>()?;
        input.parse::<Token![=]>()?;
        input.parse().map(As)
    }
}

/// The text of `word = "text"` or `word(serialize = "text", deserialize = "text")`.
fn both_ways(meta: &Meta, errors: &mut Errors) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => text(&pair.lit),
        Meta::List(MetaList { nested, .. }) => match texts(nested)[..] {
            [ref one, ref other] if one == other => Some(one.clone()),
            _ => {
                errors.add(meta, TWO_NAMES);
                None
            }
        },
        Meta::Path(_) => None,
    }
}

fn texts(nested: &Punctuated<NestedMeta, Token![,]>) -> Vec<String> {
    let texts = nested.iter().filter_map(|nested| match nested {
        NestedMeta::Meta(Meta::NameValue(pair)) => text(&pair.lit),
        _ => None,
    });
    texts.collect()
}

fn text(literal: &Lit) -> Option<String> {
    match literal {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// A way to write names, as serde has it.
#[derive(Clone, Copy)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

fn rule(meta: &Meta, errors: &mut Errors) -> Option<Rule> {
    let rule = both_ways(meta, errors)?;
    Some(match rule.as_ref() {
        "lowercase" => Rule::Lower,
        "UPPERCASE" => Rule::Upper,
        "PascalCase" => Rule::Pascal,
        "camelCase" => Rule::Camel,
        "snake_case" => Rule::Snake,
        "SCREAMING_SNAKE_CASE" => Rule::ScreamingSnake,
        "kebab-case" => Rule::Kebab,
        "SCREAMING-KEBAB-CASE" => Rule::ScreamingKebab,
        _ => {
            errors.add(meta.to_token_stream(), NO_RULE);
            return None;
        }
    })
}

impl Rule {
    /// The name of a variant, which is `PascalCase`.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Rule::Lower => name.to_ascii_lowercase(),
            Rule::Upper => name.to_ascii_uppercase(),
            Rule::Pascal => name.to_string(),
            Rule::Camel => lower_first(name),
            _ => {
                let mut snake = String::new();
                for (index, char) in name.char_indices() {
                    if index > 0 && char.is_uppercase() {
                        snake.push('_');
                    }
                    snake.push(char.to_ascii_lowercase());
                }
                self.field(&snake)
            }
        }
    }

    /// The name of a field, which is `snake_case`.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Rule::Lower | Rule::Snake => name.to_string(),
            Rule::Upper | Rule::ScreamingSnake => name.to_ascii_uppercase(),
            Rule::Pascal => name.split('_').map(upper_first).collect(),
            Rule::Camel => lower_first(&Rule::Pascal.field(name)),
            Rule::Kebab => name.replace('_', "-"),
            Rule::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }
}

fn lower_first(name: &str) -> String {
    change_first(name, char::to_ascii_lowercase)
}

fn upper_first(name: &str) -> String {
    change_first(name, char::to_ascii_uppercase)
}

fn change_first(name: &str, change: fn(&char) -> char) -> String {
    let mut chars = name.chars();
    let first = chars.next().map(|first| change(&first));
    first.into_iter().chain(chars).collect()
}
