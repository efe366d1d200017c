//! Blocking calls: outside of Tokio, inside of it, and where they are not allowed.

use client_runtime::test_util::{Reply, Scripted};
use std::time::Duration;

use client_runtime::ServerSentEvent;
use client_runtime::{ClientBuilder, Core, Events, Extra, Json, Options, Pages, Response};
use futures_util::{FutureExt, StreamExt};

use crate::server::{Script, Server, Site, events, reply};
use crate::{Client, Error, core, run};

#[derive(Debug, Clone, PartialEq)]
struct Get {}
client_runtime::parameters!(Get {});
client_runtime::action!(Get = "thing.get" { GET "/thing" -> Json });

fn get(core: &Core) -> Result<Response<Json>, Error> {
    Ok(core.send_blocking(Get {}, Options::new())?)
}

fn server(answers: usize) -> Server {
    let answer = |_| reply("200 OK", "Content-Length: 1\r\n", "7");
    Server::new((0..answers).map(answer))
}

#[test]
fn a_call_blocks_outside_of_tokio() {
    let server = server(2);
    let core = core(&server.url);
    assert_eq!(get(&core).unwrap().get(), "7");
    assert_eq!(get(&core).unwrap().get(), "7");
}

#[test]
fn a_call_blocks_inside_of_a_current_thread_runtime() {
    let server = server(2);
    run(async {
        let core = core(&server.url);
        assert_eq!(get(&core).unwrap().get(), "7");
        // The same client without blocking, on its own connections.
        let sent: Result<_, Error> = core.send(&Get {}, &Options::new()).await;
        assert_eq!(sent.unwrap().get(), "7");
        // It is dropped here, inside of the runtime.
    });
}

#[test]
fn a_call_blocks_inside_of_a_multi_thread_runtime() {
    let server = server(3);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let core = core(&server.url);
        assert_eq!(get(&core).unwrap().get(), "7");
        let (for_task, for_blocking) = (core.clone(), core);
        let task = tokio::spawn(async move { get(&for_task).unwrap().into_body() });
        assert_eq!(task.await.unwrap().get(), "7");
        let blocking = tokio::task::spawn_blocking(move || get(&for_blocking).unwrap().into_body());
        assert_eq!(blocking.await.unwrap().get(), "7");
    });
}

#[test]
fn several_threads_block_on_one_client() {
    let script = Scripted::by(|_| Reply::json("7"));
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let core = builder.build().unwrap().0;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(get(&core).unwrap().get(), "7")));
        }
    });
    assert_eq!(script.requests().len(), 160);
}

#[test]
fn an_error_is_the_same_as_that_of_the_async_call() {
    let script = Scripted::by(|_| Reply::status(404).body("nothing here"));
    let builder = ClientBuilder::<Client>::default().transport(script);
    let core = builder.build().unwrap().0;
    let error = get(&core).unwrap_err();
    assert!(error.is_not_found());
    let other: Error = run(core.send(&Get {}, &Options::new())).unwrap_err();
    assert_eq!(error.to_string(), other.to_string());
}

#[test]
fn a_call_that_would_wait_for_itself_is_refused() {
    let inner = ClientBuilder::<Client>::default()
        .transport(Scripted::by(|_| Reply::json("\"TOKEN\"")))
        .build()
        .unwrap()
        .0;
    let slot = std::sync::Arc::new(std::sync::OnceLock::<Core>::new());
    let own = std::sync::Arc::clone(&slot);
    let builder = ClientBuilder::<Client>::default().transport(Scripted::by(|_| Reply::json("7")));
    let builder = builder.access_token_provider(move || {
        // It may block on another client, but not on itself.
        let other = get(&inner).map(|token| token.get().trim_matches('"').to_owned());
        let own = get(own.get().unwrap()).map(drop);
        async move {
            let problem = own.unwrap_err().to_string();
            assert!(problem.contains("would wait for itself"), "{problem}");
            other
        }
    });
    let core = builder.build().unwrap().0;
    slot.set(core.clone()).unwrap();
    assert_eq!(get(&core).unwrap().get(), "7");
}

#[derive(Default)]
pub struct Numbers {
    items: Option<client_runtime::List<i64>>,
    total: Option<i64>,
    extra: Extra,
}

#[derive(Debug, Clone, PartialEq)]
struct List {
    at: Option<i64>,
}

client_runtime::object!(response Numbers { items: "items", total: "total", });
client_runtime::parameters!(List { query at: "at", });
client_runtime::action!(List = "numbers.list" { GET "/numbers" -> Numbers });
client_runtime::paged!(List {
    items: i64,
    offset: at,
    total: total
});

#[derive(Debug, Clone, PartialEq)]
struct Watch {}
client_runtime::parameters!(Watch {});
client_runtime::action!(Watch = "thing.watch" { GET "/watch" -> events ServerSentEvent });

/// Awaits a future on another thread, with a limit, since it may never complete.
fn soon<T: Send + 'static>(test: impl Future<Output = T> + Send + 'static) -> T {
    let (sender, outcome) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(run(test)));
    outcome.recv_timeout(Duration::from_secs(10)).unwrap()
}

#[test]
fn a_stream_of_pages_that_started_async_continues_blocking() {
    let site = Site::new(|target| {
        let at: i64 = target
            .split_once("at=")
            .map_or(0, |(_, at)| at.parse().unwrap());
        std::thread::sleep(Duration::from_millis(5));
        ("200 OK", format!(r#"{{"items": [{at}], "total": 6}}"#))
    });
    let items = soon(async move {
        let mut pages = Pages::<_, Json>::new(core(&site.url), List { at: None }, Options::new())
            .concurrency(3);
        pages.next().await.unwrap().unwrap();
        let rest = pages
            .blocking()
            .map(|page| page.unwrap().into_body().items.unwrap());
        rest.flatten().collect::<Vec<_>>()
    });
    assert_eq!(items, [1, 2, 3, 4, 5]);
}

#[test]
fn a_stream_of_events_that_started_async_continues_blocking() {
    let server = Server::new([
        Box::new(|stream: &mut std::net::TcpStream| {
            events("retry: 1\nid: 1\ndata: 1\n\n")(stream);
            // The connection stays open.
            std::mem::forget(stream.try_clone().unwrap());
        }) as Script,
        events("data: 2\n\n"),
        reply("204 No Content", "", ""),
    ]);
    let (rest, heads) = soon(async move {
        let mut events = Events::<_, Json>::new(core(&server.url), Watch {}, Options::new());
        events.next().await.unwrap().unwrap();
        let rest: Vec<_> = events.blocking().map(|event| event.unwrap().data).collect();
        (rest, server.heads())
    });
    assert_eq!(rest, ["2"]);
    assert!(heads[1].contains("last-event-id: 1"), "{heads:?}");
}

#[test]
fn an_async_call_outside_of_tokio_is_an_error() {
    let script = Scripted::by(|_| Reply::json("7"));
    let builder = ClientBuilder::<Client>::default().transport(script.clone());
    let core = builder.build().unwrap().0;
    let sent = core
        .send::<_, Error>(&Get {}, &Options::new())
        .now_or_never()
        .unwrap();
    let mut pages = Pages::<_, Json>::new(core, List { at: None }, Options::new()).concurrency(4);
    let page = pages.next().now_or_never().unwrap().unwrap();
    for error in [sent.unwrap_err(), page.unwrap_err()] {
        assert!(error.is_config() && error.to_string().contains("need a Tokio runtime"));
    }
    assert!(script.requests().is_empty());
}

#[test]
fn a_panic_in_a_callback_is_an_error_and_the_client_keeps_working() {
    let script = Scripted::by(|request| match request.url.path() {
        "/thing" => panic!("a bug of the program"),
        _ => Reply::json("7"),
    });
    let builder = ClientBuilder::<Client>::default().transport(script);
    let core = builder.base_url("http://host").build().unwrap().0;
    let error = get(&core).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("panicked"), "{source}");
    let elsewhere = Options::new().base_url("http://host/other");
    assert!(core.send_blocking(Get {}, elsewhere).is_ok());
}
