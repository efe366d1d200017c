//! What every call of a client goes through: making the HTTP request, sending it as often as it
//! takes, decoding the response.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use reqwest::Url;
use serde_json::{Map, Value};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::attempt::{Reply, Story};
use crate::clock::Clock;
#[cfg(feature = "blocking")]
use crate::connect::Connect;
use crate::decode::Body;
use crate::encode::{Encoded, Encoder};
use crate::failure::{Failure, Raw};
use crate::observe::Observer;
use crate::options::{Options, Settings};
use crate::payload::Payload;
use crate::request::{Action, Request, Spec};
use crate::response::Response;
use crate::retry::Budget;
use crate::transport::Transport;

/// What a client shares with its clones: settings and connections.
#[derive(Debug, Clone)]
pub struct Core {
    pub(crate) shared: Arc<Shared>,
    pub(crate) transport: Arc<dyn Transport>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub settings: Arc<Settings>,
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
    pub background: std::sync::OnceLock<Result<crate::blocking::Background, String>>,
}

/// An HTTP request but for its token, which each attempt adds.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub url: Url,
    pub headers: Cow<'a, HeaderMap>,
    pub body: Payload,
}

impl Core {
    /// The HTTP request for an action's parameters, with every header; nothing is sent. A token
    /// that a provider makes is in it only if the provider was asked before.
    ///
    /// # Errors
    ///
    /// Every parameter that breaks a rule, every setting that is wrong; and a file of a path or a
    /// reader, since nothing is read before the request is sent.
    pub fn http_request<R: Request + ?Sized>(
        &self,
        request: &R,
        options: &Options,
    ) -> Result<http::Request<Bytes>, Box<Failure>> {
        let spec = request.spec();
        let settings = self.settings(spec, options)?;
        let prepared = self.prepare(&settings, self.encode(request)?);
        let prepared = prepared.map_err(|failure| failure.of(spec))?;
        let Some(body) = prepared.body.bytes().cloned() else {
            let reason = "its body is read while it is sent, so that there are no bytes to show; \
                          `Upload::new` takes a file that is in memory";
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
    /// Whatever [`Error`](crate::Error) tells.
    pub async fn send<R: Action>(
        &self,
        request: &R,
        options: &Options,
    ) -> Result<Response<R::Output>, Box<Failure>> {
        let (raw, story) = self.whole(request, options).await?;
        decoded::<R>(raw, &story).map(|(response, _)| response)
    }

    /// Sends a request, decodes the response, and keeps its bytes.
    pub(crate) async fn send_raw<R: Action>(
        &self,
        request: &R,
        options: &Options,
    ) -> Result<(Response<R::Output>, Bytes), Box<Failure>> {
        let (raw, story) = self.whole(request, options).await?;
        decoded::<R>(raw, &story)
    }

    /// Sends a request and reads the whole of a successful response.
    async fn whole(
        &self,
        request: &dyn Request,
        options: &Options,
    ) -> Result<(Raw, Story), Box<Failure>> {
        let spec = request.spec();
        if spec.streams {
            let reason = "its response is a stream, and read as such only";
            return Err(Failure::invalid_parameters(reason).of(spec));
        }
        let encoded = self.encode(request)?;
        match self.call(spec, encoded, options).await? {
            (Reply::Whole(raw), story) => Ok((raw, story)),
            // Only what was asked for as a stream is left open.
            (Reply::Open(_), story) => Err(story.told(Failure::invalid_parameters("it streams"))),
        }
    }

    /// Asks for an event stream behind the event with an id, if that is not empty; with the stream
    /// comes the most bytes of one event. There is no stream if the server says that there are no
    /// events.
    pub(crate) async fn open<R: Request>(
        &self,
        request: &R,
        options: &Options,
        last_event_id: &str,
    ) -> Result<Option<(reqwest::Response, u64)>, Box<Failure>> {
        let spec = request.spec();
        if !spec.streams {
            let reason = "its response is not a stream of events";
            return Err(Failure::invalid_parameters(reason).of(spec));
        }
        let limit = self.settings(spec, options)?.max_response_size;
        let mut encoded = self.encode(request)?;
        if !last_event_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(last_event_id.as_bytes())
        {
            encoded.headers.insert(LAST_EVENT_ID, id);
        }
        match self.call(spec, encoded, options).await? {
            (Reply::Open(response), _) if response.status() == StatusCode::NO_CONTENT => Ok(None),
            (Reply::Open(response), _) => Ok(Some((response, limit))),
            (Reply::Whole(raw), story) => Err(story.told(Failure::status(raw))),
        }
    }

    /// Sends a request as often as it takes.
    async fn call(
        &self,
        spec: &'static Spec,
        encoded: Encoded,
        options: &Options,
    ) -> Result<(Reply, Story), Box<Failure>> {
        if Handle::try_current().is_err() {
            let problem = "tokio: what is `async` here needs a Tokio runtime around it; the feature \
                           `blocking` is for programs without one";
            return Err(Failure::config(vec![problem.to_owned()]).of(spec));
        }
        let settings = self.settings(spec, options)?;
        let prepared = self.prepare(&settings, encoded);
        let prepared = prepared.map_err(|failure| failure.of(spec))?;
        self.attempts(spec, &settings, &prepared).await
    }

    /// What is true of a request with these options.
    pub(crate) fn settings(
        &self,
        spec: &'static Spec,
        options: &Options,
    ) -> Result<Arc<Settings>, Box<Failure>> {
        if options.is_empty() {
            return Ok(Arc::clone(&self.shared.settings));
        }
        let mut problems = Vec::new();
        let settings = options.over(&self.shared.settings, &mut problems);
        if problems.is_empty() {
            return Ok(Arc::new(settings));
        }
        Err(Failure::config(problems).of(spec))
    }

    fn encode<R: Request + ?Sized>(&self, request: &R) -> Result<Encoded, Box<Failure>> {
        let spec = request.spec();
        let mut encoder = Encoder::of(spec, self.shared.globals.clone());
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
        let url = settings.url(&encoded.target);
        let url = url.map_err(Failure::invalid_parameters)?;
        let length = url.as_str().len();
        if length > LONGEST_URL {
            let reason = format!("its URL, of {length} bytes, can't be sent: {LONGEST_URL} can");
            return Err(Failure::invalid_parameters(reason));
        }
        Ok(Prepared { url, headers, body })
    }
}

/// Decodes a successful response, and keeps its bytes.
fn decoded<R: Action>(
    raw: Raw,
    story: &Story,
) -> Result<(Response<R::Output>, Bytes), Box<Failure>> {
    match R::read(raw.status, Body::new(&raw.body)) {
        Ok(body) => Ok((Response::new(raw.status, raw.headers, body), raw.body)),
        Err(error) => {
            // What the error quotes of the body may be cut in the midst of a token.
            let redacted = R::read(raw.status, Body::new(&story.redacted(&raw.body)));
            let error = redacted.err().unwrap_or(error);
            Err(story.told(Failure::decode(error, raw)))
        }
    }
}

/// The most bytes of a URL that `http` takes.
const LONGEST_URL: usize = u16::MAX as usize - 1;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
