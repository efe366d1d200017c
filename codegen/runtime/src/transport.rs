//! What every call of a client goes through: making the HTTP request, sending it, reading the
//! response.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use tokio::time::timeout;

use crate::client::authorization;
use crate::decode::Body;
use crate::encode::{Encoded, Encoder};
use crate::error::{Failure, Raw};
use crate::request::{Action, Request, Spec};
use crate::response::Response;
use crate::secret::Secret;

/// What a client shares with its clones: settings and connections.
#[derive(Debug, Clone)]
pub struct Core(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub base_url: String,
    pub headers: HeaderMap,
    pub access_token: Option<Secret>,
    pub max_response_size: u64,
    pub timeout: Duration,
    pub http: reqwest::Client,
}

/// What one request sets otherwise than its client.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How long the request may take; of an event stream, how long its beginning may take.
    pub timeout: Option<Duration>,
}

impl Core {
    /// The HTTP request for an action's parameters, with every header; nothing is sent.
    ///
    /// # Errors
    ///
    /// Every parameter that breaks a rule.
    pub fn http_request<R: Request + ?Sized>(
        &self,
        request: &R,
    ) -> Result<http::Request<Bytes>, Box<Failure>> {
        let spec = request.spec();
        let mut encoder = Encoder::of(spec);
        request.encode(&mut encoder);
        let encoded = encoder.finish().map_err(Failure::invalid_request);
        let encoded = encoded.map_err(|failure| failure.of(spec))?;
        self.assemble(spec.method.clone(), encoded)
            .map_err(|failure| failure.of(spec))
    }

    fn assemble(
        &self,
        method: http::Method,
        encoded: Encoded,
    ) -> Result<http::Request<Bytes>, Box<Failure>> {
        let mut headers = self.0.headers.clone();
        if let Some(content) = &encoded.body {
            let content_type = HeaderValue::from_str(&content.content_type);
            headers.insert(
                CONTENT_TYPE,
                content_type.map_err(Failure::invalid_parameters)?,
            );
        }
        if let Some(authorization) = self.0.access_token.as_ref().and_then(authorization) {
            headers.insert(AUTHORIZATION, authorization);
        }
        headers.extend(encoded.headers);
        let mut request = http::Request::new(
            encoded
                .body
                .map(|content| content.bytes)
                .unwrap_or_default(),
        );
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        *request.uri_mut() = format!("{}{}", self.0.base_url, encoded.target)
            .parse()
            .map_err(Failure::invalid_parameters)?;
        Ok(request)
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
        let spec = request.spec();
        if spec.streams {
            let reason = "its response is a stream, and read as such only";
            return Err(Failure::invalid_parameters(reason).of(spec));
        }
        let http_request = self.http_request(request)?;
        self.exchange(http_request, options)
            .await
            .and_then(|raw| match R::read(raw.status, Body::new(&raw.body)) {
                Ok(body) => Ok(Response::new(raw.status, raw.headers, body)),
                Err(error) => Err(Failure::decode(error, raw)),
            })
            .map_err(|failure| self.told(failure, spec))
    }

    /// A failure with what its message tells of the request, and hides.
    pub(crate) fn told(&self, failure: Box<Failure>, spec: &'static Spec) -> Box<Failure> {
        failure.of(spec).hiding(self.0.access_token.as_ref())
    }

    /// The most bytes of a body, or of an event.
    pub(crate) fn max_response_size(&self) -> u64 {
        self.0.max_response_size
    }

    /// Asks for an event stream behind the event with an id, if that is not empty. There is no
    /// stream if the server says that there are no events.
    pub(crate) async fn open<R: Request>(
        &self,
        request: &R,
        options: &Options,
        last_event_id: &str,
    ) -> Result<Option<reqwest::Response>, Box<Failure>> {
        let spec = request.spec();
        if !spec.streams {
            let reason = "its response is not a stream of events";
            return Err(Failure::invalid_parameters(reason).of(spec));
        }
        let mut http_request = self.http_request(request)?;
        if !last_event_id.is_empty()
            && let Ok(id) = HeaderValue::from_bytes(last_event_id.as_bytes())
        {
            http_request.headers_mut().insert(LAST_EVENT_ID, id);
        }
        let opened = self.begin(http_request, options).await;
        opened.map_err(|failure| self.told(failure, spec))
    }

    /// Sends an HTTP request for an event stream and reads the head of the response, or the whole
    /// of one that is no event stream.
    async fn begin(
        &self,
        request: http::Request<Bytes>,
        options: &Options,
    ) -> Result<Option<reqwest::Response>, Box<Failure>> {
        let mut request = reqwest::Request::try_from(request).map_err(Failure::transport)?;
        // Only the beginning has to be there in time.
        *request.timeout_mut() = Some(Duration::MAX);
        let limit = options.timeout.unwrap_or(self.0.timeout);
        let response = timeout(limit, self.0.http.execute(request)).await;
        let response = response
            .map_err(|_| Failure::timeout())?
            .map_err(Failure::transport)?;
        match response.status() {
            StatusCode::NO_CONTENT => return Ok(None),
            StatusCode::OK if is_event_stream(response.headers()) => return Ok(Some(response)),
            _ => {}
        }
        match self.receive(response, Some(limit)).await {
            (raw, _) if raw.status == StatusCode::OK => Err(Failure::not_events(raw)),
            (raw, Some(unread)) => Err(self.unread(unread, raw)),
            (raw, None) => Err(Failure::status(raw)),
        }
    }

    /// Sends an HTTP request and reads the whole of a successful response.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        options: &Options,
    ) -> Result<Raw, Box<Failure>> {
        let mut request = reqwest::Request::try_from(request).map_err(Failure::transport)?;
        *request.timeout_mut() = Some(options.timeout.unwrap_or(self.0.timeout));
        let response = self.0.http.execute(request).await;
        match self
            .receive(response.map_err(Failure::transport)?, None)
            .await
        {
            (raw, Some(unread)) => Err(self.unread(unread, raw)),
            (raw, None) if raw.status.is_success() => Ok(raw),
            (raw, None) => Err(Failure::status(raw)),
        }
    }

    /// Reads a response as far as it comes, in a time that the request itself does not limit.
    async fn receive(
        &self,
        mut response: reqwest::Response,
        limit: Option<Duration>,
    ) -> (Raw, Option<Unread>) {
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        let reading = self.read(response, &mut body);
        let read = match limit {
            Some(limit) => timeout(limit, reading).await.unwrap_or(Err(Unread::Late)),
            None => reading.await,
        };
        let raw = Raw {
            status,
            headers,
            body: body.freeze(),
        };
        (raw, read.err())
    }

    /// Reads a body as far as it comes, up to the size limit.
    async fn read(
        &self,
        mut response: reqwest::Response,
        body: &mut BytesMut,
    ) -> Result<(), Unread> {
        while let Some(chunk) = response.chunk().await.map_err(Unread::Broken)? {
            let left = self.0.max_response_size - body.len() as u64;
            if chunk.len() as u64 > left {
                // Not more than the chunk's length, so the cast is lossless.
                body.extend_from_slice(&chunk[..left as usize]);
                return Err(Unread::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    }

    fn unread(&self, unread: Unread, raw: Raw) -> Box<Failure> {
        match unread {
            Unread::Broken(error) => Failure::transport(error).with_response(raw),
            Unread::Late => Failure::timeout().with_response(raw),
            Unread::TooLarge => Failure::too_large(self.0.max_response_size, raw),
        }
    }
}

/// Why the rest of a body is missing.
enum Unread {
    Broken(reqwest::Error),
    Late,
    TooLarge,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

fn is_event_stream(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("text/event-stream"))
}
