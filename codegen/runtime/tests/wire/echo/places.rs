//! The places that print something of a response, an error, an event stream or an exchange.

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use client_runtime::test_util::Recording;
use client_runtime::{
    Answer, Attempt, DynamicRequest, Events, Json, Observer, Options, Recorder, Response, reqwest,
    serde_json,
};
use futures_util::StreamExt;

use super::{
    Act, Count, Error, Get, GetAny, Outcome, Page, Problem, Thing, Watch, WatchEvent, builder,
};
use crate::run;
use crate::server::{Script, Server, events, reply};

/// Printed output, by place.
#[derive(Default)]
pub struct Prints(pub Vec<(&'static str, String)>);

impl Prints {
    fn debug(&mut self, what: &'static str, value: &dyn Debug) {
        self.0.push((what, format!("{value:?}\n{value:#?}")));
    }

    fn text(&mut self, what: &'static str, text: impl ToString) {
        self.0.push((what, text.to_string()));
    }
}

/// JSON of a thing with the same string everywhere.
fn thing(text: &str) -> String {
    format!(
        r#"{{"text":"{text}","id":"{text}","date":"{text}","kind":"{text}","scalar":"{text}",
            "choice":["{text}"],"json":{{"{text}":"{text}"}},"nullable":"{text}",
            "message":"no {text}!","{text}":["{text}"]}}"#
    )
}

/// Headers that contain a string, and their expected redaction.
fn headers(text: &str) -> String {
    format!("X-Echo: you sent {text}\r\nContent-Type: application/json\r\n")
}

pub fn of_responses(text: &str, prints: &mut Prints) {
    let answers = || -> [Script; 3] {
        [
            reply("200 OK", &headers(text), thing(text)),
            reply("200 OK", &headers(text), thing(text)),
            reply("200 OK", &headers(text), format!("\"{text}\"")),
        ]
    };
    let server = Server::new(answers());
    let core = builder(&server.url).build().unwrap().0;
    let (typed, any, outcome) = run(async {
        let options = Options::new();
        let typed: Response<Thing> = core.send::<_, Error>(&Get::default(), &options).await?;
        let any: Response<Json> = core.send::<_, Error>(&GetAny {}, &options).await?;
        let outcome: Response<Outcome> = core.send::<_, Error>(&Act {}, &options).await?;
        Ok::<_, Error>((typed, any, outcome))
    })
    .unwrap();
    // No data is lost: escaped JSON keeps its meaning.
    let said: String = serde_json::from_str(&format!("\"{text}\"")).unwrap();
    assert_eq!(typed.text.as_ref(), Some(&said));
    assert_eq!(typed.extra[&said].get(), format!("[\"{text}\"]"));
    assert_eq!(any.get(), thing(text));
    assert_eq!(typed.headers()["x-echo"], format!("you sent {text}"));
    let again: Thing = serde_json::from_str(&serde_json::to_string(&*typed).unwrap()).unwrap();
    assert!(again == *typed);

    prints.debug("response", &typed);
    prints.debug("headers", typed.headers());
    prints.debug("body", typed.body());
    prints.debug("JSON response", &any);
    prints.debug("JSON", any.body());
    prints.text("JSON, displayed", any.body());
    prints.debug("outcome", outcome.body());
    drop(core);
    // The client is dropped, and with it the only copy of the token.
    let thing = typed.into_body();
    prints.debug("body on its own", &thing);
    prints.debug("id", &thing.id);
    prints.debug("date", &thing.date);
    prints.debug("enum", &thing.kind);
    prints.debug("scalar", &thing.scalar);
    prints.debug("union", &thing.choice);
    prints.debug("free-form JSON", &thing.json);
    prints.debug("nullable", &thing.nullable);
    prints.debug("unknown properties", &thing.extra);
}

fn of_error(what: [&'static str; 5], error: &Error, prints: &mut Prints) {
    prints.text(what[0], error);
    prints.debug(what[1], error);
    prints.debug(what[2], &error.api_error());
    prints.debug(what[3], &error.headers());
    let mut source = error.source();
    while let Some(cause) = source {
        prints.text(what[4], format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

pub fn of_errors(text: &str, prints: &mut Prints) {
    let server = Server::new([
        reply("404 Not Found", &headers(text), thing(text)),
        reply(
            "502 Bad Gateway",
            &headers(text),
            format!("<html>{text}</html>"),
        ),
        reply(
            "200 OK",
            &headers(text),
            format!("{{\"{text}\": \"{text}\"}}"),
        ),
        reply(
            "200 OK",
            &headers(text),
            format!("{{\"a\": 1, \"b\": {text}"),
        ),
    ]);
    let core = builder(&server.url).build().unwrap().0;
    let page = serde_json::json!({ "page": text });
    let refused: Error = DynamicRequest::new::<Page>(page).unwrap_err().into();
    prints.text("refused parameters", format!("{refused} {refused:?}"));
    let options = Options::new();
    let count = || core.send::<_, Error>(&Count {}, &options);
    let names = [
        [
            "error",
            "error, Debug",
            "api_error()",
            "headers() of an error",
            "source",
        ],
        [
            "page",
            "page, Debug",
            "no api_error()",
            "headers() of a page",
            "source",
        ],
        [
            "decode",
            "decode, Debug",
            "no api_error()",
            "headers() of a decode error",
            "source",
        ],
        [
            "cut off",
            "cut off, Debug",
            "no api_error()",
            "headers() of what is cut off",
            "source",
        ],
    ];
    for what in names {
        let error = run(count()).unwrap_err();
        of_error(what, &error, prints);
    }
}

pub fn of_events(text: &str, prints: &mut Prints) {
    let thing = thing(text).replace('\n', "");
    let stream = format!(
        "id: {text}\nevent: thing\ndata: {thing}\n\nevent: text\ndata: \"{text}\"\n\n\
         event: {text}\ndata: {text}\n\n"
    );
    let server = Server::new([events(stream)]);
    let core = builder(&server.url).build().unwrap().0;
    let mut watching: Events<Watch, Problem> = Events::new(core, Watch {}, Options::new());
    run(async {
        for what in ["event", "event of a string", "unknown event"] {
            let event = watching.next().await.unwrap().unwrap();
            prints.debug(what, &event);
            if let WatchEvent::Unknown(event) = event {
                let error = event.json::<Vec<u64>>().unwrap_err();
                prints.text("data of another kind", format!("{error} {error:?}"));
            }
        }
    });
    assert_eq!(watching.last_event_id(), Some(text));
    prints.debug("event stream", &watching);
}

#[derive(Debug, Clone, Default)]
struct Notes(Arc<Mutex<Vec<u8>>>);

impl Observer for Notes {
    fn request(&self, attempt: &Attempt<'_>) {
        write!(self.0.lock().unwrap(), "{attempt:?}").unwrap();
    }

    fn response(&self, _: &Attempt<'_>, answer: &Answer<'_>) {
        let body = answer.body.clone().unwrap_or_default();
        write!(self.0.lock().unwrap(), "{answer:?} {body:?}").unwrap();
    }
}

impl Write for Notes {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Notes {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

pub fn of_watchers(text: &str, prints: &mut Prints) {
    let server = Server::new((0..3).map(|_| reply("200 OK", &headers(text), thing(text))));
    let q = serde_json::from_str(&format!("\"{text}\"")).ok();
    let (notes, file) = (Notes::default(), Notes::default());
    let recording = Recording::new(reqwest::Client::new());
    let clients = [
        builder(&server.url).observer(notes.clone()),
        builder(&server.url).observer(Recorder::new(file.clone())),
        builder(&server.url).transport(recording.clone()),
    ];
    for client in clients {
        let core = client.build().unwrap().0;
        run(core.send::<_, Error>(&Get { q: q.clone() }, &Options::new())).unwrap();
    }
    prints.text("observer", notes.text());
    prints.text("recorder", file.text());
    prints.debug("recording", &recording);
    for exchange in recording.exchanges() {
        prints.debug("exchange", &exchange);
        prints.text("URL of an exchange", &exchange.request.url);
        let response = exchange.response.unwrap();
        prints.text(
            "body of an exchange",
            String::from_utf8_lossy(&response.body),
        );
    }
}
