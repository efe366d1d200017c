//! Event streams over connections that are complete, slow, broken and missing.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use client_runtime::{Action, DynamicRequest, Events, Json, Options, Retry, ServerSentEvent};
use futures_util::{StreamExt, TryStreamExt};

use crate::server::{Script, Server, events, reply};
use crate::{Error, core, milliseconds, run};

#[derive(Debug, Clone, Default, PartialEq)]
struct Watch {
    links: Option<bool>,
}

client_runtime::parameters!(Watch {
    query links: "_links" = true,
});

#[derive(Clone, PartialEq)]
enum WatchEvent {
    Count(u64),
    Unknown(ServerSentEvent),
}

client_runtime::events!(WatchEvent {
    Count(u64) = "count",
});

client_runtime::action!(Watch = "counter.watch" { GET "/watch" -> events WatchEvent });

type Watching = Events<Watch, Json>;

fn watch(server: &Server) -> Watching {
    watch_with(server, Options::default())
}

fn watch_with(server: &Server, options: Options) -> Watching {
    Events::new(core(&server.url), Watch::default(), options)
}

/// All events of a stream, which must end after an error.
async fn all(mut watching: Watching) -> (Vec<WatchEvent>, Option<Error>) {
    let mut events = Vec::new();
    let mut last = None;
    while let Some(event) = watching.next().await {
        assert!(last.is_none(), "nothing follows an error");
        match event {
            Ok(event) => events.push(event),
            Err(error) => last = Some(error),
        }
    }
    assert!(watching.next().await.is_none());
    (events, last)
}

/// Counter events, in order.
fn counts(counts: &[u64]) -> Vec<WatchEvent> {
    counts.iter().copied().map(WatchEvent::Count).collect()
}

fn none() -> Script {
    reply("204 No Content", "", "")
}

#[test]
fn events_are_complete_however_the_bytes_are_split() {
    let text = "\u{feff}event: count\r\ndata: 1\r\n\r\n: é\r\nevent: new\rdata: é\r\rretry: 10\n\n";
    let server = Server::new([
        Box::new(move |stream: &mut std::net::TcpStream| {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
            for byte in text.bytes() {
                stream
                    .write_all(&[b'1', b'\r', b'\n', byte, b'\r', b'\n'])
                    .unwrap();
            }
            stream.write_all(b"0\r\n\r\n").unwrap();
        }) as Script,
        none(),
    ]);
    let (events, error) = run(all(watch(&server)));
    assert!(error.is_none(), "{error:?}");
    let [WatchEvent::Count(1), WatchEvent::Unknown(unknown)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(
        (unknown.event.as_str(), unknown.data.as_str()),
        ("new", "é")
    );
}

#[test]
fn a_request_for_events_has_no_defaults() {
    let server = Server::new([none(), none()]);
    run(all(watch(&server)));
    let links = Watch { links: Some(true) };
    run(all(Events::new(
        core(&server.url),
        links,
        Options::default(),
    )));
    let heads = server.heads();
    assert!(heads[0].starts_with("get /watch http/1.1\r\n"), "{heads:?}");
    assert!(heads[0].contains("\r\naccept: application/json\r\n"));
    assert!(heads[1].starts_with("get /watch?_links=true http/1.1\r\n"));
}

#[test]
fn a_lost_connection_is_resumed_after_the_last_event() {
    let server = Server::new([
        events("retry: 10\nid: é\nevent: count\ndata: 1\n\nid: 8\nevent: count\ndata: 9"),
        // A truncated body, and then no response at all.
        reply(
            "200 OK",
            "Content-Type: TEXT/EVENT-STREAM\r\nContent-Length: 100\r\n",
            "event: count\ndata: 2\n\n",
        ),
        Box::new(|_| {}),
        events("id: 9\nevent: count\ndata: 3\n\n"),
        none(),
    ]);
    let (events, error) = run(all(watch(&server)));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(events, counts(&[1, 2, 3]));
    let ids: Vec<_> = server
        .heads()
        .iter()
        .map(|head| {
            head.split("last-event-id: ")
                .nth(1)?
                .split("\r\n")
                .next()
                .map(str::to_owned)
        })
        .collect();
    let [one, two] = [Some("é".to_owned()), Some("9".to_owned())];
    assert_eq!(ids, [None, one.clone(), one.clone(), one, two]);
}

#[test]
fn a_stream_can_be_resumed_by_another() {
    let server = Server::new([events("id: 7\nevent: count\ndata: 1\n\n"), none()]);
    let id = run(async {
        let mut watching = watch(&server);
        assert_eq!(watching.last_event_id(), None);
        watching.try_next().await.unwrap();
        watching.last_event_id().map(str::to_owned)
    });
    let watching = watch(&server).resume_after(id.unwrap());
    assert_eq!(watching.last_event_id(), Some("7"));
    run(all(watching));
    assert!(server.heads()[1].contains("\r\nlast-event-id: 7\r\n"));
}

#[test]
fn no_content_ends_a_stream_without_an_error() {
    let (events, error) = run(all(watch(&Server::new([none()]))));
    assert!(events.is_empty() && error.is_none());
}

#[test]
fn a_status_other_than_200_ends_a_stream_with_the_response() {
    for status in ["202 Accepted", "404 Not Found", "501 Not Implemented"] {
        let server = Server::new([
            events("retry: 10\nevent: count\ndata: 1\n\n"),
            reply(
                status,
                "Content-Type: text/event-stream\r\nX-Id: 1\r\n",
                "sorry",
            ),
        ]);
        let (events, error) = run(all(watch(&server)));
        assert_eq!(events, counts(&[1]));
        let error = error.unwrap();
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        assert_eq!(error.body().unwrap(), "sorry");
        assert_eq!(error.headers().unwrap()["x-id"], "1");
        assert_eq!(
            error.to_string(),
            format!("counter.watch (GET /watch): {status}: \"sorry\"")
        );
    }
}

#[test]
fn a_stream_waits_for_a_temporarily_unavailable_server() {
    let server = Server::new([
        reply("503 Service Unavailable", "Retry-After: 0\r\n", ""),
        events("retry: 1\nevent: count\ndata: 1\n\n"),
        reply("503 Service Unavailable", "", "later"),
        reply("429 Too Many Requests", "Retry-After: 0\r\n", ""),
        events("event: count\ndata: 2\n\n"),
        none(),
    ]);
    let options = Options::new().retry(Retry::new());
    let (events, error) = run(all(watch_with(&server, options)));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(events, counts(&[1, 2]));
}

#[test]
fn a_response_that_is_not_an_event_stream_is_an_error_that_says_so() {
    let server = Server::new([
        reply("200 OK", "Content-Type: text/html\r\n", "<html>"),
        reply("200 OK", "Content-Length: 9\r\n", ""),
    ]);
    let (_, error) = run(all(watch(&server)));
    let error = error.unwrap();
    assert!(error.is_decode());
    assert_eq!(
        error.to_string(),
        "counter.watch (GET /watch): 200 OK: expected an event stream, \
         not content of type \"text/html\": \"<html>\""
    );
    let (_, error) = run(all(watch(&server)));
    assert!(error.unwrap().to_string().ends_with("of type \"\""));
}

#[test]
fn a_first_connection_that_fails_is_an_error() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let core = core(&format!("http://{port}"));
    let (events, error) = run(all(Events::new(core, Watch::default(), Options::default())));
    assert!(events.is_empty());
    assert!(error.unwrap().is_connect());
}

#[test]
fn a_stream_ends_after_too_many_failed_reconnections() {
    let server = Server::new([events("retry: 1\nevent: count\ndata: 1\n\n")]);
    let (events, error) = run(all(watch(&server).reconnects(3)));
    assert_eq!(events, counts(&[1]));
    assert!(error.unwrap().is_connect());
}

#[test]
fn a_response_that_does_not_start_in_time_is_an_error() {
    let server = Server::new([Box::new(|stream: &mut std::net::TcpStream| {
        let _ = stream.read(&mut [0]);
    }) as Script]);
    let (_, error) = run(all(watch_with(&server, milliseconds(50))));
    let error = error.unwrap();
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "counter.watch (GET /watch): no complete response within 50ms, the `timeout`"
    );
}

#[test]
fn a_stream_may_take_longer_than_its_timeout() {
    let server = Server::new([
        Box::new(|stream: &mut std::net::TcpStream| {
            events("retry: 10\nevent: count\ndata: 1\n\n")(stream);
            thread::sleep(Duration::from_millis(400));
            let _ = stream.write_all(b"event: count\ndata: 2\n\n");
        }) as Script,
        none(),
    ]);
    let (events, error) = run(all(watch_with(&server, milliseconds(200))));
    assert!(error.is_none(), "{error:?}");
    assert_eq!(events, counts(&[1, 2]));
    assert_eq!(server.heads().len(), 2);
}

#[test]
fn an_event_over_the_size_limit_is_an_error() {
    let large = format!("event: count\ndata: 1\n\n: {}", "x".repeat(1000));
    let (events, error) = run(all(watch(&Server::new([events(large)]))));
    assert_eq!(events, counts(&[1]));
    assert_eq!(
        error.unwrap().to_string(),
        "counter.watch (GET /watch): 200 OK: an event is larger than 1000 bytes, \
         the `max_response_size`"
    );
}

#[test]
fn dropping_a_stream_closes_its_connection() {
    let (sender, closed) = channel();
    let server = Server::new([Box::new(move |stream: &mut std::net::TcpStream| {
        events("event: count\ndata: 1\n\n")(stream);
        let read = stream.read(&mut [0]);
        sender.send(read.map_or(true, |count| count == 0)).unwrap();
    }) as Script]);
    run(async {
        let mut watching = watch(&server);
        assert_eq!(
            watching.try_next().await.unwrap(),
            Some(WatchEvent::Count(1))
        );
        let wait = tokio::time::timeout(Duration::from_millis(20), watching.next());
        assert!(wait.await.is_err());
        drop(watching);
        tokio::task::yield_now().await;
    });
    assert!(closed.recv_timeout(Duration::from_secs(5)).unwrap());
}

#[test]
fn a_dynamic_request_yields_raw_events_and_cannot_be_sent_otherwise() {
    let request = || DynamicRequest::new::<Watch>(serde_json::json!({})).unwrap();
    let server = Server::new([events("event: count\ndata: 1\n\n")]);
    run(async {
        let core = core(&server.url);
        let mut events = Events::<_, Json>::new(core.clone(), request(), Options::default());
        let event = events.try_next().await.unwrap().unwrap();
        assert_eq!((event.event.as_str(), event.data.as_str()), ("count", "1"));
        let sent: Result<_, Error> = core.send(&request(), &Options::default()).await;
        assert!(sent.unwrap_err().is_invalid_request());
        assert_eq!(server.heads().len(), 1);
    });
}

#[test]
fn an_action_without_events_is_not_sent_as_a_stream() {
    #[derive(Debug)]
    struct Delete {}
    client_runtime::parameters!(Delete {});
    client_runtime::action!(Delete = "counter.delete" { DELETE "/" -> () });
    fn is_action<A: Action>() {}
    is_action::<Delete>();

    let server = Server::new([]);
    let request = DynamicRequest::new::<Delete>(serde_json::json!({})).unwrap();
    let mut events = Events::<_, Json>::new(core(&server.url), request, Options::default());
    let error = run(events.next()).unwrap().unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
}
