//! Requests as data: structs whose fields are an action's parameters.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::ser::SerializeMap;
use serde_json::Value;

use super::encode::Encoder;
use crate::value::{integer, quoted};

/// Parameters of an action.
pub trait Parameters: Sized {
    /// The parameters' names.
    const NAMES: &'static [&'static str];

    /// Encodes every parameter into an HTTP request, and reports those that break a rule.
    fn encode(&self, encoder: &mut Encoder);

    #[doc(hidden)]
    fn take<E: Error>(named: &mut NamedParameters) -> Result<Self, E>;

    #[doc(hidden)]
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

/// Defines a struct of [`Parameters`], with its setters, `Serialize` and `Deserialize`.
///
/// Each line has a parameter's place, field and name. The word before the field says what its type
/// and its setter are, as for [`object!`](crate::object!), but that `list` is a `Vec` and `map` a
/// `BTreeMap`. `required` follows if the field is not an `Option`. `= value` follows if an absent
/// parameter is sent with that value (unless the action streams events). Rules come last, in
/// brackets. The query string has the order of the lines.
///
/// `..path: Type` and `..globals: Type` add fields with the parameters of the resource, which are
/// encoded last, and with those of every action, which are encoded first. With `for Call` after the
/// struct's name, `Call<Self>` has the setters too.
///
/// | place | how the value is encoded |
/// |---|---|
/// | `path` | one segment of the path, or a part of one |
/// | `query` | a scalar as a string, an array or object in bracket notation |
/// | `json_query` | compact JSON in the query |
/// | `header` | a header |
/// | `body` | the body, as JSON |
/// | `part` | a part of a `multipart/form-data` body: a scalar as a string, an array or object as compact JSON |
/// | `file` | an [`Upload`](crate::Upload): a part with a file name, and a media type if it has one |
///
/// ```
/// use client_runtime::{Encoder, Parameters};
///
/// client_runtime::parameters! {
///     /// What to list.
///     #[derive(Debug, Clone, PartialEq)]
///     pub struct List {
///         /// The number of the page.
///         query set page: i64 = "page" [Minimum(0)],
///         /// The folder.
///         path pub folder: String = "folder" required [MinLength(1)],
///     }
/// }
///
/// let list: List = serde_json::from_str(r#"{"folder": "a/b"}"#)?;
/// let mut encoder = Encoder::new("/folders/{folder}");
/// list.page(2).encode(&mut encoder);
/// assert_eq!(encoder.finish().unwrap().target, "/folders/a%2Fb?page=2");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # A struct of your own
///
/// The table alone gives a struct all but its setters. Then `+ field: Type` names a field of
/// parameters that several actions share: before the braces those of every action, after the braces
/// those of the resource.
///
/// ```
/// #[derive(Debug, Clone, PartialEq)]
/// pub struct List {
///     pub page: Option<i64>,
/// }
///
/// client_runtime::parameters!(List {
///     query page: "page" [Minimum(0)],
/// });
/// ```
#[macro_export]
macro_rules! parameters {
    ($(#[$meta:meta])* pub struct $name:ident $(for $call:ident)? {
        $(..path: $path:ident,)?
        $(..globals: $globals:ident,)?
        $($(#[$field_meta:meta])* $place:ident $how:ident $field:ident $(as $setter:ident)?:
            $type:ty = $parameter:literal $($required:ident)? $(= $default:literal)?
            $([$($rule:expr),+])?,)*
    }) => {
        $(#[$meta])*
        pub struct $name {
            $(/// Parameters of the resource's path.
            pub path: $path,)?
            $($(#[$field_meta])* pub $field: $crate::parameters!(@type $how $type),)*
            $(/// Parameters that every action takes.
            pub globals: $globals,)?
        }

        impl $name {
            $($crate::__setter!(
                $how [$(#[$field_meta])*] [] $field [$($setter)?] $type
            );)*
        }

        $crate::parameters!(@call [$($call)?] $name [
            $($how [$(#[$field_meta])*] $field [$($setter)?] $type;)*
        ]);

        $crate::parameters!($name $(+ globals: $globals)? {
            $($place $field: $parameter $($required)? $(= $default)? $([$($rule),+])?,)*
        } $(+ path: $path)?);
    };

    (@call [] $name:ident $fields:tt) => {};
    (@call [$call:ident] $name:ident [
        $($how:ident $meta:tt $field:ident $setter:tt $type:ty;)*
    ]) => {
        impl $call<$name> {
            $($crate::__setter!($how $meta [request] $field $setter $type);)*
        }
    };

    (@type pub $type:ty) => { $type };
    (@type list $type:ty) => { ::core::option::Option<::std::vec::Vec<$type>> };
    (@type map $type:ty) => {
        ::core::option::Option<::std::collections::BTreeMap<::std::string::String, $type>>
    };
    (@type $how:ident $type:ty) => { ::core::option::Option<$type> };

    ($name:ident $(+ $globals:ident: $globals_type:ty)? {
        $($place:ident $field:ident: $parameter:literal
            $($required:ident)? $(= $default:literal)? $([$($rule:expr),+])?,)*
    } $(+ $shared:ident: $shared_type:ty)?) => {
        impl $crate::Parameters for $name {
            const NAMES: &'static [&'static str] = &[$($parameter),*];

            #[inline]
            #[allow(unused_variables, reason = "not every action has parameters")]
            fn encode(&self, encoder: &mut $crate::Encoder) {
                #[allow(unused_imports, reason = "not every struct has rules")]
                use $crate::Rule::*;
                $(encoder.globals(&self.$globals);)?
                $(encoder.$place(
                    $parameter,
                    $crate::parameters!(@value encoder, self.$field $(, $required)? $(, = $default)?),
                    &[$($($rule),+)?],
                );)*
                $($crate::Parameters::encode(&self.$shared, encoder);)?
            }

            #[allow(unused_variables, reason = "not every action has parameters")]
            fn take<E: $crate::serde::de::Error>(
                named: &mut $crate::__private::NamedParameters,
            ) -> ::core::result::Result<Self, E> {
                $(let $field = named.take($parameter)?;)*
                Ok(Self {
                    $($field: $crate::parameters!(@take $field, $parameter $(, $required)?),)*
                    $($globals: <$globals_type as $crate::Parameters>::take(named)?,)?
                    $($shared: <$shared_type as $crate::Parameters>::take(named)?,)?
                })
            }

            #[allow(unused_variables, reason = "not every action has parameters")]
            fn write<M: $crate::serde::ser::SerializeMap>(
                &self,
                map: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                $($crate::parameters!(@write map, self.$field, $parameter $(, $required)?);)*
                $($crate::Parameters::write(&self.$globals, map)?;)?
                $($crate::Parameters::write(&self.$shared, map)?;)?
                Ok(())
            }
        }

        $(impl ::core::convert::AsMut<$globals_type> for $name {
            fn as_mut(&mut self) -> &mut $globals_type {
                &mut self.$globals
            }
        })?

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let mut map = $crate::serde::Serializer::serialize_map(serializer, None)?;
                $crate::Parameters::write(self, &mut map)?;
                $crate::serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut named = $crate::__private::NamedParameters::read(deserializer)?;
                let parameters = <Self as $crate::Parameters>::take(&mut named)?;
                named.finish(&[
                    <Self as $crate::Parameters>::NAMES,
                    $(<$globals_type as $crate::Parameters>::NAMES,)?
                    $(<$shared_type as $crate::Parameters>::NAMES,)?
                ])?;
                Ok(parameters)
            }
        }
    };

    (@value $encoder:ident, $value:expr) => { $value.as_ref() };
    (@value $encoder:ident, $value:expr, required) => { Some(&$value) };
    (@value $encoder:ident, $value:expr, = $default:literal) => {
        $encoder.or_default($value.as_ref(), &$default)
    };

    (@take $field:ident, $parameter:literal) => { $field };
    (@take $field:ident, $parameter:literal, required) => {
        $field.ok_or_else(|| $crate::__private::missing($parameter))?
    };

    (@write $map:ident, $value:expr, $parameter:literal) => {
        if let Some(value) = &$value {
            $map.serialize_entry($parameter, value)?;
        }
    };
    (@write $map:ident, $value:expr, $parameter:literal, required) => {
        $map.serialize_entry($parameter, &$value)?;
    };
}

/// No parameters.
impl Parameters for () {
    const NAMES: &'static [&'static str] = &[];

    fn encode(&self, _encoder: &mut Encoder) {}

    fn take<E: Error>(_named: &mut NamedParameters) -> Result<Self, E> {
        Ok(())
    }

    fn write<M: SerializeMap>(&self, _map: &mut M) -> Result<(), M::Error> {
        Ok(())
    }
}

/// Parameters by name, read from JSON and not yet moved into a struct.
#[doc(hidden)]
#[derive(Debug)]
pub struct NamedParameters(BTreeMap<String, Value>);

impl NamedParameters {
    /// Reads all parameters.
    pub fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(NamedParameters)
    }

    /// Removes and reads a parameter. A number or boolean may be given as a string, and a string as
    /// the number or boolean that it looks like.
    pub fn take<T: DeserializeOwned, E: Error>(&mut self, name: &str) -> Result<Option<T>, E> {
        let Some(value) = self.0.remove(name) else {
            return Ok(None);
        };
        // `1.0` is an integer in JSON Schema, but not in serde.
        let whole = match &value {
            Value::Number(number) => integer(&number.to_string()).map(Value::from),
            _ => None,
        };
        let other = match &value {
            Value::String(text) => serde_json::from_str(text).ok(),
            Value::Number(_) | Value::Bool(_) => Some(Value::String(value.to_string())),
            _ => None,
        };
        serde_json::from_value(value)
            .or_else(|error| {
                let mut others = whole.into_iter().chain(other);
                let other = others.find_map(|other| serde_json::from_value(other).ok());
                other.ok_or(error)
            })
            .map(Some)
            .map_err(|error| E::custom(format_args!("parameter `{name}`: {error}")))
    }

    /// Rejects remaining parameters.
    pub fn finish<E: Error>(self, names: &[&[&str]]) -> Result<(), E> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(E::custom(format_args!(
                "unknown parameter `{name}`; expected one of {}",
                quoted(&names.concat()),
            ))),
        }
    }
}

/// The error for a missing required parameter.
#[doc(hidden)]
pub fn missing<E: Error>(name: &str) -> E {
    E::custom(format_args!("missing parameter `{name}`"))
}
