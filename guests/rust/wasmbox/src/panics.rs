//! How a panic is told to the host.

use std::any::Any;
use std::panic::Location;

/// Has panics told to the host instead of printed. What follows a panic stays: the guest aborts, and so traps.
#[cfg(target_arch = "wasm32")]
pub fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        crate::host::panicked(&text(panic.location(), panic.payload()));
    }));
}

/// Off WebAssembly panics unwind and are printed as ever.
#[cfg(not(target_arch = "wasm32"))]
pub fn install_hook() {}

/// `panicked at src/lib.rs:12:5: what it said`, in one line.
fn text(place: Option<&Location<'_>>, payload: &(dyn Any + Send)) -> String {
    let message = match (
        payload.downcast_ref::<&str>(),
        payload.downcast_ref::<String>(),
    ) {
        (Some(message), _) => message,
        (_, Some(message)) => message.as_str(),
        _ => "a value that is not a string",
    };
    // The lines of an `assert_eq!`, for example, are joined: the host's errors and logs are lines.
    let message: Vec<&str> = message.split(['\n', '\r']).map(str::trim).collect();
    let message = message.join(" ");
    match place {
        Some(place) => format!("panicked at {}: {}", place, message),
        None => format!("panicked: {}", message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_place_and_message() {
        let place = Location::caller();
        let text = text(Some(place), &"out of cheese");
        assert_eq!(
            text,
            format!(
                "panicked at {}:{}:{}: out of cheese",
                place.file(),
                place.line(),
                place.column()
            )
        );
    }

    #[test]
    fn it_is_one_line() {
        assert_eq!(
            text(
                None,
                &String::from("left == right\n  left: `1`,\r\n right: `2`")
            ),
            "panicked: left == right left: `1`,  right: `2`"
        );
    }

    #[test]
    fn it_copes_with_any_payload() {
        assert_eq!(text(None, &5u8), "panicked: a value that is not a string");
    }
}
