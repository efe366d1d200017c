//! JSON objects: structs whose fields are an object's properties, as listed in a macro's table.

mod check;
mod empty;
mod extra;
mod read;
mod sending;
mod setter;
mod shape;
mod write;

pub use check::Checks;
pub use empty::EmptyObject;
pub use extra::Extra;
pub(crate) use read::parse_exactly;
pub use read::{
    Object, ObjectReader, Properties, Rest, read, read_nullable, read_object, read_strictly,
    read_strictly_nullable, require,
};
pub(crate) use sending::sending;
pub use shape::Shape;
pub use write::{Writer, write};

/// Defines a struct that is a JSON object: its fields and their setters, reading, writing,
/// validating, and a `Debug` that shows no access token.
///
/// Each line has a field and its property. Flags follow the property, then rules for requests in
/// brackets. The word after the struct's name says how properties without a field are treated:
///
/// | word | for | unknown properties |
/// |---|---|---|
/// | `response` | types of responses only | are kept in the field `extra: Extra`; nothing is validated |
/// | `open` | requests and responses | are kept, and sent |
/// | `tolerant` | requests and responses | are kept, but rejected in a request |
/// | `closed` | types of requests only | are rejected; the field `extra` does not exist |
///
/// The word before a field says what its type is, for a line with the type `T`, and what its setter
/// takes. The docs of the field are those of the setter too.
///
/// | word | field | setter |
/// |---|---|---|
/// | `pub` | `T` | none |
/// | `set` | `Option<T>` | `T` |
/// | `into` | `Option<T>` | `impl Into<T>` |
/// | `list` | `Option<List<T>>` | `impl IntoIterator<Item = T>` |
/// | `map` | `Option<Map<T>>` | `impl IntoIterator<Item = (String, T)>` |
///
/// A setter that is not called like its field has its name after `as`: `set clone as clone_: T`.
///
/// ```
/// client_runtime::object! {
///     /// Somebody.
///     #[derive(Clone, Default, PartialEq)]
///     pub struct User: open {
///         /// The user's name.
///         into name: String = "userName" [MaxLength(1024)],
///         /// The ids of the user's friends.
///         list friends: i64 = "friends",
///     }
/// }
///
/// let user: User = serde_json::from_str(r#"{"userName": "Ada", "age": 36}"#)?;
/// assert_eq!(user.name.as_deref(), Some("Ada"));
/// assert_eq!(serde_json::to_string(&user)?, r#"{"userName":"Ada","age":36}"#);
///
/// let user = User::default().name("Ada").friends([7]);
/// assert_eq!(serde_json::to_string(&user)?, r#"{"userName":"Ada","friends":[7]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # A struct of your own
///
/// The table alone gives a struct all but its setters. Then the word comes first, and each line has
/// the name of a field.
///
/// ```
/// use client_runtime::Extra;
///
/// #[derive(Clone, Default, PartialEq)]
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
///
/// # Flags
///
/// In this order:
///
/// | flag | the field | meaning |
/// |---|---|---|
/// | `required` | is not an `Option` | without the property, reading fails |
/// | `needed` | is an `Option` | a response may lack the property, a request may not |
/// | `nullable` | has a type with a value for null | null is that value, instead of being kept in `extra` or rejected |
///
/// ```
/// use client_runtime::{Extra, Nullable};
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Patch {
///     pub id: Option<String>,
///     pub note: Option<Nullable<String>>,
///     pub extra: Extra,
/// }
///
/// client_runtime::object!(tolerant Patch {
///     id: "id" needed,
///     note: "note" nullable [MaxLength(1024)],
/// });
///
/// let patch: Patch = serde_json::from_str(r#"{"id": "a", "note": null}"#)?;
/// assert_eq!(patch.note, Some(Nullable::Null));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Constants
///
/// `const` lines come first. They are properties that have no field and always the same string. The
/// string is written before the fields, and dropped when it is read. Another value is kept in
/// `extra` and written instead; in `closed` it is an error.
///
/// # Further properties
///
/// `+ field: Type` after the table names a field, a `BTreeMap<String, Type>`, for properties that
/// the table does not name. Values that are not of the type are treated as unknown properties.
/// Rules in brackets apply to the map.
///
/// # Rules of the object
///
/// `where` comes last, with rules for the object as a whole: `AnyRequired`, `MinProperties` or
/// `MaxProperties`. They count constants, `extra` and further properties.
///
/// ```
/// use client_runtime::{Scalar, Validate, Validator};
/// use std::collections::BTreeMap;
///
/// #[derive(Clone, Default, PartialEq)]
/// pub struct Row {
///     pub id: Option<String>,
///     pub cells: BTreeMap<String, Scalar>,
/// }
///
/// client_runtime::object!(closed Row {
///     const "type" = "row",
///     id: "id",
/// } + cells: Scalar [Each(&[MaxLength(10)])] where [AnyRequired(&[&["id"], &["a", "b"]])]);
///
/// let row: Row = serde_json::from_str(r#"{"a": 1, "type": "row"}"#)?;
/// assert_eq!(row.cells["a"], 1.into());
/// assert_eq!(serde_json::to_string(&row)?, r#"{"type":"row","a":1}"#);
///
/// let mut at = Validator::default();
/// at.value("row", &row, &[]);
/// assert_eq!(
///     at.finish()[0].to_string(),
///     "`row`: expected a value for `id`, or for `a`, `b`",
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Read-only properties
///
/// `read_only` comes right after the table, with the names of properties that only responses have.
/// The body of a request omits them, even if their fields are set.
// Generic code is compiled in the user's crate, once for each format that it reads or writes, and
// is stored in the metadata of the generated crate until then. So the generic parts have no
// branches: decisions by name or by index are not generic, and the loops and the error handling are
// in the modules below.
//
// Other code is `#[inline]`, here and in the other macros, so that it too is compiled in the user's
// crate, for the types and actions used there. Otherwise the generated crate would compile all of
// it. Most of a whole API is never used, and would take most of the time.
#[macro_export]
macro_rules! object {
    ($(#[$meta:meta])* pub struct $name:ident: $mode:ident { $($table:tt)* } $($after:tt)*) => {
        $crate::object!(@struct [] [$(#[$meta])*] $mode $name { $($table)* } $($after)*);
    };

    ($mode:ident $name:ident $table:tt $($after:tt)*) => {
        $crate::object!(@table [] $mode $name $table $($after)*);
    };

    // A macro could read `const` as the name of a field, so those lines are matched one by one.
    (@table [$($constants:tt)*] $mode:ident $name:ident {
        const $constant:literal = $text:literal, $($table:tt)*
    } $($after:tt)*) => {
        $crate::object!(@table [$($constants)* $constant = $text,] $mode $name {
            $($table)*
        } $($after)*);
    };

    (@struct [$($constants:tt)*] $meta:tt $mode:ident $name:ident {
        const $constant:literal = $text:literal, $($table:tt)*
    } $($after:tt)*) => {
        $crate::object!(@struct [$($constants)* $constant = $text,] $meta $mode $name {
            $($table)*
        } $($after)*);
    };

    // Without setters, no type must be determined.
    (@struct $constants:tt $meta:tt $mode:ident $name:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $type:ty = $property:literal
            $($flag:ident)* $([$($rule:expr),+])?,)*
    } $(read_only [$($unsent:literal),+])? $(+ $(#[$further_meta:meta])* $further:ident:
        $further_type:ty $([$($further_rule:expr),+])?)? $(where [$($whole:expr),+])?) => {
        $crate::object!(@item $mode $meta $name {
            $($(#[$field_meta])* pub $field: $type,)*
            $($(#[$further_meta])*
            pub $further: ::std::collections::BTreeMap<::std::string::String, $further_type>,)?
        });
        $crate::object!(@table $constants $mode $name {
            $($field: $property $($flag)* $([$($rule),+])?,)*
        } $(read_only [$($unsent),+])? $(+ $further: $further_type
            $([$($further_rule),+])?)? $(where [$($whole),+])?);
    };

    (@struct $constants:tt $meta:tt $mode:ident $name:ident {
        $($(#[$field_meta:meta])* $how:ident $field:ident $(as $setter:ident)?: $type:ty
            = $property:literal $($flag:ident)* $([$($rule:expr),+])?,)*
    } $(read_only [$($unsent:literal),+])? $(+ $(#[$further_meta:meta])* $further:ident:
        $further_type:ty $([$($further_rule:expr),+])?)? $(where [$($whole:expr),+])?) => {
        $crate::object!(@item $mode $meta $name {
            $($(#[$field_meta])* pub $field: $crate::object!(@type $how $type),)*
            $($(#[$further_meta])*
            pub $further: ::std::collections::BTreeMap<::std::string::String, $further_type>,)?
        });

        impl $name {
            $($crate::__setter!(
                $how [$(#[$field_meta])*] [] $field [$($setter)?] $type
            );)*
        }

        $crate::object!(@table $constants $mode $name {
            $($field: $property $($flag)* $([$($rule),+])?,)*
        } $(read_only [$($unsent),+])? $(+ $further: $further_type
            $([$($further_rule),+])?)? $(where [$($whole),+])?);
    };

    (@item closed [$($meta:tt)*] $name:ident { $($fields:tt)* }) => {
        $($meta)*
        pub struct $name {
            $($fields)*
        }
    };
    (@item $mode:ident [$($meta:tt)*] $name:ident { $($fields:tt)* }) => {
        $($meta)*
        pub struct $name {
            $($fields)*
            /// Unknown properties, and values of another type.
            pub extra: $crate::Extra,
        }
    };

    (@type pub $type:ty) => { $type };
    (@type list $type:ty) => { ::core::option::Option<$crate::List<$type>> };
    (@type map $type:ty) => { ::core::option::Option<$crate::Map<$type>> };
    (@type $how:ident $type:ty) => { ::core::option::Option<$type> };

    (@table [$($constant:literal = $text:literal,)*] $mode:ident $name:ident {
        $($field:ident: $property:literal $($flag:ident)* $([$($rule:expr),+])?,)*
    } $(read_only [$($unsent:literal),+])? $(+ $further:ident: $type:ty
        $([$($further_rule:expr),+])?)? $(where [$($whole:expr),+])?) => {
        impl $crate::__private::Shape for $name {
            const NAMES: &'static [&'static str] = &[$($property,)* $($constant,)*];
            const REQUIRED: &'static [&'static [&'static str]] =
                &[$($($crate::object!(@required $flag $property),)*)*];
            const CONSTANTS: &'static [(&'static str, &'static str)] = &[$(($constant, $text)),*];
            const OPEN: bool = $crate::object!(@is_open $mode $($further)?);
            $(const FURTHER: bool = $crate::object!(@has $further);)?
        }

        $crate::object!(@read [$($($flag)*)*] $mode $name {
            $($field: $property [$($flag)*],)*
        } [$($constant = $text),*] $($further)?);

        impl $crate::serde::Serialize for $name {
            #[allow(unused_variables, reason = "an object may have no named property")]
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::write(serializer, $crate::object!(@extra $mode self), |writer| {
                    $(writer.leave_out(&[$($unsent),+]);)?
                    $(writer.expect(&self.$further);)?
                    $(writer.constant($constant, $text);)*
                    $($crate::object!(@write [$($flag)*] writer, self.$field, $property);)*
                    $(writer.further(&self.$further);)?
                })
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private::debug_struct(
                    f,
                    ::core::stringify!($name),
                    &[
                        $((::core::stringify!($field), &self.$field),)*
                        $((::core::stringify!($further), &self.$further),)?
                    ],
                    $crate::object!(@debug_extra $mode self),
                )
            }
        }

        $crate::object!(@validate $mode $name {
            $($field: $property [$($($rule),+)?],)*
        } [$($further [$($($further_rule),+)?])?] [$($($whole),+)?]);
    };

    // All fields are options: they are read into an empty struct.
    (@read [$(needed)* $(nullable $(needed)*)*] $mode:ident $name:ident {
        $($field:ident: $property:literal $flags:tt,)*
    } $constants:tt $($further:ident)?) => {
        const _: () = {
            #[derive(Clone, Copy)]
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(u16)]
            enum Field { $($field,)* Other }

            const FIELDS: &[Field] = &[$(Field::$field),*];

            impl $crate::__private::Object for $name {
                #[inline]
                fn index(name: &str) -> u16 {
                    let field = match name {
                        $($property => Field::$field,)*
                        _ => Field::Other,
                    };
                    field as u16
                }

                #[inline]
                fn rest(&mut self) -> $crate::__private::Rest<'_> {
                    $crate::__private::Rest {
                        extra: $crate::object!(@extra_mut $mode self),
                        further: $crate::object!(@further_mut self $($further)?),
                    }
                }

                #[allow(unused_variables, reason = "an object may have no named property")]
                fn read<'de, A: $crate::serde::de::MapAccess<'de>>(
                    &mut self,
                    index: u16,
                    map: &mut A,
                ) -> ::core::result::Result<::core::option::Option<$crate::Json>, A::Error> {
                    match FIELDS.get(usize::from(index)) {
                        $(Some(Field::$field) => {
                            $crate::object!(@read_field $mode $flags self.$field, map)
                        })*
                        _ => Ok(None),
                    }
                }

                #[inline]
                fn extra(&self) -> ::core::option::Option<&$crate::Extra> {
                    $crate::object!(@extra $mode self)
                }
            }
        };

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::read_object(deserializer)
            }
        }

        impl $crate::__private::Tolerant for $name {
            type Reader = $crate::object!(@reader $mode);
        }
    };

    // Some are not: every field is read into an option first.
    (@read [$($any:ident)+] $mode:ident $name:ident {
        $($field:ident: $property:literal $flags:tt,)*
    } [$($constant:literal = $text:literal),*] $($further:ident)?) => {
        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut map = $crate::__private::Properties::read(deserializer)?;
                $crate::__private::with_room::<Self, _>(|| {
                    $(let $field = $crate::object!(@take $flags map, $property)?;)*
                    $(map.take_constant($constant, $text);)*
                    $(let $further = map.take_further(<Self as $crate::__private::Shape>::NAMES);)?
                    Ok($crate::object!(@build $mode map {
                        $($field: $crate::object!(@field $flags $field, $property),)*
                        $($further,)?
                    }))
                })
            }
        }

        impl $crate::__private::Tolerant for $name {
            type Reader = $crate::__private::WholeReader;
        }
    };

    // A closed object can reject a property, and then is kept as JSON as a whole.
    (@reader closed) => { $crate::__private::WholeReader };
    (@reader $mode:ident) => { $crate::__private::ObjectReader };

    (@required required $property:literal) => { &[$property] };
    (@required needed $property:literal) => { &[$property] };
    (@required nullable $property:literal) => { &[] };

    (@has $further:ident) => { true };

    (@is_open $mode:ident $further:ident) => { true };
    (@is_open open) => { true };
    (@is_open response) => { true };
    (@is_open $mode:ident) => { false };

    (@read_field closed [$(needed)? nullable] $field:expr, $map:ident) => {
        $crate::__private::read_strictly_nullable(&mut $field, $map)
    };
    (@read_field closed [$(needed)?] $field:expr, $map:ident) => {
        $crate::__private::read_strictly(&mut $field, $map)
    };
    (@read_field $mode:ident [$(needed)? nullable] $field:expr, $map:ident) => {
        $crate::__private::read_nullable(&mut $field, $map)
    };
    (@read_field $mode:ident [$(needed)?] $field:expr, $map:ident) => {
        $crate::__private::read(&mut $field, $map)
    };

    (@take [$(required)? $(needed)? nullable] $map:ident, $property:literal) => {
        $map.take_nullable($property)
    };
    (@take [$(required)? $(needed)?] $map:ident, $property:literal) => { $map.take($property) };

    (@field [required $($flag:ident)*] $field:ident, $property:literal) => {
        $crate::__private::require($field, $property)?
    };
    (@field $flags:tt $field:ident, $property:literal) => { $field };

    (@build closed $map:ident { $($fields:tt)* }) => {{
        $map.finish(
            <Self as $crate::__private::Shape>::NAMES,
            <Self as $crate::__private::Shape>::CONSTANTS,
        )?;
        Self { $($fields)* }
    }};
    (@build $mode:ident $map:ident { $($fields:tt)* }) => {
        Self { $($fields)* extra: $map.into_extra() }
    };

    (@debug_extra closed $self:ident) => { None };
    (@debug_extra $mode:ident $self:ident) => { Some(&$self.extra) };

    (@extra closed $self:ident) => { None };
    (@extra $mode:ident $self:ident) => { Some(&$self.extra) };

    (@extra_mut closed $self:ident) => { None };
    (@extra_mut $mode:ident $self:ident) => { Some(&mut $self.extra) };

    (@further_mut $self:ident) => { None };
    (@further_mut $self:ident $further:ident) => { Some(&mut $self.$further) };

    (@write [required $($flag:ident)*] $writer:ident, $value:expr, $property:literal) => {
        $writer.entry($property, &$value)
    };
    (@write $flags:tt $writer:ident, $value:expr, $property:literal) => {
        $writer.optional($property, &$value)
    };

    (@validate response $($any:tt)*) => {};
    (@validate $mode:ident $name:ident {
        $($field:ident: $property:literal [$($rule:expr),*],)*
    } [$($further:ident [$($further_rule:expr),*])?] [$($whole:expr),*]) => {
        impl $crate::Validate for $name {
            #[inline]
            fn validate(&self, rules: &[$crate::Rule], at: &mut $crate::Validator) {
                #[allow(unused_imports, reason = "not every struct has rules")]
                use $crate::Rule::*;
                $crate::__private::Checks {
                    fields: &[$(($property, &self.$field, &[$($rule),*])),*],
                    required: <Self as $crate::__private::Shape>::REQUIRED,
                    constants: <Self as $crate::__private::Shape>::CONSTANTS,
                    further: $crate::object!(@checks $(self.$further, [$($further_rule),*])?),
                    extra: $crate::object!(@extra $mode self),
                    tolerant: $crate::object!(@is_tolerant $mode),
                    rules: &[$($whole),*],
                    json: &|| $crate::Validate::json(self),
                }
                .check(rules, at);
            }

            #[inline]
            fn json(&self) -> ::core::option::Option<$crate::serde_json::Value> {
                $crate::__private::json_of(self)
            }
        }
    };

    (@checks) => { None };
    (@checks $map:expr, [$($rule:expr),*]) => { Some((&$map, &$map, &[$($rule),*])) };

    (@is_tolerant tolerant) => { true };
    (@is_tolerant $mode:ident) => { false };
}
