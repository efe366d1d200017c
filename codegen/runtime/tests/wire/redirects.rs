//! Redirects that would lose the method or body of a request.

use std::io::Read;

use client_runtime::{ClientBuilder, Core, Options, Retry, Upload, reqwest};

use crate::server::{Script, Server, reply};
use crate::{Client, Error, core, run};

macro_rules! actions {
    ($($name:ident $method:ident)+) => {$(
        #[derive(Debug, Clone, PartialEq)]
        struct $name {
            name: Option<String>,
        }
        client_runtime::parameters!($name { body name: "name", });
        client_runtime::action!($name = "thing.send" { $method "/things" -> Vec<u8> });
    )+};
}

actions!(Post POST Put PUT Patch PATCH Delete DELETE);

#[derive(Debug, Clone, PartialEq)]
struct Send {
    file: Upload,
}
client_runtime::parameters!(Send { file file: "file" required, });
client_runtime::action!(Send = "file.send" { POST "/files" -> Vec<u8> });

fn moved(status: u16, location: &str) -> Script {
    reply(
        &format!("{status} Moved"),
        &format!("Location: {location}\r\nContent-Length: 0\r\n"),
        "",
    )
}

/// Reads the body `"x"` before it answers.
fn after_body(answer: Script) -> Script {
    Box::new(move |stream| {
        let mut body = [0; 3];
        stream.read_exact(&mut body).unwrap();
        assert_eq!(body, *br#""x""#);
        answer(stream);
    })
}

/// The error of a redirect, and the requests received.
fn redirected<R: client_runtime::Action>(
    core: impl Fn(&str) -> Core,
    request: R,
    redirect: Script,
) -> (Error, Vec<String>, String) {
    let server = Server::new([redirect, reply("200 OK", "", "[1]")]);
    let sent = run(core(&server.url).send::<R, Error>(&request, &Options::new()));
    let error = sent.err().unwrap();
    (error, server.heads(), server.url.clone())
}

macro_rules! each {
    ($check:expr) => {{
        let check = $check;
        let name = || Some("x".to_owned());
        check(
            "POST",
            redirected(core, Post { name: name() }, moved(302, "/a")),
        );
        check(
            "POST",
            redirected(core, Post { name: name() }, moved(301, "/a")),
        );
        check(
            "POST",
            redirected(core, Post { name: None }, moved(303, "/a")),
        );
        check(
            "PUT",
            redirected(core, Put { name: name() }, moved(301, "/a")),
        );
        check(
            "PUT",
            redirected(core, Put { name: name() }, moved(303, "/a")),
        );
        check(
            "PATCH",
            redirected(core, Patch { name: name() }, moved(302, "/a")),
        );
        check(
            "PATCH",
            redirected(core, Patch { name: name() }, moved(303, "/a")),
        );
        check(
            "DELETE",
            redirected(core, Delete { name: None }, moved(302, "/a")),
        );
        check(
            "DELETE",
            redirected(core, Delete { name: None }, moved(303, "/a")),
        );
    }};
}

#[test]
fn a_redirect_that_would_lose_method_and_body_is_an_error_that_names_both_urls() {
    each!(
        |method: &str, (error, heads, url): (Error, Vec<String>, String)| {
            assert!(error.is_redirect(), "{error}");
            assert_eq!(heads.len(), 1, "{method}");
            let message = error.to_string();
            let expected = format!("{method} {url}/things was redirected to {url}/a; not followed");
            assert!(message.contains(&expected), "{message}");
            assert!(error.status().unwrap().is_redirection());
            assert_eq!(error.headers().unwrap()["location"], "/a");
        }
    );
}

#[test]
fn an_upload_is_not_lost_in_a_redirect() {
    for upload in [
        Upload::new("abc"),
        Upload::from_reader(&b"abc"[..], Some(3)),
    ] {
        let (error, heads, _) = redirected(core, Send { file: upload }, moved(302, "/a"));
        assert!(error.is_redirect());
        assert_eq!(heads.len(), 1);
    }
}

#[test]
fn no_secret_in_a_url_is_shown() {
    let location = "http://user:sesame@127.0.0.1:9/a?token=sesame#sesame";
    let (error, ..) = redirected(core, Post { name: None }, moved(307, location));
    let message = format!("{error} {error:?}");
    assert!(!message.contains("sesame"), "{message}");
    assert!(message.contains("http://127.0.0.1:9/a?…"), "{message}");
    assert!(message.contains("leads to another server"), "{message}");
}

#[test]
fn a_token_in_a_location_is_not_shown_in_any_url_encoding() {
    for token in [
        "se\"same<gate>",
        "sesame\\gate",
        "sesame?gate#three",
        "sesame/../gate",
        "sesame%22gate'{x}|y^z`",
    ] {
        let with_token = |url: &str| -> Core {
            let client = ClientBuilder::<Client>::default().base_url(url);
            let client = client.access_token(token).retry(Retry::none());
            client.build().unwrap().0
        };
        for location in [
            format!("/a/{token}/b"),
            format!("b/{token}"),
            format!("http://127.0.0.1:9/{token}"),
            format!("http://{token}/b"),
            format!("/a?b={token}"),
        ] {
            let (error, ..) = redirected(with_token, Post { name: None }, moved(302, &location));
            assert!(error.is_redirect(), "{location}: {error}");
            let message = format!("{error} {error:?} {error:#?}");
            for part in ["sesame", "same", "gate"] {
                assert!(!message.contains(part), "{location}: {message}");
            }
        }
    }
}

#[test]
fn a_redirect_that_keeps_method_and_body_is_followed() {
    for status in [307, 308] {
        let answers = [moved(status, "/a"), reply("200 OK", "", "[1]")];
        let server = Server::new(answers.map(after_body));
        let request = Post {
            name: Some("x".into()),
        };
        let sent = run(core(&server.url).send::<_, Error>(&request, &Options::new()));
        assert_eq!(*sent.unwrap(), [1]);
        let heads = server.heads();
        assert_eq!(heads.len(), 2);
        assert!(heads[1].starts_with("post /a "), "{}", heads[1]);
    }
}

#[test]
fn a_reqwest_client_that_follows_a_post_with_a_get_is_detected() {
    let own = |url: &str| {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::default());
        let client = ClientBuilder::<Client>::default().base_url(url);
        let client = client
            .http_client(http.build().unwrap())
            .retry(Retry::none());
        client.build().unwrap().0
    };
    let request = Post {
        name: Some("x".into()),
    };
    let (error, heads, url) = redirected(own, request, moved(302, "/a"));
    assert!(error.is_redirect() && !error.is_retryable());
    assert_eq!(heads.len(), 2);
    let message = error.to_string();
    let expected =
        format!("POST {url}/things was redirected to {url}/a; followed by the `http_client`");
    assert!(message.contains(&expected), "{message}");
    // The response is available.
    assert_eq!(error.body().unwrap(), "[1]");
}

#[test]
fn a_client_of_the_reexported_reqwest_follows_redirects_like_the_client_itself() {
    let own = |url: &str| {
        let client = ClientBuilder::<Client>::default().base_url(url);
        let client = client
            .http_client(reqwest::Client::new())
            .retry(Retry::none());
        client.build().unwrap().0
    };
    let request = Post {
        name: Some("x".into()),
    };
    let (error, heads, _) = redirected(own, request, moved(302, "/a"));
    assert!(error.is_redirect());
    assert_eq!(heads.len(), 1);
    let answers = [moved(307, "/a"), reply("200 OK", "", "[1]")];
    let server = Server::new(answers.map(after_body));
    let request = Post {
        name: Some("x".into()),
    };
    let sent = run(own(&server.url).send::<_, Error>(&request, &Options::new()));
    assert_eq!(*sent.unwrap(), [1]);
}
