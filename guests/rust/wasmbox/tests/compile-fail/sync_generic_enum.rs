use wasmbox::prelude::*;

#[wasmbox_sync]
enum Phase<T> { //~ ERROR the type under #[wasmbox_sync] cannot be generic, because the host makes it: put the attribute on an alias with the types filled in, such as `type Program = Generic<String>;`
    _Some(T),
}
