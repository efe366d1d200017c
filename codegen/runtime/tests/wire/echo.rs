//! A server that sends the token back, in every spelling and every place. Nothing prints it, and no
//! data is lost.

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::{Arc, Mutex};

use client_runtime::test_util::Recording;
use client_runtime::{
    Answer, Api, Attempt, ClientBuilder, Core, DateTime, DynamicRequest, ErrorBody, Events, Extra,
    Json, List, Nullable, ObjectId, Observer, Options, Recorder, Response, Retry, Scalar,
    ServerSentEvent, reqwest, serde_json,
};
use futures_util::StreamExt;

use crate::run;
use crate::server::{Script, Server, events, reply};

const TOKEN: &str = "S3cr/et+T0ken==Zy";

client_runtime::string_enum! {
    /// The kind of a thing.
    pub enum Kind {
        Known = "known",
    }
}

#[derive(Clone, PartialEq)]
enum Choice {
    Texts(List<String>),
    Unknown(Json),
}
client_runtime::union!(response Choice { Texts(List<String>): array, });

#[derive(Clone, Default, PartialEq)]
struct Thing {
    text: Option<String>,
    id: Option<ObjectId>,
    date: Option<DateTime>,
    kind: Option<Kind>,
    scalar: Option<Scalar>,
    choice: Option<Choice>,
    json: Option<Json>,
    nullable: Option<Nullable<String>>,
    extra: Extra,
}
client_runtime::object!(response Thing {
    text: "text",
    id: "id",
    date: "date",
    kind: "kind",
    scalar: "scalar",
    choice: "choice",
    json: "json",
    nullable: "nullable" nullable,
});

#[derive(Clone, Default, PartialEq)]
struct Problem {
    message: Option<String>,
    extra: Extra,
}
client_runtime::object!(response Problem { message: "message", });

impl ErrorBody for Problem {
    fn code(&self) -> Option<&str> {
        None
    }

    fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Get {
    q: Option<String>,
}
client_runtime::parameters!(Get { query q: "q", });
client_runtime::action!(Get = "thing.get" { GET "/thing" -> Thing });

#[derive(Debug, Clone, Default, PartialEq)]
struct GetAny {}
client_runtime::parameters!(GetAny {});
client_runtime::action!(GetAny = "thing.any" { GET "/any" -> Json });

#[derive(Debug, Clone, Default, PartialEq)]
struct Count {}
client_runtime::parameters!(Count {});
client_runtime::action!(Count = "thing.count" { GET "/count" -> std::collections::BTreeMap<String, u64> });

#[derive(Debug, Clone, Default, PartialEq)]
struct Page {
    page: Option<i64>,
}
client_runtime::parameters!(Page { query page: "page", });
client_runtime::action!(Page = "thing.page" { GET "/page" -> Json });

#[derive(Clone, PartialEq)]
enum Outcome {
    Done(String),
    Other(Json),
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Act {}
client_runtime::parameters!(Act {});
client_runtime::action!(Act = "thing.act" { POST "/act" -> Outcome { 200 Done(String) } });

#[derive(Clone, PartialEq)]
enum WatchEvent {
    Thing(Thing),
    Text(String),
    Unknown(ServerSentEvent),
}
client_runtime::events!(WatchEvent {
    Thing(Thing) = "thing",
    Text(String) = "text",
});

#[derive(Debug, Clone, Default, PartialEq)]
struct Watch {}
client_runtime::parameters!(Watch {});
client_runtime::action!(Watch = "thing.watch" { GET "/watch" -> events WatchEvent });

struct Client(Core);

impl From<Core> for Client {
    fn from(core: Core) -> Self {
        Client(core)
    }
}

impl Api for Client {
    type Globals = ();
    type ErrorBody = Problem;
    const BASE_URL: &'static str = "http://127.0.0.1:9";
    const HEADERS: &'static [(&'static str, &'static str)] = &[];
    const USER_AGENT: &'static str = "echo/0";
}

type Error = client_runtime::Error<Problem>;

fn builder(url: &str) -> ClientBuilder<Client> {
    let builder = ClientBuilder::<Client>::default().base_url(url);
    builder.access_token(TOKEN).retry(Retry::none())
}

/// The token as a server may spell it in JSON, a URL, a header, HTML, or base64.
fn spellings() -> Vec<(&'static str, String)> {
    let each = |write: fn(u8) -> String| TOKEN.bytes().map(write).collect::<String>();
    vec![
        ("as it is", TOKEN.into()),
        ("JSON, slash", TOKEN.replace('/', r"\/")),
        ("JSON, equals sign", TOKEN.replace('=', r"\u003d")),
        (
            "JSON, equals sign in upper case",
            TOKEN.replace('=', r"\u003D"),
        ),
        ("JSON, all", each(|byte| format!("\\u{byte:04x}"))),
        ("JSON in JSON", TOKEN.replace('=', r"\\u003d")),
        (
            "URL",
            TOKEN
                .replace('/', "%2F")
                .replace('+', "%2B")
                .replace('=', "%3D"),
        ),
        (
            "URL in lower case",
            TOKEN
                .replace('/', "%2f")
                .replace('+', "%2b")
                .replace('=', "%3d"),
        ),
        ("URL, all", each(|byte| format!("%{byte:02X}"))),
        (
            "URL in URL",
            TOKEN
                .replace('/', "%252F")
                .replace('+', "%252B")
                .replace('=', "%253D"),
        ),
        (
            "URL in JSON",
            TOKEN.replace('/', "%2F").replace('=', r"\u00253D"),
        ),
        ("JSON in URL", TOKEN.replace('=', "%5Cu003d")),
        (
            "HTML, by names",
            TOKEN
                .replace('/', "&sol;")
                .replace('+', "&plus;")
                .replace('=', "&equals;"),
        ),
        ("form", TOKEN.replace('+', " ")),
        ("in lower case", TOKEN.to_lowercase()),
        ("HTML", TOKEN.replace('/', "&#x2F;").replace('=', "&#61;")),
        // `user:TOKEN`, `TOKEN:`, `TOKEN`, `x:TOKEN` and `ab:TOKEN`
        ("Basic", "dXNlcjpTM2NyL2V0K1Qwa2VuPT1aeQ==".into()),
        ("Basic, as user", "UzNjci9ldCtUMGtlbj09Wnk6".into()),
        ("base64", "UzNjci9ldCtUMGtlbj09Wnk=".into()),
        ("Basic, escaped", "eDpTM2NyL2V0K1Qwa2VuPT1aeQ%3D%3D".into()),
        ("Basic, unpadded", "YWI6UzNjci9ldCtUMGtlbj09Wnk".into()),
    ]
}

/// Whether printed output shows the token in a spelling, or in an escaped form of that.
fn leaks(printed: &str, spelling: &str) -> bool {
    let bare = |text: &str| text.replace('\\', "");
    let decoded: [String; 2] = [TOKEN.into(), bare(spelling)];
    decoded.iter().any(|text| bare(printed).contains(text))
}

/// Printed output, by place.
#[derive(Default)]
struct Prints(Vec<(&'static str, String)>);

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

fn of_responses(text: &str, prints: &mut Prints) {
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

fn of_errors(text: &str, prints: &mut Prints) {
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

fn of_events(text: &str, prints: &mut Prints) {
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

fn of_watchers(text: &str, prints: &mut Prints) {
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

#[test]
fn no_place_shows_the_token_in_any_spelling() {
    let mut failures = Vec::new();
    for (name, text) in spellings() {
        let mut prints = Prints::default();
        of_responses(&text, &mut prints);
        of_errors(&text, &mut prints);
        of_events(&text, &mut prints);
        of_watchers(&text, &mut prints);
        assert_eq!(prints.0.len(), 44);
        for (place, printed) in prints.0 {
            if leaks(&printed, &text) {
                failures.push(format!("{place}, {name}: {printed}"));
            }
            let is_empty = place.starts_with("no ") || place == "source";
            if !is_empty && !printed.contains("[redacted]") && !printed.contains("Sensitive") {
                failures.push(format!("{place}, {name} shows nothing: {printed}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_part_of_a_token_is_not_shown_if_it_is_cut_off_or_lacks_padding() {
    let token = "Padded/S3cret==";
    for echoed in [
        "Padded/S3",
        "Padded%2FS3",
        "Padded/S3cret",
        r"Padded\/S3cret\u003d",
    ] {
        for body in [
            format!("{{\"a\": 1, \"b\": \"{echoed}"),
            format!("{{\"a\": 1, \"b\": {echoed}"),
        ] {
            let server = Server::new([reply("200 OK", "", body)]);
            let core = builder(&server.url).access_token(token).build().unwrap().0;
            let error = run(core.send::<_, Error>(&Count {}, &Options::new())).unwrap_err();
            let printed = format!("{error} {error:?} {error:#?}");
            assert!(error.is_decode(), "{printed}");
            assert!(!printed.contains("Padded"), "{echoed}: {printed}");
        }
    }
    let padded = format!("X-Echo: {}\r\n", token.trim_end_matches('='));
    let server = Server::new([reply("200 OK", &padded, "{}")]);
    let core = builder(&server.url).access_token(token).build().unwrap().0;
    let response: Response<Thing> =
        run(core.send::<_, Error>(&Get::default(), &Options::new())).unwrap();
    assert!(!format!("{:?}", response.headers()).contains("Padded"));
}

#[test]
fn a_replaced_token_is_not_shown_while_its_response_exists() {
    const MADE: usize = 200;
    let echo = |number: usize| reply("200 OK", "", format!("{{\"text\":\"ROTATED-{number}\"}}"));
    let server = Server::new((0..MADE).map(echo));
    let core = builder(&server.url).build().unwrap().0;
    let responses: Vec<Response<Thing>> = run(async {
        let mut responses = Vec::new();
        for number in 0..MADE {
            let options = Options::new().access_token(format!("ROTATED-{number}"));
            let sent = core.send::<_, Error>(&Get::default(), &options).await;
            responses.push(sent.unwrap());
        }
        responses
    });
    for (number, response) in responses.iter().enumerate() {
        let printed = format!("{response:?} {:?}", **response);
        assert!(!printed.contains("ROTATED"), "{number}: {printed}");
        assert_eq!(
            response.text.as_deref(),
            Some(&*format!("ROTATED-{number}"))
        );
    }
}

#[test]
fn a_short_token_is_redacted_only_as_a_whole_word() {
    let body = r#"{"message":"unexpected ected, \u0065cted"}"#;
    let server = Server::new([
        reply("400 Bad Request", "", body),
        reply("200 OK", "", r#"{"a": "x"}"#),
    ]);
    let core = builder(&server.url).build().unwrap().0;
    let options = Options::new().access_token("ected");
    let count = || core.send::<_, Error>(&Count {}, &options);
    let error = run(count()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with(": unexpected [redacted], [redacted]"),
        "{error}"
    );
    let shown = format!("{:?}", error.api_error().unwrap());
    assert!(
        shown.contains("unexpected [redacted], [redacted]"),
        "{shown}"
    );
    let error = run(count()).unwrap_err().to_string();
    assert!(error.contains(": unexpected body at `a`: "), "{error}");
    assert!(error.contains(", expected u64 at line 1 "), "{error}");
}
