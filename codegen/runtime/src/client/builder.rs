//! Clients: what an API says of them, their settings, building them.

use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use super::connect::{Connect, Http};
use super::core::Core;
use super::options::{Options, Settings};
use super::shared::Shared;
use crate::error::{Error, ErrorBody, Failure};
use crate::observe::Observer;
use crate::request::{Encoder, Parameters};
use crate::transport::reqwest as http_client;
use crate::transport::{BoxError, Budget, Clock, Provider, Retry, SystemClock, Tokens, Transport};

/// What a generated client says of its API.
pub trait Api: From<Core> {
    /// The body with which the API explains an error.
    type ErrorBody: ErrorBody;

    /// The parameters that every action takes; `()` if there are none.
    type Globals: Parameters + Default + Serialize + DeserializeOwned;

    /// Where requests go unless the user says otherwise.
    const BASE_URL: &'static str;

    /// Headers of every request.
    const HEADERS: &'static [(&'static str, &'static str)];

    /// The header `User-Agent`: the crate and its version.
    const USER_AGENT: &'static str;
}

/// Makes a client.
///
/// | setting | default | of one request too |
/// |---|---|---|
/// | [`base_url`](Self::base_url) | that of the API | yes |
/// | [`access_token`](Self::access_token), [`access_token_provider`](Self::access_token_provider) | none: requests go without `Authorization` | a token |
/// | [`header`](Self::header) | those of the API | yes |
/// | [`globals`](Self::globals) | those of the API | by the setters of the call |
/// | [`user_agent`](Self::user_agent) | the crate and its version | yes |
/// | [`connect_timeout`](Self::connect_timeout) | 10 seconds | no |
/// | [`attempt_timeout`](Self::attempt_timeout) | 60 seconds | yes |
/// | [`timeout`](Self::timeout) | 5 minutes | yes |
/// | [`max_response_size`](Self::max_response_size) | 64 MiB | yes |
/// | [`retry`](Self::retry) | see [`Retry`] | yes |
/// | [`retry_budget`](Self::retry_budget) | 100 retries | no |
/// | [`concurrency_limit`](Self::concurrency_limit) | none | no |
/// | [`http`](Self::http) | HTTP/1.1, the platform's certificates, the environment's proxies, redirects within the server | no |
/// | [`http_client`](Self::http_client), [`transport`](Self::transport) | a client of its own | no |
/// | [`observer`](Self::observer) | none | no |
/// | [`clock`](Self::clock) | that of the machine | no |
#[derive(Debug)]
#[must_use = "a client is made by `build`"]
pub struct ClientBuilder<A> {
    options: Options,
    provider: Option<Arc<Provider>>,
    globals: Option<Result<Map<String, Value>, String>>,
    connect: Connect,
    retry_budget: u32,
    concurrency_limit: Option<usize>,
    observer: Option<Arc<dyn Observer>>,
    clock: Option<Arc<dyn Clock>>,
    api: PhantomData<fn() -> A>,
}

impl<A: Api> Default for ClientBuilder<A> {
    fn default() -> Self {
        // Before any client of `reqwest` is made to be given to this builder.
        http_client::install_provider();
        ClientBuilder {
            options: Options::new(),
            provider: None,
            globals: None,
            connect: Connect::default(),
            retry_budget: 100,
            concurrency_limit: None,
            observer: None,
            clock: None,
            api: PhantomData,
        }
    }
}

impl<A: Api> ClientBuilder<A> {
    /// Where requests go: scheme, host, optional port and path prefix, e.g.
    /// `http://127.0.0.1:8080`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.options = self.options.base_url(url);
        self
    }

    /// The token that every request proves itself with. It stands in the header `Authorization`
    /// of requests to the base URL, and nowhere else.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.options = self.options.access_token(token);
        self.provider = None;
        self
    }

    /// Where the access token comes from, instead of a fixed one: `provide` is asked for the first
    /// request, and again when the server has refused the last token with 401. The refused request
    /// is made once more then, whatever its method is.
    ///
    /// Requests at the same time share a call of `provide`, whether it succeeds or fails: 100
    /// requests that need a token wait for one call. What it fails with is the source of the error
    /// of each of them; the next request asks again. `provide` must not make requests with the
    /// client that it is for, which would wait for the token that they need.
    ///
    /// ```
    /// # use client_runtime::{Api, ClientBuilder};
    /// # fn example<A: Api>(builder: ClientBuilder<A>) -> ClientBuilder<A> {
    /// builder.access_token_provider(|| async {
    ///     std::fs::read_to_string("/run/secrets/token").map(|token| token.trim().to_owned())
    /// })
    /// # }
    /// ```
    pub fn access_token_provider<F, T, E>(mut self, provide: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<BoxError>,
    {
        self.provider = Some(Arc::new(Provider::new(provide)));
        self
    }

    /// A header of every request, instead of the client's own of that name, e.g. `Accept-Version`.
    ///
    /// `Authorization` is refused, and so are headers that the body, the connection or the client
    /// decides: `Content-Type`, `Host`, `Accept-Encoding`, those for proxies, and the like.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Sets parameters that every action takes, for all requests that don't set them.
    pub fn globals(mut self, set: impl FnOnce(&mut A::Globals)) -> Self {
        let mut globals = A::Globals::default();
        set(&mut globals);
        self.globals = Some(check_globals(&globals));
        self
    }

    /// Names the program that uses the client: `product` is put before the client's own
    /// `User-Agent`, e.g. `my-exporter/1.2`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.options = self.options.user_agent(product);
        self
    }

    /// How long making a connection may take. Not used with [`http_client`](Self::http_client) or
    /// [`transport`](Self::transport).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect.timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the response; of an event
    /// stream, to the end of the response's head.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// How long a request may take with all its attempts and the waits between them. It is not
    /// waited for an attempt that would begin too late: then the last failure is returned at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// The most bytes of a response's body, decompressed; a larger one is an error.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.options = self.options.max_response_size(bytes);
        self
    }

    /// When requests are tried again.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.options = self.options.retry(retry);
        self
    }

    /// How many retries all requests of the client share, so that an outage is not made worse by
    /// those who wait for its end. Every success gives a tenth of a retry back, and a success by a
    /// retry that retry. Where none is left, requests get one attempt each.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// How many requests are made at the same time at most; others wait, within their
    /// [`timeout`](Self::timeout). An event stream counts until it has begun.
    pub fn concurrency_limit(mut self, most: usize) -> Self {
        self.concurrency_limit = Some(most);
        self
    }

    /// Changes how the client's own `reqwest` client is built: proxies, root certificates, the
    /// connection pool. `configure` is given a builder with all that the client itself sets.
    ///
    /// ```
    /// # use client_runtime::{Api, ClientBuilder, reqwest};
    /// # fn example<A: Api>(builder: ClientBuilder<A>, proxy: reqwest::Proxy) -> ClientBuilder<A> {
    /// builder.http(move |http| http.proxy(proxy.clone()).pool_max_idle_per_host(4))
    /// # }
    /// ```
    pub fn http(
        mut self,
        configure: impl Fn(http_client::ClientBuilder) -> http_client::ClientBuilder
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.connect.http = Http::Configured(Arc::new(configure));
        self
    }

    /// Sends through a `reqwest` client of the user's own, with its proxies, certificates,
    /// connection pool and redirects.
    ///
    /// With the feature `blocking`, give it to a client whose calls all wait, or none: a connection
    /// that an asynchronous call has opened is driven by the runtime of that call, and a blocking
    /// call that takes the connection while it keeps this runtime from going on has no response
    /// before its time is over. [`http`](Self::http) has no such limit.
    ///
    /// A client of the crate `reqwest`, instead of one of the [re-export](crate::reqwest) here, does
    /// a few things otherwise. Built before any client here, it panics unless the program has
    /// installed a provider of cryptography, or turned on a feature of `reqwest` that brings one.
    /// Where it decompresses by itself, it reads only the first member of a gzip body; `no_gzip`
    /// leaves that to the client. And it follows 301, 302 and 303 to a POST with a GET, so that a
    /// redirect that it has followed for anything but GET and HEAD is an error for which
    /// [`is_redirect`](Error::is_redirect) is true, whether the server has acted or not.
    pub fn http_client(mut self, client: impl Into<http_client::Client>) -> Self {
        self.connect.http = Http::Given(Arc::new(client.into()));
        self
    }

    /// Sends through something that need not be HTTP: a stand-in for tests, or a layer around a
    /// `reqwest` client.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.connect.http = Http::Given(Arc::new(transport));
        self
    }

    /// Watches every attempt.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Takes time and chance from elsewhere than the machine.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Every setting that is wrong, by name; and TLS that can't be set up.
    pub fn build(self) -> Result<A, Error<A::ErrorBody>> {
        let mut problems = Vec::new();
        let settings = Settings::new(A::BASE_URL, A::HEADERS, A::USER_AGENT);
        let mut settings = self.options.over(&settings, &mut problems);
        if let Some(provider) = self.provider {
            settings.tokens = Tokens::Provided(provider);
        }
        if let Ok(url) = reqwest::Url::parse(&settings.base_url)
            && let Some(problem) = self.connect.problem_with(&url)
        {
            problems.push(format!("base_url: {problem}"));
        }
        if self.connect.timeout.is_zero() {
            problems.push("connect_timeout: must be longer than zero".into());
        }
        if self.concurrency_limit == Some(0) {
            problems.push("concurrency_limit: must not be zero".into());
        }
        let globals = self.globals.transpose().unwrap_or_else(|problem| {
            problems.push(format!("globals: {problem}"));
            None
        });
        let transport = self.connect.transport(&settings);
        if let Err(error) = &transport {
            problems.push(format!("http: {error}"));
        }
        match transport {
            Ok(transport) if problems.is_empty() => Ok(A::from(Core::new(Shared {
                is_carrying: self.connect.carries(&settings),
                settings,
                transport,
                globals: globals.map(Arc::new),
                budget: Budget::new(self.retry_budget),
                limit: self.concurrency_limit.map(semaphore),
                observer: self.observer,
                clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
                #[cfg(feature = "blocking")]
                connect: self.connect,
                #[cfg(feature = "blocking")]
                background: std::sync::OnceLock::new(),
            }))),
            _ => Err(Failure::config(problems).into()),
        }
    }
}

/// A semaphore with so many permits, or as many as there can be.
fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}

/// Parameters by name, if none breaks a rule.
fn check_globals<G: Parameters + Serialize>(globals: &G) -> Result<Map<String, Value>, String> {
    let mut encoder = Encoder::new("");
    globals.encode(&mut encoder);
    if let Err(violations) = encoder.finish() {
        let violations: Vec<_> = violations.iter().map(ToString::to_string).collect();
        return Err(violations.join(", "));
    }
    match serde_json::to_value(globals) {
        Ok(Value::Object(named)) => Ok(named),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(error.to_string()),
    }
}
