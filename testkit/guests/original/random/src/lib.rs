use wasmbox::prelude::*;

#[wasmbox]
async fn run(ctx: WasmBoxContext<String, String>) {
    loop {
        ctx.next().await;
        let mut bytes = [0; 4];
        getrandom::getrandom(&mut bytes).expect("entropy");
        ctx.send(format!("random={}", u32::from_le_bytes(bytes)));
    }
}
