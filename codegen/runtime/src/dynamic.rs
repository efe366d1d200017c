//! Requests whose type is only known at run time.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Failure;
use crate::events::{EventStream, ServerSentEvent};
use crate::request::{Action, Encoder, Request, Spec};
use crate::text::{Body, DecodeError};
use crate::value::Json;

/// Defines `ACTIONS` and `request`, which cover all requests of an API by action name.
///
/// Actions behind a feature are grouped in braces after its name.
#[macro_export]
macro_rules! actions {
    ($($feature:literal { $($name:literal => $request:ty,)* })*) => {
        $crate::actions!(@define [$($([#[cfg(feature = $feature)]] $name => $request,)*)*]);
    };
    ($($name:literal => $request:ty,)*) => {
        $crate::actions!(@define [$([] $name => $request,)*]);
    };
    (@define [$([$($cfg:tt)*] $name:literal => $request:ty,)*]) => {
        /// The names of all actions.
        pub const ACTIONS: &[&str] = &[$($($cfg)* $name,)*];

        /// Creates a request of the action called `name`, to be sent with `Client::call`.
        ///
        /// # Errors
        ///
        /// If the action does not exist, or the parameters are not valid for it.
        pub fn request(
            name: &str,
            parameters: $crate::serde_json::Value,
        ) -> ::core::result::Result<Request, Error> {
            Ok(match name {
                $($($cfg)* $name => Request::new::<$request>(parameters)?,)*
                _ => return Err($crate::Failure::unknown_action(name, ACTIONS).into()),
            })
        }
    };
}

/// A request of any action. A successful response is free-form JSON, or a stream of undecoded
/// events.
#[derive(Clone)]
pub struct DynamicRequest(Arc<dyn Request>);

impl DynamicRequest {
    /// Creates a request from parameters.
    ///
    /// # Errors
    ///
    /// If the parameters are not those of `R`.
    pub fn new<R>(parameters: Value) -> Result<Self, Box<Failure>>
    where
        R: Request + DeserializeOwned + 'static,
    {
        serde_json::from_value::<R>(parameters)
            .map(|request| DynamicRequest(Arc::new(request)))
            .map_err(Failure::invalid_parameters)
    }

    /// Whether a successful response is a stream of events, for `events`, and not a body, for
    /// `send`.
    pub fn is_event_stream(&self) -> bool {
        self.spec().streams
    }
}

impl fmt::Debug for DynamicRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DynamicRequest")
            .field(&self.spec().name)
            .finish()
    }
}

impl Request for DynamicRequest {
    fn spec(&self) -> &'static Spec {
        self.0.spec()
    }

    fn encode(&self, encoder: &mut Encoder) {
        self.0.encode(encoder);
    }
}

impl Action for DynamicRequest {
    type Output = Json;

    fn read(_status: StatusCode, body: Body<'_>) -> Result<Json, DecodeError> {
        body.json()
    }
}

impl EventStream for DynamicRequest {
    type Event = ServerSentEvent;
}
