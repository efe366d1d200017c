//! Clients: what an API says of them, their settings, building them.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Uri};
use reqwest::redirect;

use crate::error::{Error, ErrorBody, Failure};
use crate::secret::Secret;
use crate::transport::{Core, Shared};

/// What a generated client says of its API.
pub trait Api: From<Core> {
    /// The body with which the API explains an error.
    type ErrorBody: ErrorBody;

    /// Where requests go unless the user says otherwise.
    const BASE_URL: &'static str;

    /// Headers of every request.
    const HEADERS: &'static [(&'static str, &'static str)];

    /// The header `User-Agent`: the crate and its version.
    const USER_AGENT: &'static str;
}

/// Makes a client.
///
/// | setting | default |
/// |---|---|
/// | [`base_url`](Self::base_url) | that of the API |
/// | [`access_token`](Self::access_token) | none: requests go without `Authorization` |
/// | [`connect_timeout`](Self::connect_timeout) | 10 seconds |
/// | [`timeout`](Self::timeout) | 60 seconds |
/// | [`max_response_size`](Self::max_response_size) | 64 MiB |
/// | [`user_agent`](Self::user_agent) | the crate and its version |
/// | [`http_client`](Self::http_client) | HTTP/1.1, rustls, the platform's certificates, redirects within the server |
#[derive(Debug)]
#[must_use = "a client is made by `build`"]
pub struct ClientBuilder<A> {
    base_url: String,
    access_token: Option<Secret>,
    connect_timeout: Duration,
    timeout: Duration,
    max_response_size: u64,
    user_agent: String,
    http_client: Option<reqwest::Client>,
    api: PhantomData<fn() -> A>,
}

impl<A: Api> Default for ClientBuilder<A> {
    fn default() -> Self {
        ClientBuilder {
            base_url: A::BASE_URL.to_owned(),
            access_token: None,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(60),
            max_response_size: 64 << 20,
            user_agent: A::USER_AGENT.to_owned(),
            http_client: None,
            api: PhantomData,
        }
    }
}

impl<A: Api> ClientBuilder<A> {
    /// Where requests go: scheme, host, optional port and path prefix, e.g.
    /// `http://127.0.0.1:8080`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The token that every request proves itself with. It stands in the header `Authorization`
    /// of requests to the base URL, and nowhere else.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(Secret::new(token));
        self
    }

    /// How long making a connection may take. Not used with [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take, from connecting to the last byte of the response.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The most bytes of a response's body, decompressed; a larger one is an error.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Names the program that uses the client: `product` is put before the client's own
    /// `User-Agent`, e.g. `my-exporter/1.2`.
    pub fn user_agent(mut self, product: impl AsRef<str>) -> Self {
        self.user_agent = format!("{} {}", product.as_ref(), A::USER_AGENT);
        self
    }

    /// Sends through a `reqwest` client of the user's own, with its proxies, certificates,
    /// connection pool and redirects.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    ///
    /// Every setting that is wrong, by name; and TLS that can't be set up.
    pub fn build(self) -> Result<A, Error<A::ErrorBody>> {
        let mut problems = Vec::new();
        if let Err(problem) = check_base_url(&self.base_url) {
            problems.push(format!("base_url: {problem}"));
        }
        let headers = self.headers(&mut problems);
        let http = match &self.http_client {
            Some(client) => Ok(client.clone()),
            None => self.http(),
        };
        match http {
            Ok(http) if problems.is_empty() => Ok(A::from(Core(Arc::new(Shared {
                base_url: self.base_url.trim_end_matches('/').to_owned(),
                headers,
                access_token: self.access_token,
                max_response_size: self.max_response_size,
                timeout: self.timeout,
                http,
            })))),
            Ok(_) => Err(Failure::config(problems).into()),
            Err(error) => {
                problems.push(format!("http_client: {error}"));
                Err(Failure::config(problems).into())
            }
        }
    }

    /// The headers of every request but the secret one.
    fn headers(&self, problems: &mut Vec<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in A::HEADERS {
            // The generator checks both.
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        match HeaderValue::from_str(&self.user_agent) {
            Ok(user_agent) => {
                headers.insert(USER_AGENT, user_agent);
            }
            Err(_) => problems.push("user_agent: expected visible ASCII characters".into()),
        }
        match &self.access_token {
            Some(token) if token.expose().is_empty() => {
                problems.push("access_token: must not be empty".into());
            }
            Some(token) if authorization(token).is_none() => {
                problems.push("access_token: expected visible ASCII characters".into());
            }
            _ => {}
        }
        headers
    }

    fn http(&self) -> Result<reqwest::Client, reqwest::Error> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // It fails only where another thread was first, and then there is a provider too.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .redirect(redirect::Policy::custom(within_server))
            .build()
    }
}

/// Follows a redirect only to where the token may go.
fn within_server(attempt: redirect::Attempt) -> redirect::Action {
    const MOST: usize = 5;
    let same = attempt
        .previous()
        .first()
        .is_some_and(|first| first.origin() == attempt.url().origin());
    if same && attempt.previous().len() <= MOST {
        attempt.follow()
    } else {
        attempt.stop()
    }
}

fn check_base_url(url: &str) -> Result<(), &'static str> {
    let parsed: Uri = url.parse().map_err(|_| "not a URL")?;
    match parsed.scheme_str() {
        Some("http" | "https") => {}
        _ => return Err("expected `http://` or `https://`"),
    }
    match parsed.authority() {
        Some(authority) if authority.as_str().contains('@') => {
            Err("must not contain a user or a password; see `access_token`")
        }
        Some(_) if parsed.query().is_some() || url.contains('#') => {
            Err("must not contain a query or a fragment")
        }
        // What sends the requests is stricter than what makes them.
        Some(_) if reqwest::Url::parse(url).is_err() => {
            Err("expected a host, and a port of 65535 at most if there is one")
        }
        Some(_) => Ok(()),
        None => Err("expected a host"),
    }
}

pub(crate) fn authorization(token: &Secret) -> Option<HeaderValue> {
    let visible = token.expose().bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose())).ok()?;
    value.set_sensitive(true);
    visible.then_some(value)
}
