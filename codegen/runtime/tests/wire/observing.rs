//! Observers, spans and recordings of requests. They never contain the token.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::sync::{Arc, Mutex};

use client_runtime::serde_json;
use client_runtime::test_util::{Recording, Reply, Scripted, VirtualClock};
use client_runtime::{
    Answer, Attempt, ClientBuilder, Core, Json, Observer, Options, Recorder, reqwest,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::NoSubscriber;
use tracing::{Event, Metadata, Subscriber};

use crate::server::{Script, Server, reply};
use crate::{Client, Error, run};

const TOKEN: &str = "SECRET-TOKEN-123";
const NAME: &str = r#"{"name":"x"}"#;

#[derive(Debug, Clone, PartialEq)]
struct Create {
    id: String,
    name: Json,
}
client_runtime::parameters!(Create {
    path id: "id" required,
    body name: "name" required,
});
client_runtime::action!(Create = "thing.create" { PUT "/things/{id}" -> Json });

fn create(core: &Core) -> Result<(), Error> {
    let id = "a/b".to_owned();
    let name = serde_json::from_str(NAME).unwrap();
    let create = Create { id, name };
    run(core.send(&create, &Options::new())).map(drop)
}

/// Answers once the body has been received.
fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Script {
    let reply = reply(status, headers, body);
    Box::new(|stream| {
        stream.read_exact(&mut [0; NAME.len()]).unwrap();
        reply(stream);
    })
}

#[derive(Debug, Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn request(&self, attempt: &Attempt<'_>) {
        self.note(format!("{attempt:?}"));
    }

    fn response(&self, attempt: &Attempt<'_>, answer: &Answer<'_>) {
        let line = (
            attempt.number,
            answer.status.map(|s| s.as_u16()),
            answer.error,
        );
        self.note(format!("{line:?} {answer:?}"));
    }
}

impl Notes {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn an_observer_sees_every_attempt_and_never_the_token() {
    let notes = Notes::default();
    let echo = format!("X-Echo: Bearer {TOKEN}\r\n");
    let server = Server::new([
        answer(
            "503 Service Unavailable",
            &echo,
            format!("you sent {TOKEN}"),
        ),
        answer("200 OK", &echo, format!("[\"{TOKEN}\"]")),
    ]);
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let builder = builder.access_token(TOKEN).observer(notes.clone());
    let core = builder.clock(VirtualClock::new()).build().unwrap().0;
    create(&core).unwrap();
    let lines = notes.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 4);
    assert!(lines[1].starts_with("(1, Some(503), None)"), "{lines:#?}");
    assert!(lines[3].starts_with("(2, Some(200), None)"), "{lines:#?}");
    assert!(lines[0].contains("/things/a%2Fb"), "{lines:#?}");
    assert!(lines[3].contains("[redacted]"), "{lines:#?}");
    let all = lines.concat();
    assert!(
        !all.contains(TOKEN) && !all.contains("authorization"),
        "{all}"
    );
    assert_eq!(
        server
            .heads()
            .concat()
            .matches(&TOKEN.to_lowercase())
            .count(),
        2
    );
}

#[test]
fn an_observer_does_not_see_a_token_rejected_earlier() {
    let notes = Notes::default();
    let script = Scripted::new([
        Reply::status(401),
        Reply::json(r#""OLD/TOKEN, OLD\/TOKEN""#).header("x-echo", "NEW/TOKEN OLD/TOKEN"),
    ]);
    let tokens = Mutex::new(vec!["NEW/TOKEN", "OLD/TOKEN"]);
    let builder = ClientBuilder::<Client>::default().transport(script);
    let builder = builder.access_token_provider(move || {
        let token = tokens.lock().unwrap().pop().unwrap();
        async move { Ok::<_, std::io::Error>(token.to_owned()) }
    });
    create(&builder.observer(notes.clone()).build().unwrap().0).unwrap();
    let all = notes.0.lock().unwrap().concat();
    assert!(all.contains("[redacted], [redacted]"), "{all}");
    assert!(!all.contains("TOKEN"), "{all}");
}

#[test]
fn an_observer_sees_in_one_word_why_there_is_no_response() {
    let notes = Notes::default();
    let script = Scripted::new([Reply::refused(), Reply::timed_out(), Reply::broken("reset")]);
    let builder = ClientBuilder::<Client>::default().transport(script);
    let builder = builder.observer(notes.clone()).clock(VirtualClock::new());
    create(&builder.build().unwrap().0).unwrap_err();
    let lines = notes.0.lock().unwrap().clone();
    let starts = |line: &str, word: &str| line.contains(&format!("None, Some({word:?}))"));
    assert!(
        starts(&lines[1], "connect") && starts(&lines[3], "timeout"),
        "{lines:#?}"
    );
    assert!(
        starts(&lines[5], "broken") && lines.len() == 8,
        "{lines:#?}"
    );
}

/// An in-memory file, which may be full.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>, bool);

impl std::io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.1 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_recorder_writes_a_line_per_complete_response_and_never_the_token() {
    let memory = Memory::default();
    let echo = format!("X-Echo: Bearer {TOKEN}\r\nSet-Cookie: id=cookie-secret\r\nX-Id: 1\r\n");
    let server = Server::new([
        answer("404 Not Found", &echo, format!("you sent {TOKEN}")),
        answer("200 OK", &echo, format!("[\"{TOKEN}\"]")),
    ]);
    let recorder = Recorder::new(memory.clone());
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let builder = builder
        .access_token(TOKEN)
        .header("cookie", "id=cookie-secret");
    let core = builder.observer(recorder.clone()).build().unwrap().0;
    create(&core).unwrap_err();
    create(&core).unwrap();
    let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["status"], &lines[1]["status"]),
        (&404.into(), &200.into())
    );
    assert_eq!(lines[1]["method"], "PUT");
    assert_eq!(lines[1]["url"], format!("{}/things/a%2Fb", server.url));
    assert_eq!(lines[1]["requestBody"], NAME);
    assert_eq!(lines[1]["responseHeaders"]["x-id"], "1");
    assert_eq!(lines[1]["body"], r#"["[redacted]"]"#);
    assert!(
        !text.contains(TOKEN) && !text.contains("cookie-secret"),
        "{text}"
    );
    assert!(!text.contains("authorization"), "{text}");
    assert!(recorder.error().is_none());
}

#[test]
fn a_recorder_that_cannot_write_reports_it_on_request_and_does_not_affect_calls() {
    let full = Recorder::new(Memory(Arc::default(), true));
    let builder = ClientBuilder::<Client>::default().observer(full.clone());
    let script = Scripted::new([Reply::json("7"), Reply::json("7")]);
    let core = builder.transport(script).build().unwrap().0;
    create(&core).unwrap();
    create(&core).unwrap();
    let error = full.error().unwrap();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}

#[test]
fn a_recorder_omits_exchanges_without_a_complete_response() {
    let memory = Memory::default();
    let script = Scripted::new([Reply::refused(), Reply::timed_out()]);
    let builder = ClientBuilder::<Client>::default().transport(script);
    let builder = builder.observer(Recorder::new(memory.clone()));
    let builder = builder.retry(client_runtime::Retry::none());
    create(&builder.build().unwrap().0).unwrap_err();
    assert!(memory.0.lock().unwrap().is_empty());
}

/// Records the fields of spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("client_runtime")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        let mut spans = self.0.lock().unwrap();
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn event(&self, _event: &Event<'_>) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

#[test]
fn each_attempt_is_a_span_with_the_conventions_of_opentelemetry() {
    let spans = Spans::default();
    let script = Scripted::new([Reply::refused(), Reply::status(503), Reply::json("7")]);
    let builder = ClientBuilder::<Client>::default().transport(script);
    let builder = builder
        .base_url("https://api.example.com")
        .access_token(TOKEN);
    let core = builder.clock(VirtualClock::new()).build().unwrap().0;
    // With a single subscriber, `tracing` asks the subscriber of the thread that reaches a span
    // first. That may be another test's thread, which has none, and then the span stays disabled.
    let _another = tracing::Dispatch::new(NoSubscriber::default());
    tracing::subscriber::with_default(spans.clone(), || create(&core).unwrap());
    let spans = spans.0.lock().unwrap().clone();
    let fields: Vec<_> = spans
        .iter()
        .map(|span| {
            let fields = span.iter().map(|(name, value)| format!("{name}={value}"));
            fields.collect::<Vec<_>>().join(" ")
        })
        .collect();
    let common = "otel.kind=\"client\" otel.name=PUT /things/{id}";
    let server = "server.address=\"api.example.com\" server.port=443 \
                  url.scheme=\"https\" url.template=\"/things/{id}\"";
    let action = "api.action=\"thing.create\"";
    let method = "http.request.method=\"PUT\"";
    assert_eq!(
        fields,
        [
            format!(
                "{action} error.type=\"connect\" {method} {common} otel.status_code=\"ERROR\" {server}"
            ),
            format!(
                "{action} error.type=\"503\" {method} http.request.resend_count=1 \
                 http.response.status_code=503 {common} otel.status_code=\"ERROR\" {server}"
            ),
            format!(
                "{action} {method} http.request.resend_count=2 \
                 http.response.status_code=200 {common} {server}"
            ),
        ]
    );
}

#[test]
fn a_recording_contains_the_exchanges_without_the_token() {
    let server = Server::new([
        answer("200 OK", "X-Id: 1\r\n", format!("[\"{TOKEN}\"]")),
        answer("404 Not Found", "", "no"),
    ]);
    let recording = Recording::new(reqwest::Client::new());
    let builder = ClientBuilder::<Client>::default().base_url(&server.url);
    let builder = builder.access_token(TOKEN).transport(recording.clone());
    let core = builder.build().unwrap().0;
    create(&core).unwrap();
    create(&core).unwrap_err();
    let exchanges = recording.exchanges();
    assert_eq!(exchanges.len(), 2);
    assert!(!format!("{exchanges:?} {recording:?} {core:?}").contains(TOKEN));
    assert_eq!(exchanges[0].request.method, "PUT");
    assert_eq!(exchanges[0].request.body, NAME);
    assert_eq!(exchanges[0].request.headers["authorization"], "[redacted]");
    let responses: Vec<_> = exchanges
        .iter()
        .map(|e| e.response.clone().unwrap())
        .collect();
    assert_eq!(responses[0].body, r#"["[redacted]"]"#);
    assert_eq!(responses[0].headers["x-id"], "1");
    assert_eq!(
        (responses[1].status.as_u16(), &responses[1].body[..]),
        (404, &b"no"[..])
    );
}
