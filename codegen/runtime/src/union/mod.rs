//! Open unions: values of one of several types.

mod choose;

use std::any::TypeId;

use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};

use crate::object::parse_exactly;
use crate::stack::with_room;
use crate::text::locate;
use crate::value::{Fit, Json, Reader, Tolerant, Validate, Validator, is_whole};

pub use choose::{Branch, BranchKind};
use choose::{Choice, choose, possible, why_none};

/// Implements an open union for an enum that has a variant for each branch and a last variant,
/// `Unknown(Json)`.
///
/// Each line gives a variant, its type and the type of its JSON: `object`, `array`, `text` (a
/// string), `number`, `flag` (a boolean) or `scalar` (any of these three, or null). An `object` may
/// have a discriminator: a property and its possible strings. The type of an `object` is an
/// [`object!`](crate::object) struct, a map, [`EmptyObject`](crate::EmptyObject) or `Json`, or a
/// box of one.
///
/// ```
/// use client_runtime::{Extra, Json, List, Scalar};
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Timer {
///     pub seconds: Option<i64>,
///     pub extra: Extra,
/// }
///
/// client_runtime::object!(tolerant Timer {
///     const "type" = "timer",
///     seconds: "seconds",
/// });
///
/// #[derive(Clone, PartialEq)]
/// pub enum Trigger {
///     Timer(Box<Timer>),
///     Topics(List<String>),
///     Value(Scalar),
///     Unknown(Json),
/// }
///
/// client_runtime::union!(Trigger {
///     Timer(Box<Timer>): object "type" = "timer",
///     Topics(List<String>): array,
///     Value(Scalar): scalar,
/// });
///
/// let trigger: Trigger = serde_json::from_str(r#"{"type": "timer", "seconds": 5}"#)?;
/// let Trigger::Timer(timer) = trigger else { panic!() };
/// assert_eq!(timer.seconds, Some(5));
/// assert_eq!(Trigger::from("on"), Trigger::Value("on".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Reading
///
/// Any JSON is read and written back unchanged. An object is read as the branch that fits best. A
/// branch fits if it has no discriminator, or the object has one of its strings; and if the object
/// has all its constants, since a missing one would be added on the way back. The best branch is
/// the one that, in this order, has its discriminator present or has none, has all its required
/// properties, has its discriminator present, leaves the fewest properties unknown, knows the most
/// properties, has types that all properties fit, or comes first in the table. Other JSON is read
/// as the first branch that can read it, and an array as one without
/// [misfits](crate::List::misfits) if possible. JSON that is of no branch is `Unknown`. JSON that
/// fits a branch only in part keeps the other parts as JSON.
///
/// # Conversions
///
/// There is a `From` for the type of each variant; for the content of a box; for `Vec` where an
/// `array` is a `List`, and `BTreeMap` where an `object` is a `Map`; for `&str` where a `text` is a
/// `String`; for `i64` and `f64` where a `number` is a `Number`; for `&str`, `String`, `i64`, `f64`
/// and `bool` where a `scalar` is a `Scalar`. `without From` at the end of a line leaves them out,
/// which is necessary where two lines would have the same.
///
/// # Validating
///
/// Rules apply to the value. `Unknown` is rejected, unless its JSON is of one of the branches after
/// all. A union that only responses have is written `union!(response Name { … })`; its types need
/// not implement `Validate`.
#[macro_export]
macro_rules! union {
    (response $name:ident { $($table:tt)* }) => { $crate::union!(@read $name { $($table)* }); };

    ($name:ident {
        $($variant:ident $type:tt: $kind:ident
            $($tag:literal = $($text:literal)|+)? $(without $no:ident)?,)+
    }) => {
        $crate::union!(@read $name {
            $($variant $type: $kind $($tag = $($text)|+)? $(without $no)?,)+
        });

        impl $crate::Validate for $name {
            #[inline]
            fn validate(&self, rules: &[$crate::Rule], at: &mut $crate::Validator) {
                $crate::__private::with_room::<Self, _>(|| {
                    $crate::__private::validate_union(self, at, |at| match self {
                        $(Self::$variant(value) => $crate::Validate::validate(value, rules, at),)+
                        Self::Unknown(json) => {
                            $crate::__private::validate_unknown::<Self>(json, rules, at);
                        }
                    }, rules);
                });
            }

            #[inline]
            fn json(&self) -> ::core::option::Option<$crate::serde_json::Value> {
                $crate::__private::json_of(self)
            }
        }
    };

    (@read $name:ident {
        $($variant:ident $type:tt: $kind:ident
            $($tag:literal = $($text:literal)|+)? $(without $no:ident)?,)+
    }) => {
        const _: () = {
            #[repr(usize)]
            enum Index { $($variant),+ }

            impl $crate::__private::Union for $name {
                const BRANCHES: &'static [$crate::__private::Branch] = &[
                    $($crate::__private::Branch {
                        name: ::core::stringify!($variant),
                        kind: $crate::union!(@kind $kind $type $($tag = $($text)|+)?),
                    }),+
                ];

                #[inline]
                fn parse(
                    index: usize,
                    json: &$crate::Json,
                    whole: bool,
                ) -> ::core::result::Result<Self, $crate::serde_json::Error> {
                    match index {
                        $(index if index == Index::$variant as usize => {
                            $crate::union!(@parse $kind json, whole).map(Self::$variant)
                        })+
                        _ => $crate::__private::no_branch(),
                    }
                }

                #[inline]
                fn unknown(json: $crate::Json) -> Self {
                    Self::Unknown(json)
                }
            }
        };

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let (name, content): (_, &dyn ::core::fmt::Debug) = match self {
                    $(Self::$variant(value) => (::core::stringify!($variant), value),)+
                    Self::Unknown(json) => ("Unknown", json),
                };
                $crate::__private::debug_variant(f, name, Some(content))
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_union(deserializer)
            }
        }

        impl $crate::__private::Tolerant for $name {
            type Reader = $crate::__private::UnionReader;
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::with_room::<Self, _>(|| match self {
                    $(Self::$variant(value) => {
                        $crate::serde::Serialize::serialize(value, serializer)
                    })+
                    Self::Unknown(json) => $crate::serde::Serialize::serialize(json, serializer),
                })
            }
        }

        $($crate::union!(@from [$($no)?] $name $variant $kind $type);)+
    };

    (@kind object ($type:ty)) => { $crate::__private::BranchKind::object::<$type>(None) };
    (@kind object ($type:ty) $tag:literal = $($text:literal)|+) => {
        $crate::__private::BranchKind::object::<$type>(Some(($tag, &[$($text),+])))
    };
    (@kind $kind:ident $type:tt) => { $crate::__private::BranchKind::$kind() };

    // An `f64` reads any number, but does not write every one back unchanged.
    (@parse number $json:ident, $whole:ident) => { $crate::__private::parse_number($json) };
    (@parse object $json:ident, $whole:ident) => {
        $crate::__private::parse_parts($json, $whole)
    };
    (@parse array $json:ident, $whole:ident) => {
        $crate::__private::parse_parts($json, $whole)
    };
    (@parse $kind:ident $json:ident, $whole:ident) => { $json.parse() };

    (@from [From] $($any:tt)*) => {};
    (@from [] $name:ident $variant:ident text (String)) => {
        $crate::union!(@into $name $variant String, &str);
    };
    (@from [] $name:ident $variant:ident scalar (Scalar)) => {
        $crate::union!(@into $name $variant Scalar, &str, String, i64, f64, bool);
    };
    (@from [] $name:ident $variant:ident number (Number)) => {
        $crate::union!(@into $name $variant Number, i64, f64);
    };
    (@from [] $name:ident $variant:ident array (List<$item:ty>)) => {
        $crate::union!(@into $name $variant List<$item>, ::std::vec::Vec<$item>);
    };
    (@from [] $name:ident $variant:ident object (Map<$value:ty>)) => {
        $crate::union!(
            @into $name $variant
            Map<$value>, ::std::collections::BTreeMap<::std::string::String, $value>
        );
    };
    (@from [] $name:ident $variant:ident $kind:ident (Box<$type:ty>)) => {
        $crate::union!(@into $name $variant Box<$type>, $type);
    };
    (@from [] $name:ident $variant:ident $kind:ident ($type:ty)) => {
        $crate::union!(@into $name $variant $type);
    };

    (@into $name:ident $variant:ident $($type:ty),+) => {
        $(impl ::core::convert::From<$type> for $name {
            fn from(value: $type) -> Self {
                Self::$variant(::core::convert::Into::into(value))
            }
        })+
    };
}

/// What reading a union needs.
#[doc(hidden)]
pub trait Union: Sized {
    const BRANCHES: &'static [Branch];

    /// Reads the branch with this index. With `whole`, every part must be of its type.
    fn parse(index: usize, json: &Json, whole: bool) -> Result<Self, serde_json::Error>;

    /// Creates the variant for JSON of no branch.
    fn unknown(json: Json) -> Self;
}

/// Reads a union from any JSON.
#[doc(hidden)]
pub fn read_union<'de, D: Deserializer<'de>, U: Union>(deserializer: D) -> Result<U, D::Error> {
    Json::deserialize(deserializer).map(read)
}

/// Reads a union without loss: any JSON fits.
#[doc(hidden)]
pub struct UnionReader(());

impl<U: Union + DeserializeOwned> Reader<U> for UnionReader {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Fit<U>, D::Error> {
        read_union(deserializer).map(Ok)
    }
}

fn read<U: Union>(json: Json) -> U {
    let Choice { best, further } = choose(U::BRANCHES, &json);
    let parse = |indices: &[usize], whole| {
        let mut parsed = indices.iter().map(|index| U::parse(*index, &json, whole));
        parsed.find_map(Result::ok)
    };
    // If the names fit several branches, the types of the values decide.
    let whole = || match (best.as_slice(), further.as_slice()) {
        ([] | [_], []) => None,
        _ => parse(&best, true).or_else(|| parse(&further, true)),
    };
    match with_room::<U, _>(|| whole().or_else(|| parse(&best, false))) {
        Some(union) => union,
        None => U::unknown(json),
    }
}

/// Reads a number, unless it would be written back as another one.
#[doc(hidden)]
pub fn parse_number<T: DeserializeOwned + Serialize>(json: &Json) -> Result<T, serde_json::Error> {
    parse_exactly(json)
}

/// Reads an object or an array. With `whole`, every part must be of its type.
#[doc(hidden)]
pub fn parse_parts<T: Tolerant>(json: &Json, whole: bool) -> Result<T, serde_json::Error> {
    let value: T = json.parse()?;
    if whole && !is_whole(&value) {
        Err(serde_json::Error::custom("not every part is of the type"))
    } else {
        Ok(value)
    }
}

/// The error for an index without a branch, which does not happen.
#[doc(hidden)]
pub fn no_branch<T>() -> Result<T, serde_json::Error> {
    Err(serde_json::Error::custom("no such branch"))
}

/// Validates a union. Its JSON is rejected only if no branch accepts it: a value that is valid as
/// another branch is a valid request.
#[doc(hidden)]
pub fn validate_union<U: Union + Validate + Serialize + 'static>(
    union: &U,
    at: &mut Validator,
    own: impl FnOnce(&mut Validator),
    rules: &[crate::Rule],
) {
    if at.is_branch() {
        return own(at);
    }
    let before = at.count();
    if !at.is_trial() {
        own(at);
        if at.count() == before {
            return;
        }
    }
    let Ok(json) = Json::new(union) else { return };
    let key = (TypeId::of::<U>(), format!("{rules:?} {}", json.get()));
    let is_taken = at.takes(key, |trial| {
        let branches = possible(U::BRANCHES, &json).into_iter();
        let mut branches = branches.filter_map(|index| U::parse(index, &json, false).ok());
        branches.any(|branch| trial.takes_branch(&branch, rules))
    });
    if is_taken {
        at.forget(before);
    } else if at.is_trial() {
        at.refuse("a value of one of the union's types");
    }
}

/// Validates the JSON of `Unknown`.
#[doc(hidden)]
pub fn validate_unknown<U: Union + Validate>(
    json: &Json,
    rules: &[crate::Rule],
    at: &mut Validator,
) {
    let mut reason = None;
    for index in choose(U::BRANCHES, json).best {
        match U::parse(index, json, false) {
            Ok(union) => return union.validate(rules, at),
            Err(error) => reason = reason.or(Some((index, error))),
        }
    }
    match reason {
        Some((index, error)) => refuse_branch(&U::BRANCHES[index], json, &error, at),
        None => refuse(U::BRANCHES, json, at),
    }
}

fn refuse_branch(branch: &Branch, json: &Json, error: &serde_json::Error, at: &mut Validator) {
    let (path, message) = locate(json.get(), error);
    let reason = match path.as_str() {
        "" => message,
        path => format!("`{path}`: {message}"),
    };
    at.refuse(format_args!("a valid `{}`: {reason}", branch.name));
}

fn refuse(branches: &[Branch], json: &Json, at: &mut Validator) {
    match why_none(branches, json) {
        (Some(tag), expected) => at.field(tag, |at| at.refuse(expected)),
        (None, expected) => at.refuse(expected),
    }
}
