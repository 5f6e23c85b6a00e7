//! Only the schema is derived: serde itself would refuse some of these, too.

use wasmbox::Schema;

#[derive(Schema)]
enum Variants {
    #[serde(skip)] //~ ERROR a variant that is left out changes the numbers of those after it for one side only: leave it in, or use two enums
    Skipped,
    #[serde(skip_serializing)] //~ ERROR a variant that is left out changes the numbers of those after it for one side only: leave it in, or use two enums
    ReadOnly,
    #[serde(skip_deserializing)] //~ ERROR a variant that is left out changes the numbers of those after it for one side only: leave it in, or use two enums
    WriteOnly,
    #[serde(with = "module")] //~ ERROR what this function makes of the variant is not known: put it on the variant's field, with `#[schema(as = Type)]`
    With(u8),
    #[schema(as = u8)] //~ ERROR a variant's fields are described one by one: put `#[schema(as = Type)]` on a field, or on the enum
    As(u8),
    #[serde(untagged)] //~ ERROR bincode writes a variant's number, and cannot read anything else: remove this attribute, or say with `#[schema(as = Type)]` on the type what is sent instead
    Untagged(u8),
    Fields {
        #[serde(flatten)] //~ ERROR bincode has no names, so it cannot read flattened fields: make it a field like any, without this attribute
        flatten: Vec<u8>,
    },
    #[serde(other)] //~ ERROR bincode has numbers for variants, and no others: remove this attribute
    Other,
}
