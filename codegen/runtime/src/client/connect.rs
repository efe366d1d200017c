//! How a client connects: the `reqwest` client that it builds, or a given transport.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::options::Settings;
use crate::transport::reqwest::ClientBuilder;
use crate::transport::{Sending, Tokens, Transport, TransportError, Unlimited, coding};

const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

const NO_TLS: &str =
    "`https` needs the feature `rustls` or `native-tls`, or an `http_client` that has TLS";

/// How to connect.
#[derive(Debug)]
pub(crate) struct Connect {
    pub timeout: Duration,
    pub http: Http,
}

type Configure = dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync;

/// What sends the requests.
#[derive(Clone, Default)]
pub(crate) enum Http {
    /// A `reqwest` client with defaults.
    #[default]
    Default,
    /// A `reqwest` client with the user's changes.
    Configured(Arc<Configure>),
    /// The user's own transport.
    Given(Arc<dyn Transport>),
}

impl Default for Connect {
    fn default() -> Self {
        Connect {
            timeout: Duration::from_secs(10),
            http: Http::Default,
        }
    }
}

impl Connect {
    /// Creates a transport with its own connections, or returns the user's; or an error.
    pub fn transport(&self, settings: &Settings) -> Result<Arc<dyn Transport>, String> {
        let (builder, is_limited) = match &self.http {
            Http::Default if self.carries(settings) => {
                let mut headers = settings.headers_with_token();
                coding::ask(&mut headers);
                (self.builder().default_headers(headers), false)
            }
            Http::Default => (self.builder(), false),
            Http::Configured(configure) => (configure(self.builder()), true),
            Http::Given(transport) => return Ok(Arc::clone(transport)),
        };
        let client = builder.build().map_err(|error| with_causes(&error))?;
        let client = reqwest::Client::from(client);
        if !HAS_TLS {
            return Ok(Arc::new(Plain(client)));
        }
        Ok(if is_limited {
            Arc::new(client)
        } else {
            Arc::new(Unlimited(client))
        })
    }

    /// Whether the connections add the headers of the settings to each request, so that they need
    /// not be copied. It requires the client's own connections and a fixed token.
    pub fn carries(&self, settings: &Settings) -> bool {
        matches!(self.http, Http::Default) && !matches!(settings.tokens, Tokens::Provided(_))
    }

    /// Why requests can't be sent to this URL, if they can't.
    pub fn problem_with(&self, base_url: &Url) -> Option<&'static str> {
        let is_ours = !matches!(self.http, Http::Given(_));
        (base_url.scheme() == "https" && is_ours && !HAS_TLS).then_some(NO_TLS)
    }

    fn builder(&self) -> ClientBuilder {
        ClientBuilder::new().connect_timeout(self.timeout)
    }
}

/// An error and its causes in one line: the error of `reqwest` only says that a client can't be
/// built.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Http::Default => f.write_str("Default"),
            Http::Configured(_) => f.write_str("Configured"),
            Http::Given(transport) => f.debug_tuple("Given").field(transport).finish(),
        }
    }
}

/// A client without TLS. It explains why `https` fails, where `reqwest` would only call the URL
/// invalid.
#[derive(Debug)]
struct Plain(reqwest::Client);

impl Transport for Plain {
    fn send(&self, request: reqwest::Request) -> Sending {
        match request.url().scheme() {
            "https" => Box::pin(async { Err(TransportError::connect(NO_TLS)) }),
            _ => self.0.send(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use reqwest::Request;

    use super::*;

    fn problem(connect: &Connect, url: &str) -> Option<&'static str> {
        connect.problem_with(&Url::parse(url).unwrap())
    }

    #[test]
    fn without_tls_https_is_no_base_url_but_for_a_client_of_the_users_own() {
        let mut connect = Connect::default();
        let expected = (!HAS_TLS).then_some(NO_TLS);
        for url in ["https://127.0.0.1:1", "HTTPS://127.0.0.1"] {
            assert_eq!(problem(&connect, url), expected, "{url}");
        }
        assert_eq!(problem(&connect, "http://https"), None);
        connect.http = Http::Given(Arc::new(connect.builder().build().unwrap()));
        assert_eq!(problem(&connect, "https://127.0.0.1:1"), None);
    }

    #[tokio::test]
    async fn without_tls_https_is_told_what_it_needs() {
        let url = Url::parse("https://127.0.0.1:1/").unwrap();
        let plain = Plain(Connect::default().builder().build().unwrap().into());
        let sent = plain.send(Request::new(Method::GET, url));
        assert_eq!(sent.await.unwrap_err().source.to_string(), NO_TLS);
    }
}
