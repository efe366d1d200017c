//! What is retried, how often, and after how long. No test here sleeps.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_runtime::test_util::{Reply, Scripted, VirtualClock};
use client_runtime::{Action, ClientBuilder, Core, Options, Retry};
use futures_util::future::join_all;

use crate::server::{Server, reply};
use crate::{Client, Error, run};

macro_rules! requests {
    ($($name:ident $method:ident)+) => {$(
        #[derive(Debug, Clone, PartialEq)]
        struct $name {}
        client_runtime::parameters!($name {});
        client_runtime::action!($name = "thing.act" { $method "/thing" -> () });
    )+};
}

requests!(Get GET Head HEAD Put PUT Delete DELETE Post POST Patch PATCH);

/// A client with scripted replies and a virtual clock.
fn client(
    script: &Scripted,
    set: impl Fn(ClientBuilder<Client>) -> ClientBuilder<Client>,
) -> (Core, VirtualClock) {
    let clock = VirtualClock::new();
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let client = set(builder.clock(clock.clone())).build().unwrap();
    (client.0, clock)
}

async fn send<R: Action>(core: &Core, request: R, options: Options) -> Result<(), Error> {
    core.send(&request, &options).await.map(drop)
}

fn attempts<R: Action>(request: R, reply: Reply) -> usize {
    let script = Scripted::new([reply, Reply::status(204)]);
    let (core, _) = client(&script, |builder| builder);
    let sent = run(send(&core, request, Options::new()));
    assert_eq!(sent.is_ok(), script.requests().len() == 2);
    script.requests().len()
}

#[test]
fn idempotent_requests_are_retried() {
    let replies = [
        Reply::refused(),
        Reply::timed_out(),
        Reply::broken("reset"),
        Reply::status(408),
        Reply::status(429),
        Reply::status(500),
        Reply::status(502),
        Reply::status(503),
        Reply::status(504),
        Reply::status(503).body("half").then_breaks(),
        Reply::status(200).body("half").then_breaks(),
    ];
    for reply in replies {
        assert_eq!(attempts(Get {}, reply.clone()), 2, "{reply:?}");
        assert_eq!(attempts(Head {}, reply.clone()), 2, "{reply:?}");
        assert_eq!(attempts(Put {}, reply.clone()), 2, "{reply:?}");
        assert_eq!(attempts(Delete {}, reply.clone()), 2, "{reply:?}");
    }
}

#[test]
fn other_requests_are_retried_only_if_the_server_has_not_acted() {
    for reply in [Reply::refused(), Reply::status(429)] {
        assert_eq!(attempts(Post {}, reply.clone()), 2, "{reply:?}");
        assert_eq!(attempts(Patch {}, reply.clone()), 2, "{reply:?}");
    }
    let unknown = [
        Reply::timed_out(),
        Reply::broken("reset"),
        Reply::status(408),
        Reply::status(500),
        Reply::status(502),
        Reply::status(503),
        Reply::status(504),
        Reply::status(200).body("half").then_breaks(),
    ];
    for reply in unknown {
        assert_eq!(attempts(Post {}, reply.clone()), 1, "{reply:?}");
        assert_eq!(attempts(Patch {}, reply.clone()), 1, "{reply:?}");
    }
}

#[test]
fn permanent_failures_are_not_retried() {
    for status in [301, 400, 401, 403, 404, 409, 422, 501, 505] {
        assert_eq!(attempts(Get {}, Reply::status(status)), 1, "{status}");
    }
}

#[test]
fn a_request_can_be_marked_idempotent_or_not() {
    for (idempotent, attempts) in [(true, 2), (false, 1)] {
        let script = Scripted::new([Reply::status(503), Reply::status(204)]);
        let (core, _) = client(&script, |builder| builder);
        let options = Options::new().retry(Retry::new().idempotent(idempotent));
        let sent = run(send(&core, Post {}, options.clone()));
        assert_eq!(
            (sent.is_ok(), script.requests().len()),
            (idempotent, attempts)
        );
    }
}

#[test]
fn an_error_says_how_often_it_was_tried_and_why_no_more() {
    let script = Scripted::by(|_| Reply::status(503).header("X-Request-Id", "abc"));
    let (core, clock) = client(&script, |builder| builder);
    let error = run(send(&core, Get {}, Options::new())).unwrap_err();
    assert_eq!((error.attempts(), script.requests().len()), (4, 4));
    // Half a second, one second, two seconds.
    assert_eq!(clock.slept().as_millis(), 3_499);
    assert_eq!(error.elapsed(), clock.slept());
    assert!(error.is_retryable() && error.is_server_error());
    assert_eq!(error.request_id(), Some("abc"));
    assert_eq!(
        error.to_string(),
        "thing.act (GET /thing): 503 Service Unavailable; gave up after 4 attempts in 3.5s"
    );
    let error = run(send(&core, Post {}, Options::new())).unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
    assert_eq!(
        error.to_string(),
        "thing.act (POST /thing): 503 Service Unavailable"
    );
}

#[test]
fn retry_after_is_honoured_up_to_a_cap() {
    for (retry_after, waited) in [
        ("0", 0),
        ("7", 7),
        ("1000000000000", 60),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
    ] {
        let reply = Reply::status(429).header("Retry-After", retry_after);
        let script = Scripted::new([reply, Reply::status(204)]);
        let (core, clock) = client(&script, |builder| builder);
        run(send(&core, Post {}, Options::new())).unwrap();
        assert_eq!(clock.slept().as_secs(), waited, "{retry_after}");
    }
    for garbage in ["-1", "soon", "", "1.5"] {
        let reply = Reply::status(429).header("Retry-After", garbage);
        let script = Scripted::new([reply, Reply::status(204)]);
        let (core, clock) = client(&script, |builder| builder);
        run(send(&core, Post {}, Options::new())).unwrap();
        assert_eq!(clock.slept().as_millis(), 499, "{garbage}");
    }
}

#[test]
fn an_attempt_after_the_deadline_is_not_waited_for() {
    let script = Scripted::by(|_| Reply::status(503).header("Retry-After", "20"));
    let (core, clock) = client(&script, |builder| builder.timeout(Duration::from_secs(50)));
    let error = run(send(&core, Get {}, Options::new())).unwrap_err();
    assert_eq!((error.attempts(), clock.slept().as_secs()), (3, 40));
    assert_eq!(
        error.to_string(),
        "thing.act (GET /thing): 503 Service Unavailable; gave up after 3 attempts in 40.0s; \
         no time left for another attempt within 50s, the `timeout`"
    );
    let options = Options::new().timeout(Duration::from_secs(10));
    let error = run(send(&core, Get {}, options)).unwrap_err();
    assert_eq!(error.attempts(), 1);
    assert!(error.is_retryable());
}

#[test]
fn the_delay_is_a_random_part_of_its_limit() {
    for (random, waited) in [(0, 0), (1 << 63, 1_750)] {
        let script = Scripted::by(|_| Reply::status(503));
        let clock = VirtualClock::new().random(random);
        let builder = ClientBuilder::<Client>::default().transport(script.clone());
        let core = builder.clock(clock.clone()).build().unwrap().0;
        run(send(&core, Get {}, Options::new())).unwrap_err();
        assert_eq!(clock.slept().as_millis(), waited);
    }
}

#[test]
fn a_hundred_callers_do_not_make_an_outage_worse() {
    const MINUTE: Duration = Duration::from_secs(60);
    let script = Arc::new(AtomicU32::new(0));
    let sent = Arc::clone(&script);
    let server = Scripted::by(move |_| {
        sent.fetch_add(1, Ordering::Relaxed);
        Reply::status(503)
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let calls = AtomicU32::new(0);
    // The attempts and calls since the budget was used up.
    let since = Mutex::new(None);
    runtime.block_on(async {
        // Tokio's clock is paused, so it advances when all tasks wait.
        let builder = ClientBuilder::<Client>::default().transport(server.clone());
        let core = builder.build().unwrap().0;
        let started = tokio::time::Instant::now();
        join_all((0..100).map(|caller| {
            let (core, calls, since, script) = (&core, &calls, &since, &script);
            async move {
                while started.elapsed() < MINUTE {
                    let before = (
                        script.load(Ordering::Relaxed),
                        calls.load(Ordering::Relaxed),
                    );
                    let error = send(core, Get {}, Options::new()).await.unwrap_err();
                    calls.fetch_add(1, Ordering::Relaxed);
                    if error.to_string().contains("the retry budget is spent") {
                        since.lock().unwrap().get_or_insert(before);
                    }
                    tokio::time::sleep(Duration::from_millis(500 + caller)).await;
                }
            }
        }))
        .await;
    });
    let (attempts, calls) = (
        script.load(Ordering::Relaxed),
        calls.load(Ordering::Relaxed),
    );
    let (attempts_before, calls_before) = since.lock().unwrap().unwrap();
    let ratio = f64::from(attempts - attempts_before) / f64::from(calls - calls_before);
    println!("{calls} calls, {attempts} attempts; {ratio:.3} a call once the budget was spent");
    assert!(calls > 10_000);
    assert!(ratio <= 1.1, "{ratio}");
    assert!(f64::from(attempts) <= 1.1 * f64::from(calls));
}

#[test]
fn a_call_dropped_while_it_waits_returns_its_retry_to_the_budget() {
    let script = Scripted::by(|_| Reply::status(503));
    let builder = ClientBuilder::<Client>::default().transport(script);
    let core = builder.retry_budget(3).build().unwrap().0;
    let backoff = |time| {
        let time = Duration::from_millis(time);
        let options = Options::new().timeout(Duration::MAX);
        options.retry(Retry::new().backoff(time, time))
    };
    run(async {
        for _ in 0..10 {
            let options = backoff(1 << 40);
            let limit = Duration::from_millis(2);
            let _ = tokio::time::timeout(limit, send(&core, Get {}, options)).await;
        }
        let error = send(&core, Get {}, backoff(1)).await.unwrap_err();
        assert_eq!(error.attempts(), 4, "{error}");
    });
}

#[test]
fn the_largest_settings_are_accepted() {
    let script = Scripted::new([Reply::status(503), Reply::status(204)]);
    let (core, _) = client(&script, |builder| {
        builder
            .concurrency_limit(usize::MAX)
            .retry_budget(u32::MAX)
            .timeout(Duration::MAX)
            .attempt_timeout(Duration::MAX)
            .connect_timeout(Duration::MAX)
            .max_response_size(u64::MAX)
    });
    let retry = Retry::new()
        .attempts(u32::MAX)
        .backoff(Duration::MAX, Duration::MAX);
    run(send(&core, Get {}, Options::new().retry(retry))).unwrap();
}

#[test]
fn a_redirected_post_is_not_retried() {
    let redirect = || reply("307 Temporary Redirect", "Location: /done\r\n", "");
    for status in ["429 Too Many Requests", "401 Unauthorized"] {
        let server = Server::new([redirect(), reply(status, "", ""), redirect()]);
        let builder = ClientBuilder::<Client>::default().base_url(&server.url);
        let numbers = AtomicU32::new(0);
        let builder = builder.access_token_provider(move || {
            let token = numbers.fetch_add(1, Ordering::Relaxed).to_string();
            async move { Ok::<_, std::io::Error>(token) }
        });
        let core = builder.clock(VirtualClock::new()).build().unwrap().0;
        let error = run(send(&core, Post {}, Options::new())).unwrap_err();
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!((error.attempts(), error.is_retryable()), (1, false));
        assert_eq!(server.heads().len(), 2);
    }
}

#[test]
fn a_post_redirected_to_an_unreachable_server_is_not_retried() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        let read = std::io::Read::read(&mut stream, &mut [0; 4096]).unwrap();
        assert!(read > 0);
        reply(
            "307 Temporary Redirect",
            "Location: /done\r\nContent-Length: 0\r\n",
            "",
        )(&mut stream);
    });
    let builder = ClientBuilder::<Client>::default().base_url(url);
    let core = builder.clock(VirtualClock::new()).build().unwrap().0;
    let error = run(send(&core, Post {}, Options::new())).unwrap_err();
    assert!(error.is_connect());
    assert_eq!((error.attempts(), error.is_retryable()), (1, false));
}

#[test]
fn success_refills_the_budget() {
    let down = Arc::new(AtomicU32::new(1));
    let state = Arc::clone(&down);
    let script = Scripted::by(move |_| match state.load(Ordering::Relaxed) {
        0 => Reply::status(204),
        _ => Reply::status(503),
    });
    let (core, _) = client(&script, |builder| builder.retry_budget(3));
    let attempts = || {
        run(send(&core, Get {}, Options::new()))
            .unwrap_err()
            .attempts()
    };
    assert_eq!([attempts(), attempts()], [4, 1]);
    down.store(0, Ordering::Relaxed);
    for _ in 0..20 {
        run(send(&core, Get {}, Options::new())).unwrap();
    }
    down.store(1, Ordering::Relaxed);
    assert_eq!([attempts(), attempts()], [3, 1]);
}

#[test]
fn a_client_without_retries_makes_one_attempt() {
    let script = Scripted::by(|_| Reply::refused());
    let (core, clock) = client(&script, |builder| builder.retry(Retry::none()));
    let error = run(send(&core, Get {}, Options::new())).unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    assert_eq!((error.attempts(), clock.slept()), (1, Duration::ZERO));
}

#[derive(Debug, Clone, PartialEq)]
struct Find {
    name: String,
}
client_runtime::parameters!(Find { query name: "name" required, });
client_runtime::action!(Find = "thing.find" { GET "/thing" -> () });

#[test]
fn a_url_too_long_to_send_is_an_invalid_request() {
    let script = Scripted::new([]);
    let (core, _) = client(&script, |builder| builder);
    let name = "x".repeat(70_000);
    let error = run(send(&core, Find { name }, Options::new())).unwrap_err();
    assert!(error.is_invalid_request());
    assert_eq!((error.attempts(), script.requests().len()), (0, 0));
    let message = error.to_string();
    assert!(
        message.ends_with("the URL has 70030 bytes, more than the 65534 that can be sent"),
        "{message}"
    );
}

#[test]
fn a_connection_timeout_names_its_setting() {
    // The server does not respond to the TLS handshake.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let builder = ClientBuilder::<Client>::default().base_url(format!("https://{address}"));
    let builder = builder.connect_timeout(Duration::from_millis(50));
    let core = builder.retry(Retry::none()).build().unwrap().0;
    let error = run(send(&core, Post {}, Options::new())).unwrap_err();
    assert!(error.is_connect() && error.is_retryable());
    let expected = format!(
        "thing.act (POST /thing): could not connect to {address} within the `connect_timeout`"
    );
    assert_eq!(error.to_string(), expected);
}
