//! Each module is a program: an enum, an alias, other types than strings.

#![deny(warnings)]

mod enumeration {
    use wasmbox::prelude::*;

    #[wasmbox_sync]
    pub enum Phase {
        Waiting,
        Running(u32),
    }

    impl WasmBox for Phase {
        type Input = u32;
        type Output = Vec<u8>;
        fn init(_: Box<dyn Fn(Vec<u8>) + Send + Sync>) -> Self {
            Phase::Waiting
        }
        fn message(&mut self, input: u32) {
            *self = match self {
                Phase::Waiting => Phase::Running(input),
                Phase::Running(_) => {
                    wasmbox::finish();
                    Phase::Waiting
                }
            };
        }
    }
}

mod alias {
    use wasmbox::prelude::*;

    struct Store<T> {
        values: Vec<T>,
    }

    impl WasmBox for Store<String> {
        type Input = String;
        type Output = ();
        fn init(_: Box<dyn Fn(()) + Send + Sync>) -> Self {
            Store { values: Vec::new() }
        }
        fn message(&mut self, input: String) {
            self.values.push(input);
        }
    }

    #[wasmbox_sync]
    type Program = Store<String>;
}
