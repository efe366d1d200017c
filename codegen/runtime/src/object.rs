//! JSON objects: structs whose fields are an object's properties.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;

use crate::json::Json;

/// The properties of an object that have no field, by name: those that the schema does not know,
/// and those that are `null` though the schema says nothing of null.
///
/// They are written back after the fields; where a field is set that has the same name, the field
/// counts.
pub type Extra = BTreeMap<String, Json>;

/// Implements what a struct needs to be a JSON object: reading, writing, validating.
///
/// Each line names a field and its property; rules that a request must keep to follow in brackets,
/// and `required` stands behind a property whose field is no `Option`. An `open` struct has a field
/// `extra: Extra` and keeps what it does not know; a `closed` one refuses it, and a `tolerant` one
/// keeps what a response brings and refuses it in a request.
///
/// ```
/// use client_runtime::Extra;
///
/// #[derive(Debug, Clone, Default, PartialEq)]
/// pub struct User {
///     pub name: Option<String>,
///     pub extra: Extra,
/// }
///
/// client_runtime::object!(open User {
///     name: "userName" [MaxLength(1024)],
/// });
///
/// let user: User = serde_json::from_str(r#"{"userName": "Ada", "age": 36}"#)?;
/// assert_eq!(user.name.as_deref(), Some("Ada"));
/// assert_eq!(serde_json::to_string(&user)?, r#"{"userName":"Ada","age":36}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! object {
    ($mode:ident $name:ident {
        $($field:ident: $property:literal $($required:ident)? $([$($rule:expr),+])?,)*
    }) => {
        $crate::object!(@read $mode $name { $($field: $property $($required)?,)* });

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let mut map = $crate::serde::Serializer::serialize_map(serializer, None)?;
                $($crate::object!(@write map, self.$field, $property $(, $required)?);)*
                $crate::object!(@write_extra $mode map, self, Self::known);
                $crate::serde::ser::SerializeMap::end(map)
            }
        }

        impl $name {
            /// Whether a field holds this property.
            #[allow(dead_code, reason = "only an open struct asks")]
            fn known(&self, property: &str) -> bool {
                match property {
                    $($property => $crate::object!(@is_set self.$field $(, $required)?),)*
                    _ => false,
                }
            }
        }

        impl $crate::Validate for $name {
            fn validate(&self, _rules: &[$crate::Rule], at: &mut $crate::Validator) {
                #[allow(unused_imports, reason = "not every struct has rules")]
                use $crate::Rule::*;
                $(at.field($property, |at| {
                    $crate::Validate::validate(&self.$field, &[$($($rule),+)?], at);
                });)*
                $crate::object!(@validate_extra $mode self, at);
            }
        }
    };

    (@read $mode:ident $name:ident {
        $($field:ident: $property:literal $($required:ident)?,)*
    }) => {
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                deserializer.deserialize_map($crate::__private::ObjectVisitor::<Self>::new())
            }
        }

        impl $crate::__private::Object for $name {
            #[allow(unused_mut, unused_variables, reason = "a struct may have no field")]
            fn read<'de, A: $crate::serde::de::MapAccess<'de>>(
                mut map: A,
            ) -> ::core::result::Result<Self, A::Error> {
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                #[repr(u16)]
                enum Field { $($field,)* Other }
                const NAMES: &[&str] = &[$($property),*];
                let mut extra = $crate::Extra::new();
                $(let mut $field = None;)*
                let index = |name: &str| match name {
                    $($property => Field::$field as u16,)*
                    _ => Field::Other as u16,
                };
                while let Some((index, name)) = $crate::__private::next_key(&mut map, &index, NAMES.len())? {
                    match index {
                        $(index if index == Field::$field as u16 => {
                            $crate::__private::read($property, &mut $field, &mut extra, &mut map)?;
                        })*
                        _ => $crate::object!(@unknown $mode map, name, extra, NAMES),
                    }
                }
                $crate::object!(@check_extra $mode extra);
                Ok($crate::object!(@build $mode extra { $($field: $property $($required)?,)* }))
            }
        }
    };

    (@build closed $extra:ident { $($field:ident: $property:literal $($required:ident)?,)* }) => {
        Self { $($field: $crate::object!(@field $field, $property $(, $required)?),)* }
    };
    (@build $mode:ident $extra:ident { $($field:ident: $property:literal $($required:ident)?,)* }) => {
        Self {
            $($field: $crate::object!(@field $field, $property $(, $required)?),)*
            extra: $extra,
        }
    };

    (@field $field:ident, $property:literal, required) => {
        $crate::__private::require($field, $property)?
    };
    (@field $field:ident, $property:literal) => { $field };

    (@unknown closed $map:ident, $name:ident, $extra:ident, $names:ident) => {
        return Err($crate::__private::unknown(&$name, $names))
    };
    (@unknown $mode:ident $map:ident, $name:ident, $extra:ident, $names:ident) => {{
        $extra.insert($name, $crate::serde::de::MapAccess::next_value(&mut $map)?);
    }};

    (@check_extra closed $extra:ident) => { $crate::__private::no_null(&$extra)?; };
    (@check_extra $mode:ident $extra:ident) => {};

    (@write $map:ident, $value:expr, $property:literal, required) => {
        $crate::serde::ser::SerializeMap::serialize_entry(&mut $map, $property, &$value)?
    };
    (@write $map:ident, $value:expr, $property:literal) => {
        if let Some(value) = &$value {
            $crate::serde::ser::SerializeMap::serialize_entry(&mut $map, $property, value)?;
        }
    };

    (@is_set $value:expr, required) => { true };
    (@is_set $value:expr) => { $value.is_some() };

    (@write_extra closed $map:ident, $self:ident, $known:path) => {};
    (@write_extra $mode:ident $map:ident, $self:ident, $known:path) => {
        $crate::__private::write_extra(&mut $map, &$self.extra, |name| $known($self, name))?;
    };

    (@validate_extra tolerant $self:ident, $at:ident) => {
        for name in $self.extra.keys() {
            $at.field(name, |at| at.refuse("no property of this name"));
        }
    };
    (@validate_extra $mode:ident $self:ident, $at:ident) => {};
}

/// A struct that is read from a JSON object.
#[doc(hidden)]
pub trait Object: Sized {
    /// Reads the object's properties.
    fn read<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error>;
}

/// Reads an [`Object`].
#[doc(hidden)]
pub struct ObjectVisitor<T>(PhantomData<T>);

impl<T> ObjectVisitor<T> {
    #[allow(clippy::new_without_default, reason = "not for users")]
    pub fn new() -> Self {
        ObjectVisitor(PhantomData)
    }
}

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(map)
    }
}

/// The next property: its index, and its name if it has none. Known names are never copied.
#[doc(hidden)]
pub fn next_key<'de, A: MapAccess<'de>>(
    map: &mut A,
    index: &dyn Fn(&str) -> u16,
    unknown: usize,
) -> Result<Option<(u16, String)>, A::Error> {
    map.next_key_seed(Key { index, unknown })
}

struct Key<'a> {
    index: &'a dyn Fn(&str) -> u16,
    unknown: usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = (u16, String);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = (u16, String);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let index = (self.index)(name);
        let known = usize::from(index) < self.unknown;
        let name = if known {
            String::new()
        } else {
            name.to_owned()
        };
        Ok((index, name))
    }
}

/// Reads a property into its field; a null goes to `extra`, where it is kept. Of a property that
/// stands twice the last counts, as most readers of JSON have it.
#[doc(hidden)]
pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    name: &str,
    field: &mut Option<T>,
    extra: &mut Extra,
    map: &mut A,
) -> Result<(), A::Error> {
    *field = map.next_value()?;
    if field.is_none() {
        extra.insert(name.to_owned(), Json::null());
    }
    Ok(())
}

/// The value of a required field.
#[doc(hidden)]
pub fn require<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

/// Refuses a property that a closed struct does not know.
#[doc(hidden)]
pub fn unknown<E: Error>(name: &str, names: &'static [&'static str]) -> E {
    E::unknown_field(name, names)
}

/// Refuses a null in a struct that has no place to keep it.
#[doc(hidden)]
pub fn no_null<E: Error>(extra: &Extra) -> Result<(), E> {
    match extra.keys().next() {
        Some(name) => Err(E::custom(format_args!("`{name}` must not be null"))),
        None => Ok(()),
    }
}

/// Writes the properties that no field holds.
#[doc(hidden)]
pub fn write_extra<M: SerializeMap>(
    map: &mut M,
    extra: &Extra,
    known: impl Fn(&str) -> bool,
) -> Result<(), M::Error> {
    extra
        .iter()
        .filter(|(name, _)| !known(name))
        .try_for_each(|(name, value)| map.serialize_entry(name, value))
}
