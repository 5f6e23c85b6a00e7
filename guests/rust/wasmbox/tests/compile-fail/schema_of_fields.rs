//! Only the schema is derived: serde itself would refuse some of these, too.

use wasmbox::Schema;

#[derive(Schema)]
struct Fields {
    #[serde(with = "module")] //~ ERROR what this function makes of the field is not known: say it with `#[schema(as = Type)]`
    with: u8,
    #[serde(serialize_with = "function")] //~ ERROR what this function makes of the field is not known: say it with `#[schema(as = Type)]`
    serialize_with: u8,
    #[serde(deserialize_with = "function")] //~ ERROR what this function makes of the field is not known: say it with `#[schema(as = Type)]`
    deserialize_with: u8,
    #[serde(flatten)] //~ ERROR bincode has no names, so it cannot read flattened fields: make it a field like any, without this attribute
    flatten: Vec<u8>,
    #[serde(flatten)] //~ ERROR bincode has no names, so it cannot read flattened fields: make it a field like any, without this attribute
    #[schema(as = u8)]
    flatten_as: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")] //~ ERROR bincode has no names, so a field must always be there: use an `Option`, without this attribute
    skip_if: Vec<u8>,
    #[serde(skip_serializing)] //~ ERROR a field that is only written, or only read, is not the same for guest and host: use `#[serde(skip)]`, or two types
    write_only: u8,
    #[serde(skip_deserializing)] //~ ERROR a field that is only written, or only read, is not the same for guest and host: use `#[serde(skip)]`, or two types
    read_only: u8,
    #[serde(getter = "function")] //~ ERROR what this attribute does to the bytes is not known: remove it, or say with `#[schema(as = Type)]` what is sent
    getter: u8,
    #[serde(rename(serialize = "a", deserialize = "b"))] //~ ERROR guest and host need one name: use the same for `serialize` and `deserialize`, or two types
    two_names: u8,
    #[serde(rename(serialize = "a"))] //~ ERROR guest and host need one name: use the same for `serialize` and `deserialize`, or two types
    one_name: u8,
    #[schema()] //~ ERROR #[schema] says whose schema a field or a type has: write `#[schema(as = Type)]`
    nothing: u8,
}
