use super::*;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Writes a value, and its name before it.
pub fn write<T: Serialize>(name: &str, value: &T) -> Result<Vec<u8>, Error> {
    let mut writer = Writer {
        bytes: Vec::new(),
        depth: 0,
    };
    writer.head(LIST, 2);
    writer.text(name);
    value.serialize(&mut writer)?;
    Ok(writer.bytes)
}

struct Writer {
    bytes: Vec<u8>,
    depth: u32,
}

impl Writer {
    /// The head of an item, in the shortest form.
    fn head(&mut self, major: u8, argument: u64) {
        let major = major << 5;
        if argument < u64::from(ONE_BYTE) {
            self.bytes.push(major | argument as u8);
        } else if argument <= u64::from(u8::MAX) {
            self.bytes.extend([major | ONE_BYTE, argument as u8]);
        } else if argument <= u64::from(u16::MAX) {
            self.bytes.push(major | TWO_BYTES);
            self.bytes.extend((argument as u16).to_be_bytes());
        } else if argument <= u64::from(u32::MAX) {
            self.bytes.push(major | FOUR_BYTES);
            self.bytes.extend((argument as u32).to_be_bytes());
        } else {
            self.bytes.push(major | EIGHT_BYTES);
            self.bytes.extend(argument.to_be_bytes());
        }
    }

    fn text(&mut self, text: &str) {
        self.head(TEXT, text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    fn simple(&mut self, value: u8) {
        self.bytes.push(SIMPLE << 5 | value);
    }

    /// A number of up to 128 bits: `argument`, or -1 - `argument`.
    fn number(&mut self, negative: bool, argument: u128) {
        if argument <= u128::from(u64::MAX) {
            self.head(if negative { NEGATIVE } else { UNSIGNED }, argument as u64);
        } else {
            self.head(
                TAG,
                if negative {
                    NEGATIVE_NUMBER
                } else {
                    POSITIVE_NUMBER
                },
            );
            let bytes = argument.to_be_bytes();
            let zeros = argument.leading_zeros() as usize / 8;
            self.head(BYTES, (bytes.len() - zeros) as u64);
            self.bytes.extend(&bytes[zeros..]);
        }
    }

    fn enter(&mut self) -> Result<(), Error> {
        if self.depth == DEPTH {
            return Err(Error::too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// Begins a list or a map. A length that is not known is not said.
    fn begin(&mut self, major: u8, length: Option<usize>) -> Result<Parts<'_>, Error> {
        self.enter()?;
        match length {
            Some(length) => self.head(major, length as u64),
            None => self.bytes.push(major << 5 | IN_PIECES),
        }
        Ok(Parts {
            writer: self,
            length,
            written: 0,
            levels: 1,
        })
    }

    /// Begins what a variant holds, in a map of one entry.
    fn begin_variant(&mut self, name: &str, major: u8, length: usize) -> Result<Parts<'_>, Error> {
        self.enter()?;
        self.head(MAP, 1);
        self.text(name);
        let mut parts = self.begin(major, Some(length))?;
        parts.levels += 1;
        Ok(parts)
    }
}

/// A list or a map that is being written.
struct Parts<'w> {
    writer: &'w mut Writer,
    length: Option<usize>,
    written: usize,
    levels: u32,
}

impl Parts<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let index = self.written;
        self.written += 1;
        value
            .serialize(&mut *self.writer)
            .map_err(|error| error.within(format!("[{}]", index)))
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.written += 1;
        self.writer.text(name);
        value
            .serialize(&mut *self.writer)
            .map_err(|error| error.within(name.to_string()))
    }

    fn finish(self) -> Result<(), Error> {
        match self.length {
            None => self.writer.bytes.push(BREAK),
            Some(length) if length == self.written => {}
            // Written like this, the rest of the state would be read as something else.
            Some(length) => {
                return Err(Error::new(format!(
                    "its `Serialize` announced {} entries and gave {}",
                    length, self.written
                )))
            }
        }
        self.writer.depth -= self.levels;
        Ok(())
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'w>;
    type SerializeTuple = Parts<'w>;
    type SerializeTupleStruct = Parts<'w>;
    type SerializeTupleVariant = Parts<'w>;
    type SerializeMap = Parts<'w>;
    type SerializeStruct = Parts<'w>;
    type SerializeStructVariant = Parts<'w>;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.simple(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        if value < 0 {
            self.head(NEGATIVE, !value as u64);
        } else {
            self.head(UNSIGNED, value as u64);
        }
        Ok(())
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        let negative = value < 0;
        self.number(negative, (if negative { !value } else { value }) as u128);
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.head(UNSIGNED, value);
        Ok(())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        self.number(false, value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.simple(FOUR_BYTES);
        self.bytes.extend(value.to_bits().to_be_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.simple(EIGHT_BYTES);
        self.bytes.extend(value.to_bits().to_be_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.text(value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.head(BYTES, value.len() as u64);
        self.bytes.extend(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.simple(NULL);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        // Counted, since a type may hold nothing but an option of itself.
        self.enter()?;
        let start = self.bytes.len();
        value.serialize(&mut *self)?;
        let written = &self.bytes[start..];
        if written == [SIMPLE << 5 | NULL] || written.starts_with(&SOME_HEAD) {
            self.bytes.splice(start..start, SOME_HEAD);
        }
        self.depth -= 1;
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.text(name);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let mut parts = self.begin(MAP, Some(1))?;
        parts.field(name, value)?;
        parts.finish()
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Parts<'w>, Error> {
        self.begin(LIST, length)
    }

    fn serialize_tuple(self, length: usize) -> Result<Parts<'w>, Error> {
        self.begin(LIST, Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Parts<'w>, Error> {
        self.begin(LIST, Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Parts<'w>, Error> {
        self.begin_variant(name, LIST, length)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Parts<'w>, Error> {
        self.begin(MAP, length)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Parts<'w>, Error> {
        self.begin(MAP, Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        length: usize,
    ) -> Result<Parts<'w>, Error> {
        self.begin_variant(name, MAP, length)
    }
}

impl SerializeSeq for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeTuple for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeTupleStruct for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeTupleVariant for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.element(value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.element(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeStruct for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeStructVariant for Parts<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}
