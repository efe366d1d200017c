//! The settings of a client: what is wrong is said when the client is built, all of it at once.

use losant::{Client, ClientBuilder};

use crate::TOKEN;

/// What is wrong with the settings.
fn problems(set: impl FnOnce(ClientBuilder<Client>) -> ClientBuilder<Client>) -> String {
    let error = set(Client::builder()).build().unwrap_err();
    assert!(error.is_config());
    assert!(!error.is_invalid_request());
    assert_eq!(error.status(), None);
    error.to_string()
}

#[test]
fn every_setting_that_is_wrong_is_named_at_once() {
    let message = problems(|builder| {
        let builder = builder
            .base_url("api.losant.com")
            .user_agent("my\nexporter");
        builder.access_token(format!("{TOKEN}\r\nX-Evil: 1"))
    });
    insta::assert_snapshot!(message.replace("; ", ";\n"), @r"
    invalid settings: base_url: expected `http://` or `https://`;
    user_agent: expected visible ASCII characters;
    access_token: expected visible ASCII characters
    ");
}

#[test]
fn a_base_url_that_requests_can_not_be_made_from_is_refused() {
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
fn a_base_url_may_have_a_port_a_path_and_slashes_at_its_end() {
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
fn a_token_that_would_not_go_into_a_header_unchanged_is_refused() {
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
fn a_user_agent_with_a_line_break_is_refused() {
    for product in ["my\nexporter", "x\r\nX-Evil: 1", "x\0", "\u{7f}"] {
        let message = problems(|builder| builder.user_agent(product));
        assert!(
            message.starts_with("invalid settings: user_agent: "),
            "{product:?}: {message}"
        );
    }
}
