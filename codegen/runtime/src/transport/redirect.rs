//! Redirects: which are followed, and the errors for the others.

use std::cell::Cell;
use std::fmt;
use std::future::Future;

use http::header::LOCATION;
use http::{Method, StatusCode};
use reqwest::{Response, Url, redirect};

use crate::secrecy::live;

tokio::task_local! {
    /// Whether a redirect was followed for the task's request. It is set only for methods other
    /// than GET and HEAD, so its presence shows the class of the method.
    static FOLLOWED: Cell<bool>;
}

/// Whether the method is GET or HEAD: any redirect may be followed for it.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Sends a request that is neither GET nor HEAD, and returns whether a redirect was followed. If
/// so, the server has acted, even if the second request fails.
pub(crate) async fn watched<T>(sending: impl Future<Output = T>) -> (T, bool) {
    let sending = async { (sending.await, FOLLOWED.with(Cell::get)) };
    FOLLOWED.scope(Cell::new(false), sending).await
}

/// Follows redirects only within the server, where the token may go, and only with the same method
/// and body: after 301, 302 and 303 clients send a GET without a body, whose success says nothing
/// about the original request.
pub(crate) fn policy() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        const MOST: usize = 5;
        let first = attempt.previous().first();
        let is_same = first.is_some_and(|first| first.origin() == attempt.url().origin());
        let is_kept = keeps_request(attempt.status()) || FOLLOWED.try_with(|_| ()).is_err();
        if is_same && is_kept && attempt.previous().len() <= MOST {
            // It is not set for GET and HEAD, nor if the connections are used without the client.
            let _ = FOLLOWED.try_with(|followed| followed.set(true));
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

/// Whether a redirect with this status keeps the method and the body.
fn keeps_request(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT
    )
}

/// Marks a response for which a client with its own policy has followed a redirect, for a request
/// that is neither GET nor HEAD. The request that it sent is not known.
#[derive(Debug, Clone)]
pub(crate) struct FollowedElsewhere;

impl FollowedElsewhere {
    pub fn note(asked: Option<Url>, response: &mut Response) {
        let is_known = FOLLOWED.try_with(Cell::get).unwrap_or_default();
        if !is_known && asked.is_some_and(|asked| asked != *response.url()) {
            response.extensions_mut().insert(FollowedElsewhere);
        }
    }
}

/// A redirect that is an error.
#[derive(Debug)]
pub(crate) struct Redirect {
    method: Method,
    asked: String,
    location: String,
    why: &'static str,
}

impl Redirect {
    /// The redirect, if a response is one or follows one that should not have been followed.
    pub fn of(method: &Method, asked: &Url, response: &Response) -> Option<Box<Self>> {
        let status = response.status();
        let is_followed = response.extensions().get::<FollowedElsewhere>().is_some();
        if !is_followed && !status.is_redirection() {
            return None;
        }
        let (location, why) = if is_followed {
            (shown(response.url()), FOLLOWED_ELSEWHERE)
        } else {
            let location = response.headers().get(LOCATION)?;
            let location = String::from_utf8_lossy(location.as_bytes());
            // A mock without a URL has that of the request.
            let base = match response.url().host_str() {
                Some("no.url.provided.local") | None => asked,
                Some(_) => response.url(),
            };
            // Redact before parsing: in a URL, a part of a token may become a query, or `..` a step
            // back.
            let told = without_tokens(&location);
            let told = match base.join(&told) {
                Ok(url) => shown(&url),
                Err(_) => format!("{told:?}"),
            };
            match base.join(&location) {
                Ok(_) if !keeps_request(status) && !is_safe(method) => (told, LOSES),
                Ok(url) if url.origin() != asked.origin() => (told, LEAVES),
                _ => (told, STOPPED),
            }
        };
        Some(Box::new(Redirect {
            method: method.clone(),
            asked: shown(asked),
            location,
            why,
        }))
    }
}

const LOSES: &str = "not followed, because it would become a GET without the body";
const LEAVES: &str = "not followed, because it leads to another server";
const STOPPED: &str = "not followed";
const FOLLOWED_ELSEWHERE: &str = "followed by the `http_client`, perhaps as a GET without the \
                                  body: whether the request was carried out is not known";

impl fmt::Display for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Redirect {
            method,
            asked,
            location,
            why,
        } = self;
        write!(f, "{method} {asked} was redirected to {location}; {why}")
    }
}

fn without_tokens(text: &str) -> String {
    live::redacted(&live::tokens(), text).into_owned()
}

/// A URL without the parts that may be secret: user and query.
fn shown(url: &Url) -> String {
    let told = Url::parse(&without_tokens(url.as_str()));
    let mut shown = told.unwrap_or_else(|_| url.clone());
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    if shown.query().is_some() {
        shown.set_query(None);
        return format!("{shown}?…");
    }
    shown.into()
}
