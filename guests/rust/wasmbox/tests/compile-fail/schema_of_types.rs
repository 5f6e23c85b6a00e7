//! Only the schema is derived: serde itself would refuse some of these, too.

use wasmbox::Schema;

#[derive(Schema)]
#[serde(tag = "kind", content = "value")] //~ ERROR bincode writes a variant's number, and cannot read anything else: remove this attribute, or say with `#[schema(as = Type)]` on the type what is sent instead
enum Tagged {
    One,
}

#[derive(Schema)]
#[serde(rename_all = "snake_case", untagged)] //~ ERROR bincode writes a variant's number, and cannot read anything else: remove this attribute, or say with `#[schema(as = Type)]` on the type what is sent instead
enum Untagged {
    One,
}

#[derive(Schema)]
#[serde(from = "u8")] //~ ERROR which type is sent instead has to be said here, too: add `#[schema(as = Type)]`
struct From(u8);

#[derive(Schema)]
#[serde(try_from = "u8")] //~ ERROR which type is sent instead has to be said here, too: add `#[schema(as = Type)]`
struct TryFrom(u8);

#[derive(Schema)]
#[serde(into = "u8")] //~ ERROR which type is sent instead has to be said here, too: add `#[schema(as = Type)]`
struct Into(u8);

#[derive(Schema)]
#[serde(remote = "std::time::Duration")] //~ ERROR a schema is of the type itself, not of a remote one: put `#[schema(as = Type)]` on the fields that are written with this
struct Remote(u8);

#[derive(Schema)]
#[serde(field_identifier)] //~ ERROR what this attribute does to the bytes is not known: remove it, or say with `#[schema(as = Type)]` what is sent
enum Field {
    One,
}

#[derive(Schema)]
#[serde(some::path)] //~ ERROR what this attribute does to the bytes is not known: remove it, or say with `#[schema(as = Type)]` what is sent
struct Path;

#[derive(Schema)]
#[serde("text")] //~ ERROR what this attribute does to the bytes is not known: remove it, or say with `#[schema(as = Type)]` what is sent
struct Text;

#[derive(Schema)]
#[serde(rename_all = "Train-Case")] //~ ERROR serde has no such rule: it is one of "lowercase", "UPPERCASE", "PascalCase", "camelCase", "snake_case", "SCREAMING_SNAKE_CASE", "kebab-case" and "SCREAMING-KEBAB-CASE"
struct Rule;

#[derive(Schema)]
#[serde(rename_all(serialize = "lowercase", deserialize = "UPPERCASE"))] //~ ERROR guest and host need one name: use the same for `serialize` and `deserialize`, or two types
struct TwoRules;

#[derive(Schema)]
#[serde(transparent)]
struct Transparent(#[serde(skip)] u8); //~ ERROR #[serde(transparent)] needs a field that the type is written as

#[derive(Schema)]
#[schema = "u8"] //~ ERROR #[schema] says whose schema a field or a type has: write `#[schema(as = Type)]`
struct Equals(u8);

#[derive(Schema)]
#[schema(with = u8)] //~ ERROR #[schema] says whose schema a field or a type has: write `#[schema(as = Type)]`
struct Word(u8);

#[derive(Schema)]
#[schema(as = u8, u16)] //~ ERROR #[schema] says whose schema a field or a type has: write `#[schema(as = Type)]`
struct Two(u8);

#[derive(Schema)]
union Union { //~ ERROR a union has no schema, because a message cannot tell which of its fields is meant: make it an enum
    number: u32,
    float: f32,
}
