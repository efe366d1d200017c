//! Requests, responses and event streams over the wire, of an API made up for the tests.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod ahead;
mod blocking;
mod coding;
mod echo;
mod events;
mod multipart;
mod observing;
mod outcomes;
mod paging;
mod redirects;
mod retries;
mod server;
mod tokens;
mod uploads;

use client_runtime::{Api, ClientBuilder, Core, Json, Options, Retry};

/// A client of the API.
pub struct Client(pub Core);

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Client(core)
    }
}

impl Api for Client {
    type Globals = ();
    type ErrorBody = Json;
    const BASE_URL: &'static str = "http://127.0.0.1:9";
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
    const USER_AGENT: &'static str = "wire/0";
}

/// The error of a call.
pub type Error = client_runtime::Error<Json>;

/// A core with the settings that a test needs. It does not retry, so that every failure is visible.
pub fn core(url: &str) -> Core {
    let client = ClientBuilder::<Client>::default().base_url(url);
    let client = client.max_response_size(1000).retry(Retry::none());
    client.build().unwrap().0
}

/// Options with a timeout.
pub fn milliseconds(timeout: u64) -> Options {
    Options::new().timeout(std::time::Duration::from_millis(timeout))
}

/// Runs a test's future to completion.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(test)
}
