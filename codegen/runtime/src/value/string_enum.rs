//! Open enums: strings, some of them known.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};

use super::tolerant::{Fit, Reader, read_string};

/// Defines an open enum: a variant for each known string, and a last one, `Unknown(Box<str>)`, for
/// all others.
///
/// The docs of a variant are its string as code. A string that can't be written as code, such as
/// one with a backtick, needs docs of its own: `#[doc = "…"]` before the variant.
///
/// ```
/// client_runtime::string_enum! {
///     /// A colour.
///     pub enum Colour {
///         Red = "red",
///     }
/// }
///
/// let colours: Vec<Colour> = serde_json::from_str(r#"["red", "mauve"]"#)?;
/// assert_eq!(colours, [Colour::Red, Colour::Unknown("mauve".into())]);
/// assert_eq!(serde_json::to_string(&colours)?, r#"["red","mauve"]"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! string_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $($(#[doc = $doc:literal])? $variant:ident = $text:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = $crate::string_enum!(@doc [$($doc)?] $text)]
                $variant,
            )+
            /// A value that the description does not name. A response keeps it; a request rejects
            /// it.
            Unknown(Box<str>),
        }

        impl $name {
            /// The known values, as the API spells them.
            pub const VALUES: &'static [&'static str] = &[$($text),+];

            /// The value as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    text => Self::Unknown(text.into()),
                }
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let (name, content): (_, ::core::option::Option<&dyn ::core::fmt::Debug>) =
                    match self {
                        $(Self::$variant => (::core::stringify!($variant), None),)+
                        Self::Unknown(text) => ("Unknown", Some(text)),
                    };
                $crate::__private::debug_variant(f, name, content)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_enum(deserializer)
            }
        }

        impl $crate::__private::Tolerant for $name {
            type Reader = $crate::__private::EnumReader;
        }

        impl $crate::Validate for $name {
            #[inline]
            fn validate(&self, _rules: &[$crate::Rule], at: &mut $crate::Validator) {
                // A known string in the unknown variant is as good as its own variant.
                if !Self::VALUES.contains(&self.as_str()) {
                    at.refuse(format_args!("one of {}", $crate::__private::quoted(Self::VALUES)));
                }
            }

            #[inline]
            fn text(&self) -> ::core::option::Option<&str> {
                ::core::option::Option::Some(self.as_str())
            }
        }
    };
    (@doc [] $text:literal) => { concat!("`", $text, "`.") };
    (@doc [$doc:literal] $text:literal) => { $doc };
}

/// Lists values in backticks, for a message.
#[doc(hidden)]
pub fn quoted(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    quoted.join(", ")
}

/// Reads an open enum.
#[doc(hidden)]
pub fn read_enum<'de, T: for<'t> From<&'t str>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(StringVisitor(|text| T::from(text)))
}

/// Reads an open enum without loss.
#[doc(hidden)]
pub struct EnumReader(());

impl<T: for<'t> From<&'t str> + DeserializeOwned> Reader<T> for EnumReader {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<T>, D::Error> {
        read_string(deserializer, |text| T::from(text))
    }
}

/// Turns any string into a value.
pub(crate) struct StringVisitor<T>(pub fn(&str) -> T);

impl<T> Visitor<'_> for StringVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok((self.0)(text))
    }
}
