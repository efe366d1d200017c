//! Settings of a client, and of a single request.

use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Uri};
use reqwest::Url;

use super::reserved;
use crate::secrecy::{Secret, Token};
use crate::transport::{Retry, Tokens};

/// Settings of a request that override those of its client, or settings of a client that override
/// those of its API. Options that are not set keep the defaults.
///
/// Most requests set nothing, and carry only a null pointer.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Options(Option<Box<Set>>);

/// The options that are set.
#[derive(Debug, Clone, Default)]
struct Set {
    base_url: Option<String>,
    access_token: Option<Secret>,
    headers: Vec<(String, Secret)>,
    user_agent: Option<String>,
    attempt_timeout: Option<Duration>,
    timeout: Option<Duration>,
    max_response_size: Option<u64>,
    retry: Option<Retry>,
}

impl Options {
    /// Creates empty options.
    pub fn new() -> Self {
        Options::default()
    }

    /// Sets the base URL: scheme, host, optional port and path prefix.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.set().base_url = Some(url.into());
        self
    }

    /// Sets the token in the header `Authorization`.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.set().access_token = Some(Secret(token.into()));
        self
    }

    /// Sets a header, which replaces a default one of that name.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set().headers.push((name.into(), Secret(value.into())));
        self
    }

    /// Adds a product before the client's own `User-Agent`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.set().user_agent = Some(product.into());
        self
    }

    /// Limits the time of one attempt, from connecting to the last byte of the response.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.set().attempt_timeout = Some(timeout);
        self
    }

    /// Limits the time of all attempts and the waits between them.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.set().timeout = Some(timeout);
        self
    }

    /// Limits the bytes of a response's body, decompressed.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.set().max_response_size = Some(bytes);
        self
    }

    /// Sets when a request is retried.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.set().retry = Some(retry);
        self
    }

    fn set(&mut self) -> &mut Set {
        self.0.get_or_insert_default()
    }

    /// Whether nothing is set.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns settings with these options applied.
    pub(crate) fn over(&self, base: &Settings, problems: &mut Vec<String>) -> Settings {
        match &self.0 {
            None => base.clone(),
            Some(set) => set.over(base, problems),
        }
    }
}

impl Set {
    fn over(&self, base: &Settings, problems: &mut Vec<String>) -> Settings {
        let mut settings = base.clone();
        if let Some(url) = &self.base_url {
            match check_base_url(url) {
                Ok(url) => settings.base_url = without_slash(url.as_str()),
                Err(problem) => problems.push(format!("base_url: {problem}")),
            }
        }
        if let Some(Secret(token)) = &self.access_token {
            match Token::new(token) {
                Ok(token) => settings.tokens = Tokens::Fixed(token),
                Err(problem) => problems.push(format!("access_token: {problem}")),
            }
        }
        self.headers_into(&mut settings, problems);
        let mut time = |name: &str, time: Option<Duration>, setting: &mut Duration| match time {
            Some(Duration::ZERO) => problems.push(format!("{name}: must be longer than zero")),
            time => *setting = time.unwrap_or(*setting),
        };
        time(
            "attempt_timeout",
            self.attempt_timeout,
            &mut settings.attempt_timeout,
        );
        time("timeout", self.timeout, &mut settings.timeout);
        settings.max_response_size = self.max_response_size.unwrap_or(base.max_response_size);
        match &self.retry {
            Some(retry) if retry.attempts == 0 => {
                problems.push("retry: `attempts` must be at least 1".into());
            }
            Some(retry) => settings.retry = retry.clone(),
            None => {}
        }
        settings
    }

    fn headers_into(&self, settings: &mut Settings, problems: &mut Vec<String>) {
        if let Some(product) = &self.user_agent {
            let user_agent = format!("{product} {}", settings.user_agent);
            match HeaderValue::from_str(&user_agent) {
                Ok(value) if value.to_str().is_ok() && !product.trim().is_empty() => {
                    settings.headers.insert(USER_AGENT, value);
                }
                _ => problems.push("user_agent: expected visible ASCII characters".into()),
            }
        }
        for (name, Secret(value)) in &self.headers {
            match header(name, value) {
                Ok((name, value)) => {
                    settings.headers.insert(name, value);
                }
                // The value may be a secret.
                Err(problem) => problems.push(format!("header {name:?}: {problem}")),
            }
        }
    }
}

/// The settings of a request: facts of the API, overridden by options of the client, and those by
/// options of the request.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Without a slash at the end, since paths begin with one.
    pub base_url: String,
    pub tokens: Tokens,
    pub headers: HeaderMap,
    /// The client's own `User-Agent`, without products.
    user_agent: &'static str,
    pub attempt_timeout: Duration,
    pub timeout: Duration,
    pub max_response_size: u64,
    pub retry: Retry,
}

impl Settings {
    /// The default settings of an API.
    pub fn new(
        base_url: &str,
        fixed: &'static [(&'static str, &'static str)],
        user_agent: &'static str,
    ) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(USER_AGENT, HeaderValue::from_static(user_agent));
        for (name, value) in fixed {
            // The generator checks both.
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        Settings {
            base_url: without_slash(base_url),
            tokens: Tokens::None,
            headers,
            user_agent,
            attempt_timeout: Duration::from_secs(60),
            timeout: Duration::from_secs(300),
            max_response_size: 64 << 20,
            retry: Retry::default(),
        }
    }

    /// The headers, and the token if it is known.
    pub fn headers_with_token(&self) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let Some(token) = self.tokens.known() {
            headers.insert(AUTHORIZATION, token.header());
        }
        headers
    }
}

fn without_slash(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "not the name of a header")?;
    if let Some(reason) = reserved::reason(&name) {
        return Err(reason);
    }
    let mut value = HeaderValue::from_str(value)
        .ok()
        .filter(|value| value.to_str().is_ok())
        .ok_or("expected visible ASCII characters")?;
    // It may be a secret, so `Debug` does not show it.
    value.set_sensitive(true);
    Ok((name, value))
}

fn check_base_url(url: &str) -> Result<Url, &'static str> {
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
        Some(_) => {
            Url::parse(url).map_err(|_| "expected a host, and optionally a port of at most 65535")
        }
        None => Err("expected a host"),
    }
}
