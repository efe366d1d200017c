//! The generated client over real HTTP: against the mock for the API's rules, against a raw server
//! for exact bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod blocking;
mod cargo;
mod consumer;
mod doubles;
mod errors;
mod examples;
mod faults;
mod hostile;
mod live;
mod paging;
mod recorded;
mod requests;
mod secrecy;
mod server;
mod settings;
mod tls;
mod tolerance;
mod transport;
mod tree;
mod wire;

use losant::{Client, Error, ObjectId, Retry};
use xtask::mock::{Mock, MockOptions};

/// The instance of the vendor's examples.
const INSTANCE: &str = "575ec7417ae143cd83dc4a96";
/// The audit log of the vendor's examples.
const LOG: &str = "57955788124b37010084c053";
/// The token of every client here. It may appear in the `Authorization` header, and nowhere else.
const TOKEN: &str = "SECRET-TOKEN-123";

fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

/// An id as read from a response, where any string is kept.
fn id_of_response(text: &str) -> ObjectId {
    serde_json::from_value(text.into()).unwrap()
}

/// A client that does not retry, so that a test sees every failure.
fn client(url: &str) -> Client {
    let builder = Client::builder().access_token(TOKEN).base_url(url);
    builder.retry(Retry::none()).build().unwrap()
}

/// The server of `cargo xtask mock`, with this many audit logs.
fn mock(items: usize) -> Mock {
    let options = MockOptions::new(tests::root().join("schemas"));
    Mock::start(&MockOptions { items, ..options }).unwrap()
}

/// An error and its causes, one per line, as a program would log them.
fn chain(error: &Error) -> String {
    let mut lines = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        lines.push(cause.to_string());
        source = cause.source();
    }
    lines.join("\n")
}
