//! Where tokens come from, and that they are not sent anywhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use client_runtime::test_util::{RecordedRequest, Reply, Scripted};
use client_runtime::{ClientBuilder, Core, Options, Retry};
use futures_util::future::join_all;

use crate::server::{Server, reply};
use crate::{Client, Error, run};

#[derive(Debug, Clone, PartialEq)]
struct Create {}
client_runtime::parameters!(Create {});
client_runtime::action!(Create = "thing.create" { POST "/thing" -> () });

async fn create(core: &Core, options: Options) -> Result<(), Error> {
    core.send(&Create {}, &options).await.map(drop)
}

/// A client whose tokens are numbered, and the number of tokens so far.
fn numbered(url: &str) -> (Core, Arc<AtomicU32>) {
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    let builder = ClientBuilder::<Client>::default().base_url(url);
    let builder = builder.access_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move {
            tokio::task::yield_now().await;
            Ok::<_, std::io::Error>(format!("TOKEN-{number}"))
        }
    });
    (builder.build().unwrap().0, made)
}

fn tokens(server: &Server) -> Vec<String> {
    let heads = server.heads();
    let tokens = heads.iter().map(|head| {
        let (_, token) = head.split_once("authorization: bearer ").unwrap();
        token.split("\r\n").next().unwrap().to_owned()
    });
    tokens.collect()
}

#[test]
fn a_rejected_token_is_replaced_once_for_any_method() {
    let server = Server::new([
        reply("204 No Content", "", ""),
        reply("401 Unauthorized", "", ""),
        reply("204 No Content", "", ""),
        reply("204 No Content", "", ""),
    ]);
    let (core, made) = numbered(&server.url);
    run(async {
        for _ in 0..3 {
            create(&core, Options::new()).await.unwrap();
        }
    });
    assert_eq!(
        tokens(&server),
        ["token-1", "token-1", "token-2", "token-2"]
    );
    assert_eq!(made.load(Ordering::SeqCst), 2);
}

#[test]
fn a_second_rejected_token_is_an_error() {
    let body = "TOKEN-1 and TOKEN-2 were refused";
    let server = Server::new([
        reply("401 Unauthorized", "", ""),
        reply("401 Unauthorized", "", body),
    ]);
    let (core, _) = numbered(&server.url);
    let error = run(create(&core, Options::new())).unwrap_err();
    assert!(error.is_unauthorized() && !error.is_retryable());
    assert_eq!(error.attempts(), 2);
    let message = format!("{error} {error:?}");
    assert!(!message.contains("TOKEN-"), "{message}");
    assert!(
        message.contains("[redacted] and [redacted] were refused"),
        "{message}"
    );
}

#[test]
fn a_rejected_fixed_token_is_not_sent_again() {
    let server = Server::new([reply("401 Unauthorized", "", "")]);
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let core = builder.access_token("TOKEN").build().unwrap().0;
    let error = run(create(&core, Options::new())).unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert_eq!(server.heads().len(), 1);
}

#[test]
fn concurrent_callers_share_a_new_token() {
    let refused = |request: &RecordedRequest| request.headers.get("x-fresh").is_none();
    let script = Scripted::by(move |request| {
        if refused(request) {
            Reply::status(401)
        } else {
            Reply::status(204)
        }
    });
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let builder = builder.access_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move {
            tokio::task::yield_now().await;
            Ok::<_, std::io::Error>(format!("TOKEN-{number}"))
        }
    });
    let core = builder.build().unwrap().0;
    let calls = (0..100).map(|_| create(&core, Options::new()));
    let results = run(join_all(calls));
    assert!(results.iter().all(Result::is_err));
    assert_eq!(script.requests().len(), 200);
    assert_eq!(made.load(Ordering::SeqCst), 2);
}

#[test]
fn concurrent_callers_share_a_new_token_that_equals_the_old_one() {
    let script = Scripted::by(|_| Reply::status(401));
    let made = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&made);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let builder = builder.access_token_provider(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            Ok::<_, std::io::Error>("TOKEN".to_owned())
        }
    });
    let core = builder.build().unwrap().0;
    let calls = (0..100).map(|_| create(&core, Options::new()));
    let results = run(join_all(calls));
    assert!(results.iter().all(Result::is_err));
    // The server has rejected it, so it is not sent again.
    assert_eq!(script.requests().len(), 100);
    assert_eq!(made.load(Ordering::SeqCst), 2);
}

#[test]
fn a_failure_of_the_provider_is_the_source_of_the_error_and_nothing_is_sent() {
    let script = Scripted::new([]);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let builder = builder.access_token_provider(|| async { Err("the vault is sealed") });
    let core = builder.build().unwrap().0;
    let error = run(create(&core, Options::new())).unwrap_err();
    assert!(error.is_token());
    assert_eq!((error.attempts(), script.requests().len()), (0, 0));
    assert_eq!(
        error.to_string(),
        "thing.create (POST /thing): could not get an access token"
    );
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the vault is sealed");
}

#[test]
fn concurrent_callers_share_a_panic_of_the_provider() {
    for is_late in [false, true] {
        let script = Scripted::new([]);
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        let builder = ClientBuilder::<Client>::default().transport(script.clone());
        let builder = builder.access_token_provider(move || {
            let number = count.fetch_add(1, Ordering::SeqCst);
            async move {
                tokio::time::sleep(std::time::Duration::from_millis(if is_late {
                    5
                } else {
                    0
                }))
                .await;
                assert!(number > 0, "the first one panics");
                Err::<String, _>(std::io::Error::other("the others fail"))
            }
        });
        let core = Arc::new(builder.build().unwrap().0);
        let results = run(async {
            let calls = (0..100).map(|_| {
                let core = Arc::clone(&core);
                tokio::spawn(async move { create(&core, Options::new()).await })
            });
            join_all(calls.collect::<Vec<_>>()).await
        });
        let (ended, panicked): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!(panicked.len(), 1);
        for result in ended {
            let error = result.unwrap().unwrap_err();
            assert!(error.is_token());
            let source = std::error::Error::source(&error).unwrap();
            assert_eq!(source.to_string(), "the token provider panicked");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        // The next call asks the provider again.
        let error = run(create(&core, Options::new())).unwrap_err();
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "the others fail");
    }
}

#[test]
fn concurrent_callers_share_a_failure_of_the_provider() {
    #[derive(Debug)]
    struct Sealed;
    impl std::fmt::Display for Sealed {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the vault is sealed")
        }
    }
    impl std::error::Error for Sealed {}

    let script = Scripted::new([]);
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let builder = builder.access_token_provider(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            Err::<String, _>(Sealed)
        }
    });
    let core = builder.build().unwrap().0;
    for round in 1..=2 {
        let calls = (0..100).map(|_| create(&core, Options::new()));
        for result in run(join_all(calls)) {
            let error = result.unwrap_err();
            assert!(error.is_token());
            let source = std::error::Error::source(&error).unwrap();
            assert!(source.is::<Sealed>(), "{source:?}");
        }
        // Later calls ask the provider again.
        assert_eq!(asked.load(Ordering::SeqCst), round);
    }
    assert!(script.requests().is_empty());
}

#[test]
fn a_caller_that_gives_up_does_not_block_the_next() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let script = Scripted::by(|_| Reply::status(204));
    let builder = ClientBuilder::<Client>::default().transport(script);
    let builder = builder.access_token_provider(move || {
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if is_first {
                std::future::pending::<()>().await;
            }
            Ok::<_, std::io::Error>("TOKEN".to_owned())
        }
    });
    let core = builder.build().unwrap().0;
    let soon = Options::new().timeout(std::time::Duration::from_millis(50));
    let (first, second) = run(async {
        let first = create(&core, soon);
        let second = create(&core, Options::new());
        futures_util::future::join(first, second).await
    });
    assert!(first.unwrap_err().is_timeout());
    second.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_timeout_of_the_provider_says_so() {
    let limit = std::time::Duration::from_millis(50);
    let builder = ClientBuilder::<Client>::default().timeout(limit);
    let core = builder.access_token_provider(std::future::pending::<Result<_, &str>>);
    let error = run(create(&core.build().unwrap().0, Options::new())).unwrap_err();
    assert!(error.is_timeout() && error.attempts() == 0);
    assert_eq!(
        error.to_string(),
        "thing.create (POST /thing): no access token within 50ms, the `timeout`"
    );

    let server = Server::new([Box::new(|_: &mut std::net::TcpStream| {
        std::thread::sleep(std::time::Duration::from_millis(300));
    }) as crate::server::Script]);
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let core = builder.concurrency_limit(1).build().unwrap().0;
    let (_, waited) = run(async {
        let first = create(&core, Options::new());
        let second = create(&core, Options::new().timeout(limit));
        futures_util::future::join(first, second).await
    });
    assert_eq!(
        waited.unwrap_err().to_string(),
        "thing.create (POST /thing): not sent within 50ms, the `timeout`: the `concurrency_limit` \
         was reached"
    );
}

#[test]
fn a_provider_that_fails_after_a_rejection_keeps_the_response() {
    let script = Scripted::by(|_| Reply::status(401).body("expired"));
    let asked = AtomicU32::new(0);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let builder = builder.access_token_provider(move || {
        let is_first = asked.fetch_add(1, Ordering::SeqCst) == 0;
        async move { is_first.then(|| "TOKEN".to_owned()).ok_or("sealed") }
    });
    let error = run(create(&builder.build().unwrap().0, Options::new())).unwrap_err();
    assert!(error.is_token() && error.is_unauthorized());
    assert_eq!(error.body().unwrap(), "expired");
    assert_eq!((error.attempts(), script.requests().len()), (1, 1));
}

#[test]
fn a_token_of_a_request_is_used_only_for_that_request() {
    let answer = || reply("204 No Content", "", "");
    let server = Server::new([answer(), answer()]);
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let core = builder.access_token("of-the-client").build().unwrap().0;
    let options = Options::new().access_token("of-the-request");
    assert!(!format!("{options:?} {core:?}").contains("of-the"));
    run(create(&core, options)).unwrap();
    run(create(&core, Options::new())).unwrap();
    assert_eq!(tokens(&server), ["of-the-request", "of-the-client"]);
}

#[test]
fn a_request_overrides_the_settings_of_its_client() {
    let server = Server::new([reply("204 No Content", "", "")]);
    let builder = ClientBuilder::<Client>::default().base_url("http://127.0.0.1:9");
    let builder = builder
        .header("Accept-Version", "^1.0.0")
        .user_agent("exporter/1");
    let core = builder.retry(Retry::none()).build().unwrap().0;
    let options = Options::new()
        .base_url(format!("{}/prefix/", server.url))
        .header("accept-version", "^2.0.0")
        .user_agent("job/2");
    run(create(&core, options)).unwrap();
    let head = server.heads().concat();
    assert!(
        head.starts_with("post /prefix/thing http/1.1\r\n"),
        "{head}"
    );
    assert!(head.contains("accept-version: ^2.0.0\r\n"), "{head}");
    assert!(head.contains("user-agent: job/2 wire/0\r\n"), "{head}");
}

#[test]
fn invalid_settings_of_a_request_are_named_and_nothing_is_sent() {
    let script = Scripted::new([]);
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let core = builder.build().unwrap().0;
    let options = Options::new()
        .base_url("ftp://host")
        .access_token("a b")
        .header("Authorization", "SESAME")
        .header("content-length", "3")
        .header("a header", "SESAME")
        .header("x", "SESAME\n")
        .user_agent(" ")
        .timeout(std::time::Duration::ZERO)
        .retry(Retry::new().attempts(0));
    let error = run(create(&core, options)).unwrap_err();
    assert!(error.is_config());
    assert!(script.requests().is_empty());
    let lines = error.to_string().replace("; ", "\n");
    let expected = "thing.create (POST /thing): invalid settings: \
                    base_url: expected `http://` or `https://`\n\
                    access_token: expected visible ASCII characters\n\
                    user_agent: expected visible ASCII characters\n\
                    header \"Authorization\": see `access_token`, which keeps it secret\n\
                    header \"content-length\": the body decides it\n\
                    header \"a header\": not the name of a header\n\
                    header \"x\": expected visible ASCII characters\n\
                    timeout: must be longer than zero\n\
                    retry: `attempts` must be at least 1";
    assert_eq!(lines, expected);
}
