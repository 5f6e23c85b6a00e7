//! Each module is a program: of types with a schema, of others, by an alias, borrowed.

#![deny(warnings)]
#![forbid(unsafe_code)]

mod both {
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::prelude::*;

    #[derive(Deserialize, Schema)]
    struct Question(String);

    #[derive(Serialize, Schema)]
    enum Answer {
        Yes,
        No { because: String },
    }

    #[wasmbox]
    async fn run(ctx: WasmBoxContext<Question, Answer>) {
        let because = ctx.next().await.0;
        ctx.send(Answer::Yes);
        ctx.send(Answer::No { because });
    }
}

mod one {
    use serde_derive::{Deserialize, Serialize};
    use wasmbox::prelude::*;

    #[derive(Deserialize)]
    struct Question(String);

    type Answer = Option<Said>;

    #[derive(Serialize, Schema)]
    struct Said(String);

    #[wasmbox]
    async fn run(ctx: WasmBoxContext<Question, Answer>) {
        ctx.send(Some(Said(ctx.next().await.0)));
    }
}

mod borrowed {
    use wasmbox::prelude::*;

    #[wasmbox]
    async fn run(ctx: WasmBoxContext<(), &'static str>) {
        ctx.next().await;
        ctx.send("done");
    }
}

mod elided {
    use wasmbox::prelude::*;

    #[wasmbox]
    async fn run(ctx: WasmBoxContext<(), std::borrow::Cow<'_, str>>) {
        ctx.next().await;
        ctx.send("done".into());
    }
}

mod sync {
    use wasmbox::prelude::*;

    #[derive(serde_derive::Deserialize, serde_derive::Serialize, Schema)]
    pub struct Message<T>(T);

    #[wasmbox_sync]
    struct Echo(Box<dyn Fn(Message<u64>) + Send + Sync>);

    impl WasmBox for Echo {
        type Input = Message<u32>;
        type Output = Message<u64>;

        fn init(callback: Box<dyn Fn(Self::Output) + Send + Sync>) -> Self {
            Echo(callback)
        }

        fn message(&mut self, input: Self::Input) {
            (self.0)(Message(input.0.into()));
        }
    }
}
