//! Headers that callers can't set.

use http::HeaderName;

const BODY: &str = "the body decides it";
const CONNECTION: &str = "the connection decides it";

/// The reserved headers, and why they are reserved or what to use instead. The generator rejects
/// the same headers in a description, which a test checks.
const RESERVED: &[(&str, &str)] = &[
    ("authorization", "see `access_token`, which keeps it secret"),
    ("host", "see `base_url`"),
    ("content-encoding", BODY),
    ("content-length", BODY),
    ("content-type", BODY),
    ("trailer", BODY),
    ("transfer-encoding", BODY),
    ("connection", CONNECTION),
    ("expect", CONNECTION),
    ("http2-settings", CONNECTION),
    ("keep-alive", CONNECTION),
    ("te", CONNECTION),
    ("upgrade", CONNECTION),
    ("accept-encoding", "the client decides what it can read"),
];

/// The prefix of headers for proxies.
const PROXY: &str = "proxy-";

/// Why a header can't be set; `None` if it can.
pub(crate) fn reason(name: &HeaderName) -> Option<&'static str> {
    let mut reserved = RESERVED.iter();
    let found = reserved.find(|(reserved, _)| name == reserved);
    match found {
        Some((_, reason)) => Some(reason),
        None => name.as_str().starts_with(PROXY).then_some(CONNECTION),
    }
}
