//! The steps of every call: build the HTTP request, send it with retries, decode the response.

use std::borrow::Cow;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::Url;
use tokio::runtime::Handle;

use super::attempt::{Call, CallContext, Reply};
use super::options::{Options, Settings};
use super::shared::{Prepared, Shared};
use crate::body::Payload;
use crate::error::{Failure, RawResponse, StopReason};
use crate::request::{Action, Encoded, Encoder, Request, Spec};
use crate::text::{Body, DecodeError};
use crate::transport::{Response, Transport, coding};

/// What a client shares with its clones: settings and connections.
#[derive(Debug, Clone)]
pub struct Core {
    pub(crate) shared: Arc<Shared>,
    /// Whether the thread for blocking calls drives what is sent.
    #[cfg(feature = "blocking")]
    pub(crate) is_blocking: bool,
}

impl Core {
    pub(crate) fn new(shared: Shared) -> Self {
        Core {
            shared: Arc::new(shared),
            #[cfg(feature = "blocking")]
            is_blocking: false,
        }
    }

    /// The transport of the requests.
    fn transport(&self) -> &dyn Transport {
        #[cfg(feature = "blocking")]
        if self.is_blocking
            && let Some(Ok(background)) = self.shared.background.get()
        {
            return background.transport();
        }
        &*self.shared.transport
    }

    /// Returns the HTTP request for an action's parameters, with all headers; nothing is sent. A
    /// provider's token is included only if it was obtained before.
    ///
    /// # Errors
    ///
    /// If a parameter breaks a rule, a setting is wrong, or the body has a file of a path or a
    /// reader, which is read only when the request is sent.
    pub fn http_request<R: Request + ?Sized>(
        &self,
        request: &R,
        options: &Options,
    ) -> Result<http::Request<Bytes>, Box<Failure>> {
        let spec = request.spec();
        let settings = self.settings(spec, options)?;
        let prepared = self.prepare(&settings, self.encode(request, &settings)?);
        let prepared = prepared.map_err(|failure| failure.of(spec))?;
        let Some(body) = prepared.body.bytes().cloned() else {
            let reason = "the body is streamed and has no bytes to show; \
                          use `Upload::new` for a file in memory";
            return Err(Failure::invalid_parameters(reason).of(spec));
        };
        let mut http_request = http::Request::new(body);
        *http_request.method_mut() = spec.method.clone();
        *http_request.headers_mut() = prepared.headers.into_owned();
        if let Some(token) = settings.tokens.known() {
            let headers = http_request.headers_mut();
            headers.insert(AUTHORIZATION, token.header());
        }
        let uri = prepared.url.as_str().parse();
        *http_request.uri_mut() =
            uri.map_err(|error| Failure::invalid_parameters(error).of(spec))?;
        Ok(http_request)
    }

    /// Sends a request and decodes the response.
    ///
    /// # Errors
    ///
    /// See [`Error`](crate::Error).
    pub async fn send<R: Action, E: From<Box<Failure>>>(
        &self,
        request: &R,
        options: &Options,
    ) -> Result<Response<R::Output>, E> {
        self.whole(request, options).await?.decode::<R, E>(self)
    }

    /// Sends a request and reads the whole of a successful response.
    ///
    /// This large future is the same for every request. It is boxed so that it is neither compiled
    /// for each request type nor a part of their futures.
    pub(crate) fn whole<'a>(
        &'a self,
        request: &'a dyn Request,
        options: &'a Options,
    ) -> Pin<Box<dyn Future<Output = Result<Undecoded, Box<Failure>>> + Send + 'a>> {
        Box::pin(async move {
            let spec = request.spec();
            if spec.streams {
                let reason = "the response is a stream of events; use `events`";
                return Err(Failure::invalid_parameters(reason).of(spec));
            }
            let settings = self.settings(spec, options)?;
            let encoded = self.encode(request, &settings)?;
            let mut call = self.call(spec, &settings, encoded)?;
            match call.run().await? {
                (Reply::Whole(raw), context) => Ok(Undecoded { raw, context }),
                // Only requested streams are left open.
                (Reply::Open(_), context) => Err(context.annotate(
                    &self.shared,
                    Failure::invalid_parameters("the response is a stream"),
                    StopReason::Unsafe,
                )),
            }
        })
    }

    /// Requests an event stream, from after the event with an id unless that is empty. Returns the
    /// stream and the maximum bytes of an event, or `None` after a 204 No Content response.
    pub(crate) async fn open<R: Request>(
        &self,
        request: &R,
        options: &Options,
        last_event_id: &str,
    ) -> Result<Option<(reqwest::Response, u64)>, Box<Failure>> {
        let spec = request.spec();
        if !spec.streams {
            let reason = "the response is not a stream of events; use `send`";
            return Err(Failure::invalid_parameters(reason).of(spec));
        }
        let settings = self.settings(spec, options)?;
        let mut encoded = self.encode(request, &settings)?;
        if !last_event_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(last_event_id.as_bytes())
        {
            encoded.headers.insert(LAST_EVENT_ID, id);
        }
        match self.call(spec, &settings, encoded)?.run().await? {
            (Reply::Open(response), _) if response.status() == StatusCode::NO_CONTENT => Ok(None),
            (Reply::Open(response), _) => Ok(Some((*response, settings.max_response_size))),
            (Reply::Whole(raw), context) => {
                Err(context.annotate(&self.shared, Failure::status(raw), StopReason::Unsafe))
            }
        }
    }

    /// A request that is ready to be sent.
    fn call<'a>(
        &'a self,
        spec: &'static Spec,
        settings: &'a Settings,
        encoded: Encoded,
    ) -> Result<Call<'a>, Box<Failure>> {
        if Handle::try_current().is_err() {
            let problem = "tokio: async calls need a Tokio runtime; use the feature \
                           `blocking` in programs without one";
            return Err(Failure::config(vec![problem.to_owned()]).of(spec));
        }
        match self.prepare(settings, encoded) {
            Ok(prepared) => {
                let shared = &*self.shared;
                Ok(Call::new(
                    shared,
                    self.transport(),
                    spec,
                    settings,
                    prepared,
                ))
            }
            Err(failure) => Err(failure.of(spec)),
        }
    }

    /// The settings of a request with these options.
    pub(crate) fn settings(
        &self,
        spec: &'static Spec,
        options: &Options,
    ) -> Result<Cow<'_, Settings>, Box<Failure>> {
        if options.is_empty() {
            return Ok(Cow::Borrowed(&self.shared.settings));
        }
        let mut problems = Vec::new();
        let settings = options.over(&self.shared.settings, &mut problems);
        if problems.is_empty() {
            return Ok(Cow::Owned(settings));
        }
        Err(Failure::config(problems).of(spec))
    }

    fn encode<R: Request + ?Sized>(
        &self,
        request: &R,
        settings: &Settings,
    ) -> Result<Encoded, Box<Failure>> {
        let spec = request.spec();
        let globals = self.shared.globals.clone();
        let mut encoder = Encoder::of(spec, &settings.base_url, globals);
        request.encode(&mut encoder);
        let encoded = encoder.finish().map_err(Failure::invalid_request);
        encoded.map_err(|failure| failure.of(spec))
    }

    fn prepare<'a>(
        &self,
        settings: &'a Settings,
        encoded: Encoded,
    ) -> Result<Prepared<'a>, Box<Failure>> {
        let mut headers = Cow::Borrowed(&settings.headers);
        let body = match encoded.body {
            None => Payload::default(),
            Some(content) => {
                let content_type = HeaderValue::from_str(&content.content_type);
                let content_type = content_type.map_err(Failure::invalid_parameters)?;
                headers.to_mut().insert(CONTENT_TYPE, content_type);
                content.payload
            }
        };
        if !encoded.headers.is_empty() {
            headers.to_mut().extend(encoded.headers);
        }
        let url = Url::parse(&encoded.target).map_err(Failure::invalid_parameters)?;
        let length = url.as_str().len();
        if length > LONGEST_URL {
            let reason =
                format!("the URL has {length} bytes, more than the {LONGEST_URL} that can be sent");
            return Err(Failure::invalid_parameters(reason));
        }
        Ok(Prepared { url, headers, body })
    }
}

/// A successful response that is not decoded, and the summary of its call.
pub(crate) struct Undecoded {
    raw: Box<RawResponse>,
    context: Box<CallContext>,
}

impl Undecoded {
    /// The bytes of the body.
    pub fn bytes(&self) -> &Bytes {
        &self.raw.body
    }

    pub fn decode<R: Action, E: From<Box<Failure>>>(
        self,
        core: &Core,
    ) -> Result<Response<R::Output>, E> {
        match R::read(self.raw.status, Body::new(&self.raw.body)) {
            Ok(body) => {
                let RawResponse {
                    status, headers, ..
                } = *self.raw;
                Ok(Response::new(status, headers, body, self.context.tokens))
            }
            Err(error) => Err(self.failure(core, error).into()),
        }
    }

    #[cold]
    fn failure(self, core: &Core, mut error: DecodeError) -> Box<Failure> {
        if let Some(coding) = coding::unknown(&self.raw.headers) {
            let coding = coding.escape_debug();
            error = DecodeError {
                message: format!("unsupported content coding `{coding}`"),
                path: String::new(),
                excerpt: String::new(),
            };
        }
        self.context.annotate(
            &core.shared,
            Failure::decode(error, self.raw),
            StopReason::Unsafe,
        )
    }
}

/// The most bytes of a URL that `http` takes.
const LONGEST_URL: usize = u16::MAX as usize - 1;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
