use wasmbox::Schema;

struct Opaque;

#[derive(Schema)]
struct Field {
    known: u8,
    opaque: Vec<Opaque>, //~ RUSTC the trait bound `Opaque: Schema` is not satisfied
}

#[derive(Schema)]
struct Described(#[schema(as = Opaque)] u8); //~ RUSTC the trait bound `Opaque: Schema` is not satisfied

#[derive(Schema)]
struct Generic<T>(T);

#[derive(Schema)]
enum Argument {
    Generic(Generic<Opaque>), //~ RUSTC the trait bound `Opaque: Schema` is not satisfied
}
