//! What a client's calls share, and HTTP requests that are ready to be sent.

use std::borrow::Cow;
use std::sync::Arc;
#[cfg(feature = "blocking")]
use std::sync::OnceLock;

use http::HeaderMap;
use reqwest::Url;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

#[cfg(feature = "blocking")]
use super::background::Background;
#[cfg(feature = "blocking")]
use super::connect::Connect;
use super::options::Settings;
use crate::body::Payload;
use crate::observe::Observer;
use crate::transport::{Budget, Clock, Transport};

/// What a client's calls share: settings, connections, limits and observer.
#[derive(Debug)]
pub(crate) struct Shared {
    pub settings: Settings,
    pub transport: Arc<dyn Transport>,
    /// Whether the transport adds the headers of the settings, and the token, to each request.
    pub is_carrying: bool,
    /// Parameters for every action that takes them, by name.
    pub globals: Option<Arc<Map<String, Value>>>,
    /// How to make another transport, for calls that block.
    #[cfg(feature = "blocking")]
    pub connect: Connect,
    pub budget: Budget,
    pub limit: Option<Semaphore>,
    pub observer: Option<Arc<dyn Observer>>,
    pub clock: Arc<dyn Clock>,
    #[cfg(feature = "blocking")]
    pub background: OnceLock<Result<Background, String>>,
}

/// An HTTP request without its token, which each attempt adds.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub url: Url,
    pub headers: Cow<'a, HeaderMap>,
    pub body: Payload,
}

impl Shared {
    /// Whether the transport adds these headers, and the token: they are exactly the client's
    /// headers.
    pub fn carries(&self, headers: &HeaderMap) -> bool {
        self.is_carrying && std::ptr::eq(headers, &self.settings.headers)
    }
}
