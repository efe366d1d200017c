//! Requests, responses and event streams as they go over the wire, of an API made for the test.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod events;
mod multipart;
mod outcomes;
mod paging;
mod server;

use client_runtime::{Api, ClientBuilder, Core, Json, Options};

/// A client of the API.
pub struct Client(pub Core);

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Client(core)
    }
}

impl Api for Client {
    type ErrorBody = Json;
    const BASE_URL: &'static str = "http://127.0.0.1:9";
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
    const USER_AGENT: &'static str = "wire/0";
}

/// What a call may fail with.
pub type Error = client_runtime::Error<Json>;

/// A core with the settings that a test needs.
pub fn core(url: &str) -> Core {
    let client = ClientBuilder::<Client>::default().base_url(url);
    client.max_response_size(1000).build().unwrap().0
}

/// Options with a timeout.
pub fn milliseconds(timeout: u64) -> Options {
    Options {
        timeout: Some(std::time::Duration::from_millis(timeout)),
    }
}

/// Runs a test's future to its end.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(test)
}
