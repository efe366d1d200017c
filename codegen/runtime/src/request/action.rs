//! Actions: their fixed facts, requests and responses.

use http::StatusCode;

use super::encode::Encoder;
use crate::text::{Body, DecodeError};

/// The fixed facts of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The resource and the action, e.g. `instanceAuditLogs.get`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: http::Method,
    /// The path template, e.g. `/instance/{instanceId}/audit-logs`.
    pub path: &'static str,
    /// Whether a successful response is an event stream.
    pub streams: bool,
}

/// The parameters of an action, ready to become an HTTP request.
pub trait Request: Send + Sync {
    /// The action that the parameters are for.
    fn spec(&self) -> &'static Spec;

    /// Encodes every parameter into an HTTP request.
    fn encode(&self, encoder: &mut Encoder);
}

/// A request whose successful response has a known type.
pub trait Action: Request {
    /// The type of a successful response.
    type Output: Send + 'static;

    /// Reads a successful response, whose status is from 200 to 299.
    ///
    /// # Errors
    ///
    /// If the body is not the JSON that the API describes for the status.
    fn read(status: StatusCode, body: Body<'_>) -> Result<Self::Output, DecodeError>;
}

/// Implements [`Request`], and [`Action`] or [`EventStream`](crate::EventStream), for a struct of
/// [`parameters!`](crate::parameters!), from the action's name, method, path template and
/// successful responses.
///
/// | after the arrow | a successful response |
/// |---|---|
/// | `types::Device` | has a body of this type; `Option<types::Device>` reads an empty body as `None` |
/// | `()` | has no body, or one that is ignored |
/// | `Outcome { 200 Done(types::Device), 204 Gone }` | is a variant for each status; a variant without a type ignores the body, and any other status becomes `Outcome::Other(Json)` |
/// | `events ThingEvent` | is a stream of `ThingEvent`s; the struct implements [`EventStream`](crate::EventStream) instead of [`Action`] |
///
/// ```
/// use client_runtime::{Action, Body, Json, http::StatusCode};
///
/// #[derive(Debug, Clone, PartialEq)]
/// pub struct Import {
///     pub name: Option<String>,
/// }
///
/// client_runtime::parameters!(Import {
///     query name: "name",
/// });
///
/// #[derive(Clone, PartialEq)]
/// pub enum ImportOutcome {
///     Ok(Vec<String>),
///     Accepted(u64),
///     NoContent,
///     Other(Json),
/// }
///
/// client_runtime::action!(Import = "things.import" {
///     POST "/things" -> ImportOutcome { 200 Ok(Vec<String>), 202 Accepted(u64), 204 NoContent }
/// });
///
/// let outcome = Import::read(StatusCode::ACCEPTED, Body::new(b"7"))?;
/// assert_eq!(outcome, ImportOutcome::Accepted(7));
/// # Ok::<(), client_runtime::DecodeError>(())
/// ```
#[macro_export]
macro_rules! action {
    ($request:ident = $name:literal {
        $method:ident $path:literal -> events $event:ident $(:: $more:ident)*
    }) => {
        $crate::action!(@request $request $name $method $path true);

        impl $crate::EventStream for $request {
            type Event = $event $(:: $more)*;
        }
    };

    ($request:ident = $name:literal { $method:ident $path:literal -> () }) => {
        $crate::action!(@request $request $name $method $path false);

        impl $crate::Action for $request {
            type Output = ();

            #[inline]
            fn read(
                _status: $crate::http::StatusCode,
                _body: $crate::Body<'_>,
            ) -> ::core::result::Result<(), $crate::DecodeError> {
                ::core::result::Result::Ok(())
            }
        }
    };

    ($request:ident = $name:literal {
        $method:ident $path:literal -> $outcome:ident {
            $($status:literal $variant:ident $(($body:ty))?),+ $(,)?
        }
    }) => {
        $crate::action!(@request $request $name $method $path false);

        impl ::core::fmt::Debug for $outcome {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let (name, content): (_, ::core::option::Option<&dyn ::core::fmt::Debug>) =
                    match self {
                        $($crate::action!(@pattern value $variant $($body)?) => (
                            ::core::stringify!($variant),
                            $crate::action!(@content value $($body)?),
                        ),)+
                        Self::Other(json) => ("Other", Some(json)),
                    };
                $crate::__private::debug_variant(f, name, content)
            }
        }

        impl $crate::Action for $request {
            type Output = $outcome;

            #[inline]
            fn read(
                status: $crate::http::StatusCode,
                body: $crate::Body<'_>,
            ) -> ::core::result::Result<$outcome, $crate::DecodeError> {
                ::core::result::Result::Ok(match status.as_u16() {
                    $($status => $outcome::$variant $((body.json::<$body>()?))?,)+
                    _ => $outcome::Other(body.json()?),
                })
            }
        }
    };

    ($request:ident = $name:literal { $method:ident $path:literal -> $output:ty }) => {
        $crate::action!(@request $request $name $method $path false);

        impl $crate::Action for $request {
            type Output = $output;

            #[inline]
            fn read(
                _status: $crate::http::StatusCode,
                body: $crate::Body<'_>,
            ) -> ::core::result::Result<$output, $crate::DecodeError> {
                body.json()
            }
        }
    };

    (@pattern $value:ident $variant:ident $body:ty) => { Self::$variant($value) };
    (@pattern $value:ident $variant:ident) => { Self::$variant };
    (@content $value:ident $body:ty) => { Some($value) };
    (@content $value:ident) => { None };

    (@request $request:ident $name:literal $method:ident $path:literal $streams:literal) => {
        impl $crate::Request for $request {
            fn spec(&self) -> &'static $crate::Spec {
                const SPEC: &$crate::Spec = &$crate::Spec {
                    name: $name,
                    method: $crate::http::Method::$method,
                    path: $path,
                    streams: $streams,
                };
                SPEC
            }

            #[inline]
            fn encode(&self, encoder: &mut $crate::Encoder) {
                $crate::Parameters::encode(self, encoder);
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Json;

    #[derive(Clone, PartialEq)]
    enum Outcome {
        Ok(Vec<u8>),
        NoContent,
        Other(Json),
    }

    macro_rules! requests {
        ($($name:ident)+) => {$(
            #[derive(Debug)]
            struct $name {}
            crate::parameters!($name {});
        )+};
    }

    requests!(Import Delete Find List);
    crate::action!(Import = "a.import" { POST "/" -> Outcome { 200 Ok(Vec<u8>), 204 NoContent, } });
    crate::action!(Delete = "a.delete" { DELETE "/" -> () });
    crate::action!(Find = "a.find" { GET "/" -> Option<Vec<u8>> });
    crate::action!(List = "a.list" { GET "/" -> std::vec::Vec<u8> });

    fn read<A: Action>(status: u16, body: &str) -> Result<A::Output, DecodeError> {
        A::read(
            StatusCode::from_u16(status).unwrap(),
            Body::new(body.as_bytes()),
        )
    }

    #[test]
    fn the_status_decides_between_outcomes() {
        assert_eq!(read::<Import>(200, "[1]"), Ok(Outcome::Ok(vec![1])));
        assert_eq!(read::<Import>(204, ""), Ok(Outcome::NoContent));
        assert_eq!(read::<Import>(204, "what?"), Ok(Outcome::NoContent));
    }

    #[test]
    fn a_success_that_nothing_was_said_of_is_kept_as_json() {
        assert_eq!(
            read::<Import>(202, "").unwrap(),
            Outcome::Other(Json::null())
        );
        let Ok(Outcome::Other(json)) = read::<Import>(201, r#"{"id": 1}"#) else {
            panic!("expected another outcome");
        };
        assert_eq!(json.get(), r#"{"id": 1}"#);
    }

    #[test]
    fn a_body_of_another_kind_than_its_status_has_is_refused_with_its_place() {
        assert_eq!(read::<Import>(200, r#"[1, "x"]"#).unwrap_err().path, "[1]");
        assert_eq!(
            read::<Import>(200, "").unwrap_err().message,
            "the body is empty"
        );
        assert!(read::<Import>(201, "no JSON").is_err());
    }

    #[test]
    fn an_action_without_a_type_takes_any_body() {
        for body in ["", "{}", "OK", "\0"] {
            assert_eq!(read::<Delete>(200, body), Ok(()));
        }
    }

    #[test]
    fn any_success_has_the_one_type_that_is_described() {
        assert_eq!(read::<List>(206, "[1]"), Ok(vec![1]));
        assert!(read::<List>(200, "").is_err());
        assert_eq!(read::<Find>(200, "[1]"), Ok(Some(vec![1])));
        assert_eq!(read::<Find>(204, ""), Ok(None));
    }
}
