//! `reqwest`, for a client's connections and for [`Transport`]s.
//!
//! It re-exports everything of the crate that a generated client uses. Only [`Client`] and
//! [`ClientBuilder`] wrap those of the crate, for two reasons. The crate's own panic if the process
//! has no crypto provider, so these install one first. And these follow redirects like a client's
//! own connections, and leave decompression to the client, because the crate reads only the first
//! member of a gzip body.
//!
//! A program that depends on `reqwest` itself can use its clients as well: see
//! [`ClientBuilder::http_client`](crate::ClientBuilder::http_client).

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::time::Duration;

use http::{HeaderMap, HeaderValue};

pub use reqwest::{
    Body, Error, IntoUrl, Method, NoProxy, Proxy, Request, RequestBuilder, Response,
    ResponseBuilderExt, Result, StatusCode, Upgraded, Url, Version, dns, header, redirect, retry,
};
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub use reqwest::{Certificate, Identity, tls};

use super::send::{Sending, Transport};

/// Installs a crypto provider for the process, unless it has one: `reqwest` panics without.
pub(crate) fn install_provider() {
    #[cfg(feature = "rustls")]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only if another thread was first, and then there is a provider too.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

/// A [`reqwest::Client`], to which it dereferences.
#[derive(Debug, Clone)]
pub struct Client(reqwest::Client);

impl Client {
    /// Creates a client with the defaults of [`builder`](Self::builder).
    ///
    /// If TLS can't be set up, e.g. because the platform has no certificates, it trusts no server,
    /// so `https` fails; `Client::builder().build()` returns the reason.
    pub fn new() -> Self {
        let client = ClientBuilder::new().build();
        client.unwrap_or_else(|_| Client(trusting_nobody()))
    }

    /// Creates a builder.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

fn trusting_nobody() -> reqwest::Client {
    let builder = ClientBuilder::new().0;
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let builder = builder.tls_certs_only([]);
    builder.build().unwrap_or_default()
}

impl Default for Client {
    fn default() -> Self {
        Client::new()
    }
}

impl Deref for Client {
    type Target = reqwest::Client;

    fn deref(&self) -> &reqwest::Client {
        &self.0
    }
}

impl From<reqwest::Client> for Client {
    fn from(client: reqwest::Client) -> Self {
        Client(client)
    }
}

impl From<Client> for reqwest::Client {
    fn from(client: Client) -> Self {
        client.0
    }
}

impl Transport for Client {
    fn send(&self, request: Request) -> Sending {
        self.0.send(request)
    }
}

/// A [`reqwest::ClientBuilder`] with the settings of a client's own connections: it follows
/// redirects within the server, for methods other than GET and HEAD only if they keep method and
/// body. It does not retry. It uses the TLS library of the enabled features. It does not decompress
/// bodies, which the client does.
#[derive(Debug)]
#[must_use]
pub struct ClientBuilder(reqwest::ClientBuilder);

impl ClientBuilder {
    /// Creates a builder with defaults.
    pub fn new() -> Self {
        install_provider();
        let builder = reqwest::Client::builder()
            .redirect(crate::transport::redirect::policy())
            // The client retries itself, and `reqwest` would keep a copy of each request.
            .retry(retry::never().max_retries_per_request(0))
            // Any crate of the program may enable the features for these.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        // `reqwest` would choose by its own features, which any crate of the program may enable.
        #[cfg(feature = "native-tls")]
        let builder = builder.tls_backend_native();
        #[cfg(all(feature = "rustls", not(feature = "native-tls")))]
        let builder = builder.tls_backend_rustls();
        ClientBuilder(builder)
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// If TLS can't be set up, e.g. because the platform has no certificates, or a setting is
    /// wrong.
    pub fn build(self) -> Result<Client> {
        self.0.build().map(Client)
    }

    /// Changes a setting that has no method here.
    pub fn with(
        self,
        change: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Self {
        ClientBuilder(change(self.0))
    }
}

impl Default for ClientBuilder {
    fn default() -> Self {
        ClientBuilder::new()
    }
}

impl From<reqwest::ClientBuilder> for ClientBuilder {
    fn from(builder: reqwest::ClientBuilder) -> Self {
        ClientBuilder(builder)
    }
}

macro_rules! settings {
    ($($(#[$cfg:meta])* $name:ident($($argument:ident: $ty:ty),*);)+) => {
        impl ClientBuilder {$(
            #[doc = concat!("See `", stringify!($name), "` of [`reqwest::ClientBuilder`].")]
            $(#[$cfg])*
            pub fn $name(self, $($argument: $ty),*) -> Self {
                ClientBuilder(self.0.$name($($argument),*))
            }
        )+}
    };
}

settings! {
    user_agent(value: impl TryInto<HeaderValue, Error: Into<http::Error>>);
    default_headers(headers: HeaderMap);
    redirect(policy: redirect::Policy);
    referer(enable: bool);
    retry(policy: retry::Builder);
    proxy(proxy: Proxy);
    no_proxy();
    timeout(timeout: Duration);
    read_timeout(timeout: Duration);
    connect_timeout(timeout: Duration);
    connection_verbose(verbose: bool);
    pool_idle_timeout(timeout: impl Into<Option<Duration>>);
    pool_max_idle_per_host(most: usize);
    http1_title_case_headers();
    http1_allow_obsolete_multiline_headers_in_responses(allow: bool);
    http1_ignore_invalid_headers_in_responses(ignore: bool);
    http1_allow_spaces_after_header_name_in_responses(allow: bool);
    http1_max_headers(most: usize);
    http1_only();
    no_gzip();
    no_brotli();
    no_zstd();
    no_deflate();
    tcp_nodelay(enabled: bool);
    tcp_keepalive(time: impl Into<Option<Duration>>);
    tcp_keepalive_interval(time: impl Into<Option<Duration>>);
    tcp_keepalive_retries(retries: impl Into<Option<u32>>);
    local_address(address: impl Into<Option<IpAddr>>);
    https_only(enabled: bool);
    resolve(domain: &str, address: SocketAddr);
    resolve_to_addrs(domain: &str, addresses: &[SocketAddr]);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_certs_merge(certificates: impl IntoIterator<Item = Certificate>);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_certs_only(certificates: impl IntoIterator<Item = Certificate>);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    add_root_certificate(certificate: Certificate);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    identity(identity: Identity);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_danger_accept_invalid_hostnames(accept: bool);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_danger_accept_invalid_certs(accept: bool);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    danger_accept_invalid_hostnames(accept: bool);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    danger_accept_invalid_certs(accept: bool);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_sni(enabled: bool);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_version_min(version: tls::Version);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_version_max(version: tls::Version);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    min_tls_version(version: tls::Version);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    max_tls_version(version: tls::Version);
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    tls_info(enabled: bool);
    #[cfg(feature = "native-tls")]
    tls_backend_native();
    #[cfg(feature = "rustls")]
    tls_backend_rustls();
}
