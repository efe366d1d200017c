//! Headers in a description: those that cannot be sent, and those that the client controls.

use losant::Client;

use crate::schemas::Schemas;

const API: &str = "api.json";

/// The project's schemas with a global parameter, given as JSON.
fn with_parameter(parameter: &str) -> Schemas {
    let to = format!("\"params\": [\n    {parameter},");
    Schemas::audit_logs().edit(API, "\"params\": [", &to)
}

fn header_parameter(name: &str) -> String {
    format!(r#"{{"name": {name:?}, "in": "header", "type": "string"}}"#)
}

/// The project's schemas with headers of every request, given as members of an object.
fn with_headers(headers: &str) -> Schemas {
    let to = format!("\"headers\": {{\n    {headers},");
    Schemas::audit_logs().edit(API, "\"headers\": {", &to)
}

/// The diagnostics: pointer, message and remedy.
fn mistakes(schemas: &Schemas) -> Vec<String> {
    let Err(mistakes) = schemas.generate() else {
        return Vec::new();
    };
    let line = |mistake: &codegen::Diagnostic| {
        assert_eq!(mistake.file(), API);
        assert!(mistake.line() > 1 && mistake.column() > 0);
        let (pointer, help) = (mistake.pointer(), mistake.help());
        format!("{pointer}: {}; {help}", mistake.message())
    };
    mistakes.iter().map(line).collect()
}

/// Every request header of RFC 9110 and 9112, and a few more.
const NAMES: &[&str] = &[
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Version",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Type",
    "Cookie",
    "Date",
    "DNT",
    "Expect",
    "Forwarded",
    "From",
    "HTTP2-Settings",
    "Host",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Keep-Alive",
    "Last-Event-ID",
    "Max-Forwards",
    "Origin",
    "Pragma",
    "Prefer",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "Range",
    "Referer",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Via",
    "X-Api-Key",
    "X-Request-Id",
    "losantdomain2",
    "a b",
    "a:b",
    "ä",
    "",
    "a\r\nb",
    "x_y",
];

#[test]
fn the_generator_rejects_the_headers_that_a_client_rejects_as_a_setting() {
    for name in NAMES {
        let built = Client::builder().header(*name, "x").build();
        let headers = with_headers(&format!("{name:?}: \"x\""));
        // The project's own schemas contain `Accept-Version`.
        let headers = match *name {
            "Accept-Version" => continue,
            _ => mistakes(&headers),
        };
        let parameter = mistakes(&with_parameter(&header_parameter(name)));
        assert_eq!(built.is_err(), !headers.is_empty(), "{name:?}: {headers:?}");
        let is_setting = ["Accept", "Cookie", "User-Agent"].contains(name);
        let is_refused = built.is_err() || is_setting;
        assert_eq!(is_refused, !parameter.is_empty(), "{name:?}: {parameter:?}");
    }
}

#[test]
fn invalid_headers_are_reported_with_place_and_remedy() {
    for (name, expected) in [
        (
            "authorization",
            "the header `authorization` can't be a parameter: the client sends the access token in it; \
             remove the parameter",
        ),
        (
            "Content-Length",
            "the header `Content-Length` can't be a parameter: the body determines it; remove the \
             parameter",
        ),
        (
            "Accept",
            "the header `Accept` can't be a parameter: it depends on what the client can read; \
             remove the parameter: a client and a call have a setting for it",
        ),
        (
            "X A",
            "`X A` is not a valid header name; use letters, digits and hyphens, e.g. `X-Request-Id`",
        ),
    ] {
        let said = mistakes(&with_parameter(&header_parameter(name)));
        assert_eq!(said, [format!("/params/0/name: {expected}")]);
    }
    let said = mistakes(&with_headers(
        r#""Host": "a", "X-A": "b", "x-a": "c", "X-B": " d""#,
    ));
    let expected = [
        "/headers/Host: the header `Host` can't be set here: the base URL determines it; remove it",
        "/headers/x-a: `X-A` and `x-a` are the same header; remove one of them",
        "/headers/X-B: ` d` is not a valid header value; use visible ASCII characters, and spaces \
         between them",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_header_parameter_accepts_only_valid_header_values() {
    let parameter = r#"{"name": "X-Mode", "in": "header", "type": "string",
        "enum": ["a", "b\r\nX-Evil: 1", "é"], "default": "a"}"#;
    let said = mistakes(&with_parameter(parameter));
    let places: Vec<_> = said
        .iter()
        .map(|line| &line[..line.find(':').unwrap()])
        .collect();
    assert_eq!(places, ["/params/0/enum/1", "/params/0/enum/2"]);
}

#[test]
fn two_parameters_of_an_action_cannot_be_the_same_header() {
    let parameters = format!(
        "{}, {}",
        header_parameter("X-Tenant"),
        header_parameter("x-tenant")
    );
    let said = mistakes(&with_parameter(&parameters));
    let same = "`X-Tenant` and `x-tenant` are the same header; remove one of them";
    assert!(
        said.contains(&format!("/params/1/name: {same}")),
        "{said:#?}"
    );
}
