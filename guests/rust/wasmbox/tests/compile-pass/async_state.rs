//! Each module is a program with a state: another path, pattern or form of it.

#![deny(warnings)]

use serde_derive::{Deserialize, Serialize};

#[derive(Default, Serialize, Deserialize)]
pub struct Count {
    count: u32,
}

impl wasmbox::State for Count {
    const NAME: &'static str = "count";
}

mod plain {
    use super::Count;
    use wasmbox::prelude::*;

    #[wasmbox]
    async fn run(ctx: WasmBoxContext, state: Shared<Count>) {
        loop {
            let message = ctx.next().await;
            state.borrow_mut().count += 1;
            ctx.send(format!("{}{}", message, state.borrow().count));
        }
    }
}

mod qualified {
    #[wasmbox::wasmbox]
    pub async fn run(
        c: ::wasmbox::WasmBoxContext<u8, u32>,
        mut _state: ::wasmbox::Shared<super::Count>,
    ) {
        c.next().await;
        _state = _state.clone();
        c.send(_state.borrow().count);
    }
}

mod ignored {
    #[wasmbox::wasmbox]
    pub(crate) async fn run(_: wasmbox::WasmBoxContext, _: wasmbox::Shared<super::Count>) {}
}

mod own_form {
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::prelude::*;

    #[derive(Default, Serialize, Deserialize)]
    enum Phase {
        #[default]
        Waiting,
        Running(Vec<u8>),
    }

    impl State for Phase {
        const NAME: &'static str = "phase";

        fn to_bytes(&self) -> Result<Vec<u8>, String> {
            match self {
                Phase::Waiting => Ok(Vec::new()),
                Phase::Running(bytes) => Ok(bytes.clone()),
            }
        }

        fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
            wasmbox::state::decode(bytes).or_else(|_| Ok(Phase::Running(bytes.to_vec())))
        }
    }

    #[wasmbox]
    async fn run(_ctx: WasmBoxContext, _state: Shared<Phase>) {}
}
