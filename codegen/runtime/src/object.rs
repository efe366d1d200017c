//! JSON objects: structs whose fields are an object's properties.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::json::Json;

/// The properties of an object that have no field, by name: those that the schema does not know,
/// and those that are `null` though the schema says nothing of null.
///
/// They are written back after the fields; where a field is set that has the same name, the field
/// counts.
pub type Extra = BTreeMap<String, Json>;

/// Implements what a struct needs to be a JSON object: reading, writing, validating.
///
/// Each line names a field and its property; `required` stands behind a property whose field is no
/// `Option`, and rules that a request must keep to follow in brackets. The first word says what
/// becomes of properties that have no field:
///
/// | word | for | unknown properties |
/// |---|---|---|
/// | `response` | what stands in responses only | are kept in the field `extra: Extra`; nothing is validated |
/// | `open` | requests and responses | are kept, and sent |
/// | `tolerant` | requests and responses | are kept, but refused in a request |
/// | `closed` | what stands in requests only | are refused; there is no field `extra` |
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
// What is generic here is compiled in the user's crate, once for each format that it reads or
// writes, and until then lies in the metadata of the generated crate. So the generic parts are
// kept free of branches: whatever can be decided by name or by index is not generic, and the loops
// and the error handling are in the functions below.
#[macro_export]
macro_rules! object {
    ($mode:ident $name:ident {
        $($field:ident: $property:literal $($required:ident)? $([$($rule:expr),+])?,)*
    }) => {
        $crate::object!(@read [$($($required)?)*] $mode $name {
            $($field: $property $($required)?,)*
        });

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::write(serializer, $crate::object!(@extra $mode self), |writer| {
                    $($crate::object!(@write writer, self.$field, $property $(, $required)?);)*
                })
            }
        }

        $crate::object!(@validate $mode $name {
            $($field: $property $([$($rule),+])?,)*
        });
    };

    // All fields are options: they are read into an empty struct.
    (@read [] $mode:ident $name:ident { $($field:ident: $property:literal,)* }) => {
        const _: () = {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(u16)]
            enum Field { $($field,)* Other }

            impl $crate::__private::Object for $name {
                const NAMES: &'static [&'static str] = &[$($property),*];
                const OPEN: bool = $crate::object!(@is_open $mode);

                fn index(name: &str) -> u16 {
                    let field = match name {
                        $($property => Field::$field,)*
                        _ => Field::Other,
                    };
                    field as u16
                }

                fn extra(&mut self) -> Option<&mut $crate::Extra> {
                    $crate::object!(@extra_mut $mode self)
                }

                #[allow(unused_variables, reason = "an object may have no named property")]
                fn read<'de, A: $crate::serde::de::MapAccess<'de>>(
                    &mut self,
                    index: u16,
                    map: &mut A,
                ) -> ::core::result::Result<bool, A::Error> {
                    match index {
                        $(index if index == Field::$field as u16 => {
                            $crate::__private::read(&mut self.$field, map)
                        })*
                        _ => Ok(true),
                    }
                }
            }
        };

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                deserializer.deserialize_map($crate::__private::ObjectVisitor::<Self>::new())
            }
        }
    };

    // Some are not: every field is read into an option first.
    (@read [$($any:ident)+] $mode:ident $name:ident {
        $($field:ident: $property:literal $($required:ident)?,)*
    }) => {
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                #[allow(unused_mut, reason = "only an open struct has an extra")]
                let mut map = $crate::__private::Properties::read(deserializer)?;
                $(let $field = map.take($property)?;)*
                Ok($crate::object!(@build $mode map {
                    $($field: $property $($required)?,)*
                }))
            }
        }
    };

    (@build closed $map:ident { $($field:ident: $property:literal $($required:ident)?,)* }) => {{
        $map.finish(&[$($property),*])?;
        Self { $($field: $crate::object!(@field $field, $property $(, $required)?),)* }
    }};
    (@build $mode:ident $map:ident { $($field:ident: $property:literal $($required:ident)?,)* }) => {
        Self {
            $($field: $crate::object!(@field $field, $property $(, $required)?),)*
            extra: $map.into_extra(),
        }
    };

    (@field $field:ident, $property:literal, required) => {
        $crate::__private::require($field, $property)?
    };
    (@field $field:ident, $property:literal) => { $field };

    (@is_open closed) => { false };
    (@is_open $mode:ident) => { true };

    (@extra closed $self:ident) => { None };
    (@extra $mode:ident $self:ident) => { Some(&$self.extra) };

    (@extra_mut closed $self:ident) => { None };
    (@extra_mut $mode:ident $self:ident) => { Some(&mut $self.extra) };

    (@write $writer:ident, $value:expr, $property:literal, required) => {
        $writer.entry($property, &$value)
    };
    (@write $writer:ident, $value:expr, $property:literal) => {
        $writer.optional($property, &$value)
    };

    (@validate response $name:ident { $($fields:tt)* }) => {};
    (@validate $mode:ident $name:ident {
        $($field:ident: $property:literal $([$($rule:expr),+])?,)*
    }) => {
        impl $crate::Validate for $name {
            fn validate(&self, _rules: &[$crate::Rule], at: &mut $crate::Validator) {
                #[allow(unused_imports, reason = "not every struct has rules")]
                use $crate::Rule::*;
                $(at.value($property, &self.$field, &[$($($rule),+)?]);)*
                $crate::object!(@validate_extra $mode self, at);
            }
        }
    };

    (@validate_extra tolerant $self:ident, $at:ident) => {
        for name in $self.extra.keys() {
            $at.field(name, |at| at.refuse("no property of this name"));
        }
    };
    (@validate_extra $mode:ident $self:ident, $at:ident) => {};
}

/// A struct that is read from a JSON object, all of whose fields are options.
#[doc(hidden)]
pub trait Object: Default {
    /// The properties that have fields.
    const NAMES: &'static [&'static str];

    /// Whether properties without fields are kept.
    const OPEN: bool;

    /// The index of a property in `NAMES`, or the length of `NAMES`.
    fn index(name: &str) -> u16;

    /// Where properties without fields are kept.
    fn extra(&mut self) -> Option<&mut Extra>;

    /// Reads the property with this index; whether it is something else than null.
    fn read<'de, A: MapAccess<'de>>(&mut self, index: u16, map: &mut A) -> Result<bool, A::Error>;
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

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut object = T::default();
        while let Some((index, unknown)) = map.next_key_seed(Key {
            index: T::index,
            known: T::NAMES.len(),
        })? {
            let (name, value) = match T::NAMES.get(usize::from(index)) {
                Some(_) if object.read(index, &mut map)? => continue,
                Some(name) => ((*name).to_owned(), Json::null()),
                None if T::OPEN => (unknown, map.next_value()?),
                None => return Err(A::Error::unknown_field(&unknown, T::NAMES)),
            };
            match object.extra() {
                Some(extra) => extra.insert(name, value),
                None => return Err(A::Error::custom(format_args!("`{name}` must not be null"))),
            };
        }
        Ok(object)
    }
}

/// Turns the name of a property into its index. Known names are never copied.
struct Key {
    index: fn(&str) -> u16,
    known: usize,
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = (u16, String);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = (u16, String);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a property name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let index = (self.index)(name);
        let known = usize::from(index) < self.known;
        let name = if known {
            String::new()
        } else {
            name.to_owned()
        };
        Ok((index, name))
    }
}

/// Reads a property into its field. Of a property that stands twice the last counts, as most
/// readers of JSON have it.
#[doc(hidden)]
pub fn read<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    field: &mut Option<T>,
    map: &mut A,
) -> Result<bool, A::Error> {
    *field = map.next_value()?;
    Ok(field.is_some())
}

/// The properties of an object, on their way into a struct that has required fields.
#[doc(hidden)]
#[derive(Debug)]
pub struct Properties(Extra);

impl Properties {
    /// Reads all of them.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Extra::deserialize(deserializer).map(Properties)
    }

    /// Takes one out; a null stays.
    pub fn take<T: DeserializeOwned, E: Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        match self.0.get(name) {
            Some(value) if !value.is_null() => {
                let taken = value.parse().map(Some);
                self.0.remove(name);
                taken.map_err(|error| E::custom(format_args!("`{name}`: {error}")))
            }
            _ => Ok(None),
        }
    }

    /// Those that nothing took.
    pub fn into_extra(self) -> Extra {
        self.0
    }

    /// Refuses those that nothing took.
    pub fn finish<E: Error>(self, names: &'static [&'static str]) -> Result<(), E> {
        match self.0.keys().next() {
            Some(name) if names.contains(&name.as_str()) => {
                Err(E::custom(format_args!("`{name}` must not be null")))
            }
            Some(name) => Err(E::unknown_field(name, names)),
            None => Ok(()),
        }
    }
}

/// The value of a required field.
#[doc(hidden)]
pub fn require<T, E: Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}

/// Writes an object: its fields, then the properties that have none.
#[doc(hidden)]
pub fn write<S: Serializer>(
    serializer: S,
    extra: Option<&Extra>,
    fields: impl FnOnce(&mut Writer<S::SerializeMap>),
) -> Result<S::Ok, S::Error> {
    let mut writer = Writer {
        map: serializer.serialize_map(None)?,
        extra: extra.filter(|extra| !extra.is_empty()),
        set: Vec::new(),
        result: Ok(()),
    };
    fields(&mut writer);
    writer.result?;
    for (name, value) in writer.extra.into_iter().flatten() {
        if !writer.set.contains(&name.as_str()) {
            writer.map.serialize_entry(name, value)?;
        }
    }
    writer.map.end()
}

/// Writes the fields of an object, up to the first that fails.
#[doc(hidden)]
pub struct Writer<'e, M: SerializeMap> {
    map: M,
    extra: Option<&'e Extra>,
    /// The names in `extra` that are those of fields that are set, which count.
    set: Vec<&'static str>,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> Writer<'_, M> {
    /// Writes a field that may be absent.
    pub fn optional<T: Serialize>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.entry(name, value);
        }
    }

    /// Writes a field.
    pub fn entry<T: Serialize>(&mut self, name: &'static str, value: &T) {
        if self.extra.is_some_and(|extra| extra.contains_key(name)) {
            self.set.push(name);
        }
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(name, value);
        }
    }
}
