use super::*;
use serde::de::{
    value::SeqDeserializer, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _,
    IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Reads a value of this name, which is all that the bytes hold.
pub fn read<'de, T: Deserialize<'de>>(name: &str, bytes: &'de [u8]) -> Result<T, Error> {
    let mut reader = Reader {
        bytes,
        at: 0,
        depth: 0,
    };
    let found = reader.name().ok_or_else(|| {
        Error::new("it does not begin with the name of a state, and is in another form")
    })?;
    if found != name {
        return Err(Error::new(format!(
            "it is the state of `{}`, and that of `{}` is expected",
            found, name
        )));
    }
    let value = T::deserialize(&mut reader)?;
    match bytes.len() - reader.at {
        0 => Ok(value),
        rest => Err(Error::new(format!("{} bytes follow its end", rest))),
    }
}

struct Reader<'de> {
    bytes: &'de [u8],
    at: usize,
    depth: u32,
}

/// The beginning of an item.
#[derive(Clone, Copy)]
struct Head {
    major: u8,
    /// What the first byte says besides.
    short: u8,
    argument: u64,
}

impl Head {
    /// The length of a string, a list or a map, if it is said at first.
    fn length(&self) -> Option<u64> {
        if self.short == IN_PIECES {
            None
        } else {
            Some(self.argument)
        }
    }

    /// What it is, for the sentence that says that it should be something else.
    fn unexpected(&self) -> Unexpected<'static> {
        match (self.major, self.short) {
            (UNSIGNED, _) => Unexpected::Unsigned(self.argument),
            (NEGATIVE, _) => Unexpected::Other("a negative number"),
            (BYTES, _) => Unexpected::Other("bytes"),
            (TEXT, _) => Unexpected::Other("a string"),
            (LIST, _) => Unexpected::Seq,
            (MAP, _) => Unexpected::Map,
            (SIMPLE, FALSE) => Unexpected::Bool(false),
            (SIMPLE, TRUE) => Unexpected::Bool(true),
            (SIMPLE, NULL | UNDEFINED) => Unexpected::Unit,
            (SIMPLE, TWO_BYTES | FOUR_BYTES | EIGHT_BYTES) => {
                Unexpected::Other("a floating point number")
            }
            _ => Unexpected::Other("something of CBOR that has no like here"),
        }
    }
}

impl<'de> Reader<'de> {
    /// The first of a list of two.
    fn name(&mut self) -> Option<Cow<'de, str>> {
        let list = self.next().ok()?;
        let name = self.head().ok()?;
        if list.major == LIST && list.length() == Some(2) && name.major == TEXT {
            self.text(name).ok()
        } else {
            None
        }
    }

    fn take(&mut self, length: u64) -> Result<&'de [u8], Error> {
        let rest = &self.bytes[self.at..];
        if length > rest.len() as u64 {
            return Err(Error::new(format!(
                "the bytes end too early: {} more are announced and {} are there",
                length,
                rest.len()
            )));
        }
        let length = length as usize;
        self.at += length;
        Ok(&rest[..length])
    }

    /// A big-endian number of up to eight bytes.
    fn number(&mut self, length: u64) -> Result<u64, Error> {
        let bytes = self.take(length)?;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn head(&mut self) -> Result<Head, Error> {
        let at = self.at;
        let first = self.take(1)?[0];
        let (major, short) = (first >> 5, first & 31);
        let argument = match short {
            ONE_BYTE..=EIGHT_BYTES => self.number(1 << (short - ONE_BYTE))?,
            IN_PIECES if (BYTES..=MAP).contains(&major) => 0,
            _ if short < ONE_BYTE => short.into(),
            _ => {
                return Err(Error::new(format!(
                    "byte {}, which is {:#04x}, begins no value of CBOR",
                    at, first
                )))
            }
        };
        Ok(Head {
            major,
            short,
            argument,
        })
    }

    /// The next head that is no tag, or a tag that has a meaning here.
    fn next(&mut self) -> Result<Head, Error> {
        loop {
            let head = self.head()?;
            if head.major != TAG
                || [POSITIVE_NUMBER, NEGATIVE_NUMBER, SOME].contains(&head.argument)
            {
                return Ok(head);
            }
        }
    }

    /// The same, and where it is.
    fn find(&mut self) -> Result<(usize, Head), Error> {
        loop {
            let at = self.at;
            let head = self.next()?;
            if head.major != TAG || head.argument != SOME {
                return Ok((at, head));
            }
        }
    }

    /// True, and past it, if the next byte ends what came in pieces.
    fn at_break(&mut self) -> bool {
        let found = self.bytes.get(self.at) == Some(&BREAK);
        self.at += usize::from(found);
        found
    }

    /// What a string of bytes or of text consists of.
    fn string(&mut self, head: Head) -> Result<Cow<'de, [u8]>, Error> {
        if let Some(length) = head.length() {
            return Ok(Cow::Borrowed(self.take(length)?));
        }
        let mut bytes = Vec::new();
        while !self.at_break() {
            let piece = self.head()?;
            match piece.length() {
                Some(length) if piece.major == head.major => bytes.extend(self.take(length)?),
                _ => {
                    return Err(Error::new(
                        "a string in pieces has a piece that is no string",
                    ))
                }
            }
        }
        Ok(Cow::Owned(bytes))
    }

    fn text(&mut self, head: Head) -> Result<Cow<'de, str>, Error> {
        let text = match self.string(head)? {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        text.ok_or_else(|| Error::new("a string is not UTF-8"))
    }

    /// The number that follows its tag.
    fn large_number<V: Visitor<'de>>(
        &mut self,
        negative: bool,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let head = self.head()?;
        if head.major != BYTES {
            return Err(Error::new("a large number is not made of bytes"));
        }
        let bytes = self.string(head)?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = &bytes[zeros..];
        let number = bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u128::from(*byte));
        match (u64::try_from(number), i128::try_from(number)) {
            _ if bytes.len() > 16 => Err(Error::new("a number has more than 128 bits")),
            (Ok(small), _) if !negative => visitor.visit_u64(small),
            _ if !negative => visitor.visit_u128(number),
            (_, Ok(number)) => match i64::try_from(!number) {
                Ok(small) => visitor.visit_i64(small),
                Err(_) => visitor.visit_i128(!number),
            },
            _ => Err(Error::new("a number has more than 128 bits")),
        }
    }

    fn enter(&mut self) -> Result<(), Error> {
        if self.depth == DEPTH {
            return Err(Error::too_deep());
        }
        self.depth += 1;
        Ok(())
    }

    /// Has the entries of a list or a map visited, all of them.
    fn entries<T>(
        &mut self,
        head: Head,
        visit: impl FnOnce(&mut Entries<'_, 'de>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.enter()?;
        let mut entries = Entries {
            rest: head.length(),
            reader: self,
            index: 0,
            key: 0,
        };
        let value = visit(&mut entries)?;
        let expected = entries.index;
        if entries.more() {
            return Err(Error::new(format!(
                "there are more than the {} entries that are expected",
                expected
            )));
        }
        self.depth -= 1;
        Ok(value)
    }

    fn skip(&mut self) -> Result<(), Error> {
        let (_, head) = self.find()?;
        match head.major {
            BYTES | TEXT => drop(self.string(head)?),
            LIST => self.entries(head, |entries| {
                while entries.more() {
                    entries.reader.skip()?;
                }
                Ok(())
            })?,
            MAP => self.entries(head, |entries| {
                while entries.more() {
                    entries.reader.skip()?;
                    entries.reader.skip()?;
                }
                Ok(())
            })?,
            // A number of these is in bytes.
            TAG => drop({
                let head = self.head()?;
                self.string(head)?
            }),
            _ => {}
        }
        Ok(())
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (_, head) = self.find()?;
        match (head.major, head.short) {
            (UNSIGNED, _) => visitor.visit_u64(head.argument),
            (NEGATIVE, _) => match i64::try_from(head.argument) {
                Ok(number) => visitor.visit_i64(!number),
                Err(_) => visitor.visit_i128(!i128::from(head.argument)),
            },
            (BYTES, _) => match self.string(head)? {
                Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
                Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
            },
            (TEXT, _) => match self.text(head)? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            (LIST, _) => self.entries(head, |entries| visitor.visit_seq(entries)),
            (MAP, _) => self.entries(head, |entries| visitor.visit_map(entries)),
            (TAG, _) => self.large_number(head.argument == NEGATIVE_NUMBER, visitor),
            (SIMPLE, FALSE) => visitor.visit_bool(false),
            (SIMPLE, TRUE) => visitor.visit_bool(true),
            (SIMPLE, NULL | UNDEFINED) => visitor.visit_unit(),
            (SIMPLE, TWO_BYTES) => visitor.visit_f32(half(head.argument as u16)),
            (SIMPLE, FOUR_BYTES) => visitor.visit_f32(f32::from_bits(head.argument as u32)),
            (SIMPLE, EIGHT_BYTES) => visitor.visit_f64(f64::from_bits(head.argument)),
            _ => Err(Error::invalid_type(head.unexpected(), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let at = self.at;
        let head = self.next()?;
        match (head.major, head.short) {
            (SIMPLE, NULL | UNDEFINED) => visitor.visit_none(),
            (TAG, _) if head.argument == SOME => {
                self.enter()?;
                let value = visitor.visit_some(&mut *self)?;
                self.depth -= 1;
                Ok(value)
            }
            _ => {
                self.at = at;
                visitor.visit_some(self)
            }
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    /// Bytes are a list of small numbers, too: a `Vec<u8>` may have become something that serde writes as bytes, or been
    /// that before.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let (at, head) = self.find()?;
        if head.major != BYTES {
            self.at = at;
            return self.deserialize_any(visitor);
        }
        let bytes = self.string(head)?;
        let mut entries = SeqDeserializer::new(bytes.iter().copied());
        let value = visitor.visit_seq(&mut entries)?;
        entries.end()?;
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (_, head) = self.find()?;
        match (head.major, head.length()) {
            (TEXT, _) => {
                let variant = self.text(head)?;
                visitor.visit_enum(variant.as_ref().into_deserializer())
            }
            (MAP, Some(1) | None) => self.entries(head, |entries| {
                if !entries.more() {
                    return Err(Error::new("a variant has no name"));
                }
                visitor.visit_enum(Variant(entries.reader))
            }),
            _ => Err(Error::invalid_type(
                head.unexpected(),
                &format!("a variant of {}", name).as_str(),
            )),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct map struct
        identifier
    }
}

/// The entries of a list or a map.
struct Entries<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// How many are left, if that was said.
    rest: Option<u64>,
    index: usize,
    /// Where the present key begins.
    key: usize,
}

impl<'de> Entries<'_, 'de> {
    fn more(&mut self) -> bool {
        let more = match &mut self.rest {
            Some(0) => false,
            Some(rest) => {
                *rest -= 1;
                true
            }
            None => {
                let more = !self.reader.at_break();
                if !more {
                    self.rest = Some(0);
                }
                more
            }
        };
        self.index += usize::from(more);
        more
    }

    fn hint(&self) -> Option<usize> {
        // No entry is shorter than a byte.
        let most = self.reader.bytes.len() - self.reader.at;
        self.rest
            .map(|rest| usize::try_from(rest).map_or(most, |rest| rest.min(most)))
    }

    fn key(&self) -> String {
        let mut reader = Reader {
            bytes: self.reader.bytes,
            at: self.key,
            depth: 0,
        };
        match reader.head() {
            Ok(head) if head.major == TEXT => reader.text(head).ok(),
            Ok(head) if head.major == UNSIGNED => Some(Cow::Owned(head.argument.to_string())),
            _ => None,
        }
        .map_or_else(
            || format!("[{}]", self.index - 1),
            |key| start(&key).to_string(),
        )
    }
}

impl<'de> SeqAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if !self.more() {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader)
            .map(Some)
            .map_err(|error| error.within(format!("[{}]", self.index - 1)))
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if !self.more() {
            return Ok(None);
        }
        self.key = self.reader.at;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(&mut *self.reader)
            .map_err(|error| error.within(self.key()))
    }

    fn size_hint(&self) -> Option<usize> {
        self.hint()
    }
}

/// A variant with what it holds.
struct Variant<'r, 'de>(&'r mut Reader<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        Ok((seed.deserialize(&mut *self.0)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    /// What it holds is passed over, as a field is that nobody asks for: this may be the variant for all others.
    fn unit_variant(self) -> Result<(), Error> {
        self.0.skip()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_any(visitor)
    }
}

/// A floating point number of 16 bits. Nothing here writes one; others do, where it says the same.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (bits >> 10 & 31, bits & 0x3ff);
    let sign = u32::from(bits >> 15) << 31;
    let magnitude = match exponent {
        0 => return f32::from_bits(sign | (f32::from(fraction) / 16_777_216.0).to_bits()),
        31 => 0xff << 23,
        _ => (u32::from(exponent) + 112) << 23,
    };
    f32::from_bits(sign | magnitude | u32::from(fraction) << 13)
}
