//! The settings of a client. All invalid ones are reported at once when the client is built.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use losant::test_util::{Reply, Scripted};
use losant::{Client, ClientBuilder, Retry, Sending, Transport, reqwest};

use crate::{INSTANCE, TOKEN, id};

/// The reported problems of the settings.
fn problems(set: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>) -> String {
    let error = set(Client::builder()).build().unwrap_err();
    assert!(error.is_config());
    assert!(!error.is_invalid_request());
    assert_eq!(error.status(), None);
    error.to_string()
}

#[test]
fn all_invalid_settings_are_named_at_once() {
    let message = problems(|builder| {
        let builder = builder
            .base_url("api.losant.com")
            .user_agent("my\nexporter");
        builder.access_token(format!("{TOKEN}\r\nX-Evil: 1"))
    });
    insta::assert_snapshot!(message.replace("; ", ";\n"), @r#"
    invalid settings: base_url: expected `http://` or `https://`;
    access_token: expected visible ASCII characters;
    user_agent: expected visible ASCII characters
    "#);
}

#[test]
fn an_unusable_base_url_is_rejected() {
    for url in [
        "",
        "/",
        "api.losant.com",
        "localhost:8080",
        "http://",
        "http:///path",
        "http://:80",
        "http://host:99999",
        "http://host:port",
        "http://ho st",
        "http://[::1",
        "http://host/\n",
        "http://host\r\nX-Evil: 1",
        "http://höst",
        "ftp://host",
        "file:///etc/passwd",
        "http://user:hunter2@host",
        "http://host?x=1",
        "http://host/#x",
    ] {
        let message = problems(|builder| builder.base_url(url));
        assert!(
            message.starts_with("invalid settings: base_url: "),
            "{url}: {message}"
        );
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_base_url_may_have_a_port_a_path_and_trailing_slashes() {
    for url in [
        "http://localhost",
        "https://api.losant.com/",
        "HTTP://127.0.0.1:8080",
        "http://[::1]:8080/a/b//",
    ] {
        let client = Client::builder().base_url(url).build();
        assert!(client.is_ok(), "{url}: {}", client.unwrap_err());
    }
}

#[test]
fn a_token_that_is_not_a_valid_header_value_is_rejected() {
    let none = problems(|builder| builder.access_token(""));
    insta::assert_snapshot!(none, @"invalid settings: access_token: must not be empty");
    for token in [
        "x\n",
        "\n",
        "x\r\nX-Evil: 1",
        "x y",
        " x",
        "x ",
        "\tx",
        "x\0",
        "ü",
        "\u{7f}",
    ] {
        let message = problems(|builder| builder.access_token(token));
        assert!(
            message.starts_with("invalid settings: access_token: "),
            "{token:?}: {message}"
        );
    }
}

#[test]
fn a_user_agent_with_a_line_break_is_rejected() {
    for product in ["my\nexporter", "x\r\nX-Evil: 1", "x\0", "\u{7f}"] {
        let message = problems(|builder| builder.user_agent(product));
        assert!(
            message.starts_with("invalid settings: user_agent: "),
            "{product:?}: {message}"
        );
    }
}

#[test]
fn meaningless_durations_and_numbers_are_rejected() {
    let message = problems(|builder| {
        builder
            .connect_timeout(Duration::ZERO)
            .attempt_timeout(Duration::ZERO)
            .timeout(Duration::ZERO)
            .retry(Retry::new().attempts(0))
            .concurrency_limit(0)
            .header("Authorization", "Basic SESAME")
    });
    insta::assert_snapshot!(message.replace("; ", ";\n"), @r#"
    invalid settings: header "Authorization": see `access_token`, which keeps it secret;
    attempt_timeout: must be longer than zero;
    timeout: must be longer than zero;
    retry: `attempts` must be at least 1;
    connect_timeout: must be longer than zero;
    concurrency_limit: must not be zero
    "#);
}

#[tokio::test]
async fn global_parameters_are_set_for_the_client_and_for_a_call() {
    let server = Scripted::by(|_| Reply::json("{}"));
    let builder = Client::builder().transport(server.clone());
    let builder = builder.globals(|globals| {
        globals.losantdomain = Some("example.com".into());
        globals.embedded = Some(false);
    });
    let client = builder.build().unwrap();
    let logs = client.instance_audit_logs(id(INSTANCE));
    logs.get().send().await.unwrap();
    logs.get()
        .losantdomain("other.com")
        .links(false)
        .send()
        .await
        .unwrap();
    let requests = server.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| {
            let domain = request.headers["losantdomain"].to_str().unwrap();
            (request.url.query().unwrap(), domain)
        })
        .collect();
    assert_eq!(
        sent,
        [
            ("_actions=false&_links=true&_embedded=false", "example.com"),
            ("_actions=false&_links=false&_embedded=false", "other.com"),
        ]
    );
}

/// A transport that answers late, and counts waiting requests.
#[derive(Debug, Default)]
struct Slow {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Transport for Slow {
    fn send(&self, _request: reqwest::Request) -> Sending {
        let (now, most) = (Arc::clone(&self.now), Arc::clone(&self.most));
        Box::pin(async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(losant::http::Response::new("{}").into())
        })
    }
}

#[tokio::test]
async fn concurrent_requests_are_limited() {
    let slow = Slow::default();
    let most = Arc::clone(&slow.most);
    let builder = Client::builder().transport(slow).concurrency_limit(3);
    let client = builder.build().unwrap();
    let logs = client.instance_audit_logs(id(INSTANCE));
    let calls = (0..30).map(|_| logs.get().send());
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn waiting_for_the_concurrency_limit_counts_towards_the_timeout() {
    #[derive(Debug)]
    struct Never;
    impl Transport for Never {
        fn send(&self, _request: reqwest::Request) -> Sending {
            Box::pin(std::future::pending())
        }
    }
    let builder = Client::builder().transport(Never).concurrency_limit(1);
    let client = builder.timeout(Duration::from_millis(50)).build().unwrap();
    let logs = client.instance_audit_logs(id(INSTANCE));
    let waiting = logs.get().timeout(Duration::from_millis(10)).send();
    let (first, second) = futures_util::future::join(logs.get().send(), waiting).await;
    assert!(first.unwrap_err().is_timeout());
    let second = second.unwrap_err();
    assert_eq!((second.attempts(), second.is_retryable()), (0, true));
    assert!(second.is_timeout(), "{second}");
    let message = second.to_string();
    assert!(message.contains("not sent within 10ms"), "{message}");
    assert!(
        message.ends_with("the `concurrency_limit` was reached"),
        "{message}"
    );
}
