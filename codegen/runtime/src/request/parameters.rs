//! Requests as data: structs whose fields are an action's parameters.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

use super::encode::Encoder;
use crate::object::{Writer, write};
use crate::value::{integer, quoted};

/// Parameters of an action.
pub trait Parameters: Sized {
    /// The parameters' names.
    const NAMES: &'static [&'static str];

    /// Encodes every parameter into an HTTP request, and reports those that break a rule.
    fn encode(&self, encoder: &mut Encoder);

    /// Moves the parameters into the struct, or returns `None` if a required one is missing.
    #[doc(hidden)]
    fn take(named: &mut NamedParameters) -> Option<Self>;

    #[doc(hidden)]
    fn write<'p, M: SerializeMap>(&'p self, writer: &mut Writer<'p, M>);
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

            #[inline]
            #[allow(unused_variables, reason = "not every action has parameters")]
            fn take(
                named: &mut $crate::__private::NamedParameters,
            ) -> ::core::option::Option<Self> {
                $(let $field = named.take($parameter);)*
                Some(Self {
                    $($field: $crate::parameters!(
                        @take named, $field, $parameter $(, $required)?
                    ),)*
                    $($globals: $crate::Parameters::take(named)?,)?
                    $($shared: $crate::Parameters::take(named)?,)?
                })
            }

            #[allow(unused_variables, reason = "not every action has parameters")]
            fn write<'p, M: $crate::serde::ser::SerializeMap>(
                &'p self,
                writer: &mut $crate::__private::Writer<'p, M>,
            ) {
                $($crate::parameters!(@write writer, self.$field, $parameter $(, $required)?);)*
                $($crate::Parameters::write(&self.$globals, writer);)?
                $($crate::Parameters::write(&self.$shared, writer);)?
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
                $crate::__private::write_parameters(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_parameters(deserializer, &[
                    <Self as $crate::Parameters>::NAMES,
                    $(<$globals_type as $crate::Parameters>::NAMES,)?
                    $(<$shared_type as $crate::Parameters>::NAMES,)?
                ])
            }
        }
    };

    (@value $encoder:ident, $value:expr) => { $value.as_ref() };
    (@value $encoder:ident, $value:expr, required) => { Some(&$value) };
    (@value $encoder:ident, $value:expr, = $default:literal) => {
        $encoder.or_default($value.as_ref(), &$default)
    };

    (@take $named:ident, $field:ident, $parameter:literal) => { $field };
    (@take $named:ident, $field:ident, $parameter:literal, required) => {
        $named.require($field, $parameter)?
    };

    (@write $writer:ident, $value:expr, $parameter:literal) => {
        $writer.optional($parameter, &$value)
    };
    (@write $writer:ident, $value:expr, $parameter:literal, required) => {
        $writer.entry($parameter, &$value)
    };
}

/// No parameters.
impl Parameters for () {
    const NAMES: &'static [&'static str] = &[];

    fn encode(&self, _encoder: &mut Encoder) {}

    fn take(_named: &mut NamedParameters) -> Option<Self> {
        Some(())
    }

    fn write<'p, M: SerializeMap>(&'p self, _writer: &mut Writer<'p, M>) {}
}

/// Reads parameters from a JSON object that has them by name.
#[doc(hidden)]
pub fn read_parameters<'de, P: Parameters, D: Deserializer<'de>>(
    deserializer: D,
    names: &[&[&str]],
) -> Result<P, D::Error> {
    let mut named = NamedParameters {
        values: BTreeMap::deserialize(deserializer)?,
        refusal: None,
    };
    let parameters = P::take(&mut named);
    match (parameters, named.finish(names)) {
        (Some(parameters), None) => Ok(parameters),
        (_, refusal) => Err(D::Error::custom(refusal.unwrap_or_default())),
    }
}

/// Writes parameters as a JSON object.
#[doc(hidden)]
pub fn write_parameters<P: Parameters, S: Serializer>(
    parameters: &P,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    write(serializer, None, |writer| parameters.write(writer))
}

/// Parameters by name, read from JSON and not yet moved into a struct.
#[doc(hidden)]
#[derive(Debug)]
pub struct NamedParameters {
    values: BTreeMap<String, Value>,
    /// Why the first parameter that cannot be read is refused.
    refusal: Option<String>,
}

impl NamedParameters {
    /// Removes and reads a parameter. A number or boolean may be given as a string, and a string as
    /// the number or boolean that it looks like.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.values.remove(name)?;
        let read = read(value);
        read.map_err(|error| self.refuse(format!("parameter `{name}`: {error}")))
            .ok()
    }

    /// The value of a required parameter.
    pub fn require<T>(&mut self, value: Option<T>, name: &str) -> Option<T> {
        if value.is_none() {
            self.refuse(format!("missing parameter `{name}`"));
        }
        value
    }

    /// Only the first refusal is reported.
    fn refuse(&mut self, reason: String) {
        self.refusal.get_or_insert(reason);
    }

    /// Why the parameters are refused, if they are: also if any remain.
    fn finish(mut self, names: &[&[&str]]) -> Option<String> {
        if let Some(name) = self.values.keys().next() {
            let names = quoted(&names.concat());
            let reason = format!("unknown parameter `{name}`; expected one of {names}");
            self.refuse(reason);
        }
        self.refusal
    }
}

/// Reads the value of a parameter.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, serde_json::Error> {
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
    serde_json::from_value(value).or_else(|error| {
        let mut others = whole.into_iter().chain(other);
        let other = others.find_map(|other| serde_json::from_value(other).ok());
        other.ok_or(error)
    })
}
