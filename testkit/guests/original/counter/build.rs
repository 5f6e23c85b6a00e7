// The original crate declares its import without saying from which module, which newer linkers refuse unless told.
fn main() {
    println!("cargo:rustc-cdylib-link-arg=--allow-undefined");
}
