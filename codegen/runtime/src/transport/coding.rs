//! Content codings of responses: the client asks for gzip and decodes it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};
use http_body::{Body as _, Frame};
use reqwest::{Body, Response};

use super::gunzip::{Gunzip, GzipError};
use super::token::BoxError;

/// The maximum number of codings to decode: each takes some memory.
const MOST: usize = 4;

/// The maximum number of pieces to inflate or read before yielding to other futures, such as
/// timeouts. A body that arrives faster than it is inflated would keep the thread busy to its end.
const TURN: usize = 16;

/// Asks for gzip, unless the request sets `Accept-Encoding`.
pub(crate) fn ask(headers: &mut HeaderMap) {
    let asked = headers.entry(ACCEPT_ENCODING);
    asked.or_insert(HeaderValue::from_static("gzip"));
}

/// Decodes the body of a response while it is read, if its codings are known, and removes the
/// headers about the coded body. Otherwise the response is unchanged.
pub(crate) fn decoded(response: Response) -> Response {
    if !response.headers().contains_key(CONTENT_ENCODING) {
        return response;
    }
    let Some(times) = gzips(response.headers()) else {
        return response;
    };
    let (mut parts, mut body) = http::Response::<Body>::from(response).into_parts();
    parts.headers.remove(CONTENT_ENCODING);
    if times > 0 {
        parts.headers.remove(CONTENT_LENGTH);
    }
    for _ in 0..times {
        body = Body::wrap(Inflated::new(body));
    }
    http::Response::from_parts(parts, body).into()
}

/// The content codings that are not decoded; `None` if there are none.
pub(crate) fn unknown(headers: &HeaderMap) -> Option<String> {
    headers.contains_key(CONTENT_ENCODING).then(|| {
        let values = headers.get_all(CONTENT_ENCODING).iter();
        let values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
        values.collect::<Vec<_>>().join(", ")
    })
}

/// How many times a body is coded with gzip; `None` if it has any other coding.
fn gzips(headers: &HeaderMap) -> Option<usize> {
    let mut times = 0;
    for value in headers.get_all(CONTENT_ENCODING) {
        for coding in value.to_str().ok()?.split(',') {
            // RFC 9110, 8.4.1: case-insensitive, and `x-gzip` is another name for it.
            match coding.trim().to_ascii_lowercase().as_str() {
                "" | "identity" => {}
                "gzip" | "x-gzip" => times += 1,
                _ => return None,
            }
        }
    }
    Some(times).filter(|times| *times <= MOST)
}

/// A body that is inflated while it is read.
struct Inflated {
    body: Body,
    gunzip: Gunzip,
    /// Received bytes that are not inflated yet.
    chunk: Bytes,
    /// The number of pieces since the last yield.
    pieces: usize,
    is_done: bool,
}

impl Inflated {
    fn new(body: Body) -> Self {
        Inflated {
            body,
            gunzip: Gunzip::new(),
            chunk: Bytes::new(),
            pieces: 0,
            is_done: false,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            if self.pieces == TURN {
                self.pieces = 0;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.pieces += 1;
            match self.gunzip.next(&mut self.chunk) {
                Ok(Some(piece)) if piece.is_empty() => continue,
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            }
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(frame) => frame?,
                None => {
                    let end = self.gunzip.finish().map_err(GzipError::into);
                    return Poll::Ready(end.err().map(Err));
                }
            };
            match frame.into_data() {
                Ok(data) => self.chunk = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
    }
}

impl http_body::Body for Inflated {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.is_done {
            return Poll::Ready(None);
        }
        let frame = ready!(self.poll(cx));
        self.is_done = !matches!(frame, Some(Ok(_)));
        Poll::Ready(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(values: &[&'static str]) -> Option<usize> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(value));
        }
        gzips(&headers)
    }

    #[test]
    fn codings_are_a_list_of_names_in_any_case() {
        for value in [
            "gzip",
            "GZIP",
            "x-gzip",
            "X-Gzip",
            " gzip ,",
            "identity, gzip",
        ] {
            assert_eq!(times(&[value]), Some(1), "{value}");
        }
        assert_eq!(times(&["gzip, x-gzip"]), Some(2));
        assert_eq!(times(&["gzip", "gzip"]), Some(2));
        assert_eq!(times(&["identity"]), Some(0));
        for value in ["br", "gzip, br", "gzip gzip", "gzip;q=1", "utf-8"] {
            assert_eq!(times(&[value]), None, "{value}");
        }
        assert_eq!(times(&["gzip,gzip,gzip,gzip,gzip"]), None);
    }
}
