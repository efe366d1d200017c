//! Building clients: facts of the API, settings, the builder.

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

/// What a generated client knows about its API.
pub trait Api: From<Core> {
    /// The body of the API's error responses.
    type ErrorBody: ErrorBody;

    /// The parameters that every action takes; `()` if there are none.
    type Globals: Parameters + Default + Serialize + DeserializeOwned;

    /// The default base URL.
    const BASE_URL: &'static str;

    /// Headers of every request.
    const HEADERS: &'static [(&'static str, &'static str)];

    /// The header `User-Agent`: the crate and its version.
    const USER_AGENT: &'static str;
}

/// Builds a client.
///
/// | setting | default | can be set per request |
/// |---|---|---|
/// | [`base_url`](Self::base_url) | that of the API | yes |
/// | [`access_token`](Self::access_token), [`access_token_provider`](Self::access_token_provider) | none: requests are sent without `Authorization` | the token |
/// | [`header`](Self::header) | those of the API | yes |
/// | [`globals`](Self::globals) | those of the API | with the setters of the call |
/// | [`user_agent`](Self::user_agent) | the crate and its version | yes |
/// | [`connect_timeout`](Self::connect_timeout) | 10 seconds | no |
/// | [`attempt_timeout`](Self::attempt_timeout) | 60 seconds | yes |
/// | [`timeout`](Self::timeout) | 5 minutes | yes |
/// | [`max_response_size`](Self::max_response_size) | 64 MiB | yes |
/// | [`retry`](Self::retry) | see [`Retry`] | yes |
/// | [`retry_budget`](Self::retry_budget) | 100 retries | no |
/// | [`concurrency_limit`](Self::concurrency_limit) | none | no |
/// | [`http`](Self::http) | HTTP/1.1, the platform's certificates, the environment's proxies, redirects within the server | no |
/// | [`http_client`](Self::http_client), [`transport`](Self::transport) | the client's own `reqwest` client | no |
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
    /// Sets the base URL: scheme, host, optional port and path prefix, e.g.
    /// `http://127.0.0.1:8080`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.options = self.options.base_url(url);
        self
    }

    /// Sets the bearer token to send with every request. It is only ever sent in the header
    /// `Authorization` of requests to the base URL.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.options = self.options.access_token(token);
        self.provider = None;
        self
    }

    /// Sets a provider of access tokens, instead of a fixed token. `provide` is called for the
    /// first request, and again when the server has rejected the last token with 401. Then the
    /// rejected request is sent once more, whatever its method.
    ///
    /// Concurrent requests share a call of `provide`, whether it succeeds or fails: 100 requests
    /// that need a token wait for one call. Its error is the source of the error of each of them;
    /// the next request calls it again. `provide` must not send requests with the same client: they
    /// would wait for the token that it is about to provide.
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

    /// Sets a header of every request, which replaces the client's own header of that name, e.g.
    /// `Accept-Version`.
    ///
    /// `Authorization` is rejected, and so are headers that depend on the body, the connection or
    /// the client: `Content-Type`, `Host`, `Accept-Encoding`, those for proxies, and the like.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options = self.options.header(name, value);
        self
    }

    /// Sets parameters that every action takes, for all requests that do not set them.
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

    /// Limits the time to connect. Not used with [`http_client`](Self::http_client) or
    /// [`transport`](Self::transport).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect.timeout = timeout;
        self
    }

    /// Limits the time of one attempt, from connecting to the last byte of the response; for an
    /// event stream, to the end of the response's head.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self
    }

    /// Limits the time of a request with all its attempts and the waits between them. If the next
    /// attempt would begin too late, the last error is returned at once.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self
    }

    /// Limits the bytes of a response's body, decompressed. A larger body is an error.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.options = self.options.max_response_size(bytes);
        self
    }

    /// Sets when requests are retried.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.options = self.options.retry(retry);
        self
    }

    /// Sets how many retries all requests of the client share, so that retries do not make an
    /// outage worse. Every success gives a tenth of a retry back, and a successful retry gives back
    /// a whole one. When none is left, each request gets one attempt.
    pub fn retry_budget(mut self, retries: u32) -> Self {
        self.retry_budget = retries;
        self
    }

    /// Limits the number of concurrent requests; others wait, within their
    /// [`timeout`](Self::timeout). An event stream counts until it has begun.
    pub fn concurrency_limit(mut self, most: usize) -> Self {
        self.concurrency_limit = Some(most);
        self
    }

    /// Changes how the client's own `reqwest` client is built: proxies, root certificates, the
    /// connection pool. `configure` receives a builder with all of the client's own settings.
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

    /// Sends with your own `reqwest` client, with its proxies, certificates, connection pool and
    /// redirects.
    ///
    /// With the feature `blocking`, do not mix asynchronous and blocking calls of such a client: a
    /// connection that an asynchronous call has opened is driven by the runtime of that call. A
    /// blocking call that uses the connection and blocks that runtime times out.
    /// [`http`](Self::http) has no such limit.
    ///
    /// A client of the crate `reqwest` differs from one of the [re-export](crate::reqwest) here. If
    /// it is built before any client here, it panics unless the program has installed a crypto
    /// provider, or enabled a feature of `reqwest` that includes one. If it decompresses bodies, it
    /// reads only the first member of a gzip body; with `no_gzip`, this client decompresses. And it
    /// follows 301, 302 and 303 after a POST with a GET. So a redirect that it has followed for a
    /// method other than GET and HEAD is an error for which [`is_redirect`](Error::is_redirect) is
    /// true, whether the server has acted or not.
    pub fn http_client(mut self, client: impl Into<http_client::Client>) -> Self {
        self.connect.http = Http::Given(Arc::new(client.into()));
        self
    }

    /// Sends with any transport: a mock for tests, or a layer around a `reqwest` client.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.connect.http = Http::Given(Arc::new(transport));
        self
    }

    /// Sets an observer of every attempt.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Replaces the machine's time and random numbers.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Builds the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// If a setting is wrong, or TLS can't be set up. The message names every wrong setting.
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

/// A semaphore with so many permits, or the maximum if that is less.
fn semaphore(permits: usize) -> Semaphore {
    Semaphore::new(permits.min(Semaphore::MAX_PERMITS))
}

/// Returns parameters by name, or why they break a rule.
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
