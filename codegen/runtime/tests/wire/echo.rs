//! A server that sends the token back, in every spelling and every place. Nothing prints it, and no
//! data is lost.

mod places;

use client_runtime::{
    Api, ClientBuilder, Core, DateTime, ErrorBody, Extra, Json, List, Nullable, ObjectId, Options,
    Response, Retry, Scalar, ServerSentEvent,
};

use crate::run;
use crate::server::{Server, reply};
use places::{Prints, of_errors, of_events, of_responses, of_watchers};

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
