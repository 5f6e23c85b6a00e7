//! How a value becomes bytes: bincode 1 as `bincode::serialize` has it, integers of fixed size in little endian and
//! lengths as u64.

use crate::abi::Incoming;
use crate::exchange::{self, CAPACITY};
use bincode::Options;
use serde::{de::DeserializeOwned, Serialize};

fn options() -> impl Options {
    // `bincode::deserialize` would ignore what follows the value; a message is one value and nothing else.
    bincode::DefaultOptions::new()
        .with_fixint_encoding()
        .reject_trailing_bytes()
}

/// Reads a value out of what has come, whose place is free then for what the program sends.
pub fn receive<T: DeserializeOwned>(message: Incoming) -> Result<T, String> {
    decode(&message)
}

/// Reads a value, or says in a sentence why that cannot be done.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    options().deserialize(bytes).map_err(|error| {
        format!(
            "the input of {} bytes cannot be read as {}: {}",
            bytes.len(),
            std::any::type_name::<T>(),
            error
        )
    })
}

/// Writes a value, and shows the bytes to somebody; or says in a sentence why that cannot be done.
pub fn send<T: Serialize>(value: &T, to: impl FnOnce(&[u8])) -> Result<(), String> {
    if let Some(mut exchange) = exchange::try_take() {
        let mut rest = &mut exchange[..];
        if options().serialize_into(&mut rest, value).is_ok() {
            let length = CAPACITY - rest.len();
            to(&exchange[..length]);
            return Ok(());
        }
    }
    // It is too long for the exchange buffer, or that is in use, or here comes the error again.
    match options().serialize(value) {
        Ok(bytes) => {
            to(&bytes);
            Ok(())
        }
        Err(error) => Err(format!(
            "the output {} cannot be encoded: {}",
            std::any::type_name::<T>(),
            error
        )),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use std::collections::BTreeMap;

    pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
        let mut encoded = Vec::new();
        send(value, |bytes| encoded.extend_from_slice(bytes))?;
        Ok(encoded)
    }

    #[test]
    fn a_string_is_its_length_as_u64_and_its_utf8() {
        assert_eq!(encode(&"up").unwrap(), b"\x02\0\0\0\0\0\0\0up");
        assert_eq!(decode::<String>(b"\x02\0\0\0\0\0\0\0up").unwrap(), "up");
    }

    #[test]
    fn it_writes_what_bincode_writes_by_default() {
        let value = (1u8, -2i64, Some(3.5f64), 'x', vec!["a", "b"]);
        assert_eq!(encode(&value).unwrap(), bincode::serialize(&value).unwrap());
    }

    #[test]
    fn a_unit_is_no_bytes() {
        assert_eq!(encode(&()).unwrap(), b"");
        assert_eq!(decode::<()>(b""), Ok(()));
    }

    #[test]
    fn bad_utf8_is_refused_with_type_length_and_reason() {
        let error = decode::<String>(b"\x01\0\0\0\0\0\0\0\xff").unwrap_err();
        assert!(
            error.starts_with("the input of 9 bytes cannot be read as alloc::string::String: "),
            "{}",
            error
        );
        assert!(error.contains("utf-8"), "{}", error);
    }

    #[test]
    fn trailing_bytes_are_refused() {
        let error = decode::<u8>(&[1, 2]).unwrap_err();
        assert!(error.starts_with("the input of 2 bytes cannot be read as u8: "));
    }

    #[test]
    fn a_length_beyond_the_message_is_refused_without_allocating_it() {
        let mut bytes = u64::MAX.to_le_bytes().to_vec();
        bytes.extend([0; 8]);
        assert!(decode::<String>(&bytes).is_err());
        assert!(decode::<Vec<u64>>(&bytes).is_err());
        assert!(decode::<BTreeMap<String, String>>(&bytes).is_err());
    }

    #[test]
    fn every_truncation_is_refused() {
        let value = (String::from("abc"), vec![1u32, 2, 3], Some(true));
        let bytes = encode(&value).unwrap();
        assert_eq!(
            decode::<(String, Vec<u32>, Option<bool>)>(&bytes),
            Ok(value)
        );
        for length in 0..bytes.len() {
            assert!(decode::<(String, Vec<u32>, Option<bool>)>(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn it_is_written_alike_whether_it_fits_into_the_exchange_buffer_or_not() {
        for length in [CAPACITY - 9, CAPACITY - 8, CAPACITY - 7, 3 * CAPACITY] {
            let value = "x".repeat(length);
            assert_eq!(encode(&value).unwrap(), bincode::serialize(&value).unwrap());
        }
        let _taken = exchange::try_take().unwrap();
        assert_eq!(encode(&"up").unwrap(), b"\x02\0\0\0\0\0\0\0up");
    }

    #[test]
    fn an_output_of_unknown_length_is_refused() {
        struct Endless;
        impl Serialize for Endless {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeSeq;
                serializer.serialize_seq(None)?.end()
            }
        }
        let error = encode(&Endless).unwrap_err();
        assert!(error.contains("Endless cannot be encoded: "), "{}", error);
    }
}
