//! Each module is a program: another name, path, visibility or pattern.

#![deny(warnings)]

mod mutable {
    use wasmbox::prelude::*;

    /// Documented.
    #[allow(clippy::unused_unit)]
    #[wasmbox]
    pub async fn run(mut context: WasmBoxContext<u32, u64>) -> () {
        let other = context.clone();
        context = other;
        let number = context.next().await;
        context.send(number.into());
    }
}

mod qualified {
    #[wasmbox::wasmbox]
    async fn run(c: ::wasmbox::WasmBoxContext<(u8, String), Vec<f64>>) {
        let (number, _) = c.next().await;
        c.send(vec![number.into()]);
    }
}

mod ignored {
    #[wasmbox::wasmbox]
    pub(crate) async fn run(_: wasmbox::WasmBoxContext) {}
}

mod not_send {
    use std::rc::Rc;
    use wasmbox::prelude::*;

    #[wasmbox]
    async fn run(ctx: WasmBoxContext) {
        let shared = Rc::new(1);
        let message = ctx.next().await;
        ctx.send(format!("{}{}", message, shared));
    }
}

mod never_returns {
    use wasmbox::prelude::*;

    #[wasmbox]
    async fn run(ctx: WasmBoxContext) {
        loop {
            ctx.next().await;
        }
    }
}
