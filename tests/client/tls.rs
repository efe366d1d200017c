//! Connections other than plain TCP to the server: with TLS, and through a proxy.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use losant::reqwest::{self, Certificate, Proxy};
use losant::{Client, Retry};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{PATIENCE, Received, Reply, Server, ok, reply};
use crate::{INSTANCE, TOKEN, chain, client, id};

/// A TLS server with a self-signed certificate, for one connection.
struct Secure {
    url: String,
    certificate: CertificateDer<'static>,
    thread: JoinHandle<Vec<u8>>,
}

impl Secure {
    fn start(reply: Reply) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Secure {
            url: format!("https://{}", listener.local_addr().unwrap()),
            certificate,
            thread: std::thread::spawn(move || {
                let (stream, _) = listener.accept().unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let connection = ServerConnection::new(Arc::new(config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let received = Received::read(&mut stream);
                if let Reply::Bytes(bytes) = reply {
                    // A client that does not trust the certificate has disconnected.
                    drop(stream.write_all(&bytes));
                    stream.conn.send_close_notify();
                    drop(stream.flush());
                }
                received.bytes
            }),
        }
    }

    /// The bytes received over the connection, decrypted.
    fn finish(self) -> String {
        String::from_utf8(self.thread.join().unwrap()).unwrap()
    }
}

/// A client of this server, with a custom `reqwest` client.
fn configured(
    url: &str,
    configure: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
) -> Client {
    let builder = Client::builder().access_token(TOKEN).base_url(url);
    let builder = builder.retry(Retry::none()).http(configure);
    builder.build().unwrap()
}

type Trust = fn(reqwest::ClientBuilder, Certificate) -> reqwest::ClientBuilder;

#[tokio::test]
async fn a_server_with_a_trusted_certificate_is_reached_by_tls() {
    let only: Trust = |http, certificate| http.tls_certs_only([certificate]);
    // The verifier of these platforms accepts no additional certificates.
    let merged: Trust = if cfg!(target_vendor = "apple") {
        only
    } else {
        |http, certificate| http.tls_certs_merge([certificate])
    };
    for trust in [only, merged] {
        let server = Secure::start(ok(r#"{"count":7}"#));
        let certificate = Certificate::from_der(&server.certificate).unwrap();
        let client = configured(&server.url, move |http| trust(http, certificate.clone()));
        let logs = client.instance_audit_logs(id(INSTANCE));
        assert_eq!(logs.get().send().await.unwrap().count, Some(7));
        let received = server.finish();
        let line = format!("GET /instance/{INSTANCE}/audit-logs?");
        assert!(received.starts_with(&line), "{received}");
        assert!(received.contains(TOKEN), "{received}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_with_an_untrusted_certificate() {
    let server = Secure::start(ok(r#"{"count":7}"#));
    let logs = client(&server.url).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert!(error.is_connect());
    let message = error.to_string();
    let end = server
        .url
        .replace("https://", "/audit-logs): could not connect to ");
    assert!(message.ends_with(&end), "{message}");
    let chain = chain(&error);
    assert!(chain.contains("certificate"), "{chain}");
    assert_eq!(server.finish(), "");
}

#[tokio::test]
async fn the_token_is_not_sent_in_clear_text_to_a_server_without_tls() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        let mut received = Vec::new();
        drop(stream.read_to_end(&mut received));
        received
    });
    let logs = client(&url).instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert!(error.is_connect(), "{}", chain(&error));
    let received = thread.join().unwrap();
    let mut texts = received.windows(TOKEN.len());
    assert!(!texts.any(|text| text == TOKEN.as_bytes()));
}

#[test]
fn an_invalid_tls_configuration_is_reported_with_the_reason() {
    use reqwest::tls::Version;
    let builder = Client::builder().http(|http| {
        let http = http.tls_version_min(Version::TLS_1_3);
        http.tls_version_max(Version::TLS_1_2)
    });
    let error = builder.build().unwrap_err();
    assert!(error.is_config());
    insta::assert_snapshot!(error, @"invalid settings: http: builder error: empty supported tls versions");
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_whole_url() {
    let proxy = Server::always(ok(r#"{"count":7}"#));
    let url = proxy.url();
    let client = configured("http://api.invalid/v1", move |http| {
        http.proxy(Proxy::http(&url).unwrap())
    });
    let logs = client.instance_audit_logs(id(INSTANCE));
    assert_eq!(logs.get().send().await.unwrap().count, Some(7));
    let received = proxy.finish();
    assert_eq!(received.len(), 1);
    let path = format!("http://api.invalid/v1/instance/{INSTANCE}/audit-logs");
    assert_eq!(received[0].path(), path);
    assert_eq!(received[0].header("host").as_deref(), Some("api.invalid"));
}

#[tokio::test]
async fn a_proxy_for_tls_learns_only_the_host() {
    let proxy = Server::always(reply("502 Bad Gateway", &[], "no such host"));
    let url = proxy.url();
    let client = configured("https://api.invalid", move |http| {
        http.proxy(Proxy::all(&url).unwrap())
    });
    let logs = client.instance_audit_logs(id(INSTANCE));
    let error = logs.get().send().await.unwrap_err();
    assert!(error.is_connect());
    let received = proxy.finish();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].lines()[0], "CONNECT api.invalid:443 HTTP/1.1");
    assert!(!received[0].text().contains(TOKEN));
    assert!(!received[0].text().contains(INSTANCE));
}
