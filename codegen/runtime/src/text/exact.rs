//! Reads JSON values from their text, where serde would lose part of them.
//!
//! `serde_json` hands a number over as an `i64`, a `u64` or an `f64`. It drops digits that do not
//! fit, and a number out of range, such as `1e400`, fails the whole text. So where a number is
//! described, it is read from its JSON text. Where none is described, a first pass reads values
//! without their text, which is fastest. If that pass fails or loses digits, a second one reads
//! each value from its text.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::value::RawValue;

thread_local! {
    static PASS: Cell<Pass> = const { Cell::new(Pass::Only) };
}

/// How this thread currently reads values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    /// Outside of [`read`], which adds passes.
    Only,
    /// The fast first pass, which another one may follow.
    First,
    /// The first pass has lost digits of a number.
    Lossy,
    /// The second pass, which reads each value from its text.
    Exact,
}

/// Reads JSON without losing digits of numbers where none are described.
pub(crate) fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, serde_json::Error> {
    read(|| serde_json::from_str(text))
}

/// Reads JSON in one pass, or in two.
pub(crate) fn read<T>(
    pass: impl Fn() -> Result<T, serde_json::Error>,
) -> Result<T, serde_json::Error> {
    if is_on() {
        return pass();
    }
    let first = PassGuard::enter(Pass::First);
    let read = pass();
    if read.is_ok() && PASS.get() == Pass::First {
        return read;
    }
    drop((read, first));
    let _exact = PassGuard::enter(Pass::Exact);
    pass()
}

/// Whether values must be read from their text.
#[inline]
pub(crate) fn is_on() -> bool {
    PASS.get() == Pass::Exact
}

/// Records that a number was read as an `f64`, which may have fewer digits.
pub(crate) fn lost_digits() {
    if PASS.get() == Pass::First {
        PASS.set(Pass::Lossy);
    }
}

/// A pass, until this is dropped.
struct PassGuard(Pass);

impl PassGuard {
    fn enter(pass: Pass) -> Self {
        PassGuard(PASS.replace(pass))
    }
}

impl Drop for PassGuard {
    fn drop(&mut self) {
        PASS.set(self.0);
    }
}

/// Reads a value of any type from its JSON text, which is not copied if it is in memory.
#[inline]
pub(crate) fn by_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    of: impl FnOnce(&str) -> T,
) -> Result<T, D::Error> {
    let name = raw_value_name();
    deserializer.deserialize_newtype_struct(name, TextVisitor(of, PhantomData))
}

/// Reads a value of any type from its JSON text.
pub(crate) struct ByText<F>(pub F);

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for ByText<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        by_text(deserializer, self.0)
    }
}

/// Whether JSON text is a number.
pub(crate) fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

/// The name that asks `serde_json` for the JSON text of a value.
///
/// A `Box<RawValue>` is a copy and a `&RawValue` can't be read from a file, so our own visitor uses
/// their name.
#[inline]
fn raw_value_name() -> &'static str {
    match Box::<RawValue>::deserialize(NameProbe) {
        Err(Name(name)) => name,
        Ok(_) => "",
    }
}

/// A deserializer that fails with the name of the requested struct.
struct NameProbe;

#[derive(Debug)]
struct Name(&'static str);

impl<'de> Deserializer<'de> for NameProbe {
    type Error = Name;

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: V,
    ) -> Result<V::Value, Name> {
        Err(Name(name))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Name> {
        Err(Name(""))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl de::Error for Name {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Name("")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Name {}

/// Takes the JSON text of a value, which `serde_json` hands over as the one value of a map.
struct TextVisitor<F, T>(F, PhantomData<T>);

impl<'de, T, F: FnOnce(&str) -> T> Visitor<'de> for TextVisitor<F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        map.next_key::<IgnoredAny>()?;
        map.next_value_seed(self)
    }

    #[inline]
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }
}

impl<'de, T, F: FnOnce(&str) -> T> DeserializeSeed<'de> for TextVisitor<F, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_that_of_the_value_wherever_it_is_read_from() {
        let text = r#" {"a": [1e400, "\ud800", 123456789012345678901]}"#;
        let of = |text: &str| text.to_owned();
        let mut memory = serde_json::Deserializer::from_str(text);
        assert_eq!(by_text(&mut memory, of).unwrap(), text.trim());
        let mut file = serde_json::Deserializer::from_reader(text.as_bytes());
        assert_eq!(by_text(&mut file, of).unwrap(), text.trim());
        assert_eq!(by_text(serde_json::json!([1]), of).unwrap(), "[1]");
    }

    #[test]
    fn a_pass_ends_with_its_text() {
        let inner = || {
            assert!(!is_on());
            lost_digits();
            Ok(())
        };
        assert!(read(inner_or_exact(inner)).is_ok());
        assert!(PASS.get() == Pass::Only);
        lost_digits();
        assert!(PASS.get() == Pass::Only);
    }

    /// What is called in the first pass only.
    fn inner_or_exact(
        first: impl Fn() -> Result<(), serde_json::Error>,
    ) -> impl Fn() -> Result<(), serde_json::Error> {
        move || if is_on() { Ok(()) } else { first() }
    }
}
