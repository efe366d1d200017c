//! Headers that are not for callers to set.

use http::HeaderName;

const BODY: &str = "the body decides it";
const CONNECTION: &str = "the connection decides it";

/// The headers that a client decides, and why or what decides them instead. The generator refuses
/// the same ones in a description; a test compares.
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

/// What the names of headers for proxies begin with.
const PROXY: &str = "proxy-";

/// Why a header can't be set; none if it can.
pub(crate) fn reason(name: &HeaderName) -> Option<&'static str> {
    let mut reserved = RESERVED.iter();
    let found = reserved.find(|(reserved, _)| name == reserved);
    match found {
        Some((_, reason)) => Some(reason),
        None => name.as_str().starts_with(PROXY).then_some(CONNECTION),
    }
}
