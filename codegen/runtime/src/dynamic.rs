//! Requests whose type is known at run time only.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::encode::Encoder;
use crate::error::Failure;
use crate::json::Json;
use crate::request::{Action, Request, Spec};

/// A request of any action. A successful response is free-form JSON.
#[derive(Clone)]
pub struct DynamicRequest(Arc<dyn Request>);

impl DynamicRequest {
    /// The request that consists of these parameters.
    ///
    /// # Errors
    ///
    /// If they are not those of `R`.
    pub fn new<R>(parameters: Value) -> Result<Self, Box<Failure>>
    where
        R: Request + DeserializeOwned + 'static,
    {
        serde_json::from_value::<R>(parameters)
            .map(|request| DynamicRequest(Arc::new(request)))
            .map_err(Failure::invalid_parameters)
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
}
