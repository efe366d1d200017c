//! Successful responses whose meaning depends on the status.

use client_runtime::{DynamicRequest, Json, Options, Response};

use crate::server::{Server, reply};
use crate::{Error, core, run};

#[derive(Debug, Clone, PartialEq)]
struct Import {}

client_runtime::parameters!(Import {});

#[derive(Clone, PartialEq)]
enum ImportOutcome {
    Ok(Vec<u8>),
    Accepted(u64),
    NoContent,
    Other(Json),
}

client_runtime::action!(Import = "thing.import" {
    POST "/things" -> ImportOutcome { 200 Ok(Vec<u8>), 202 Accepted(u64), 204 NoContent }
});

fn send(status: &str, body: &str) -> Result<Response<ImportOutcome>, Error> {
    let server = Server::new([reply(status, "X-Id: 1\r\n", body)]);
    run(core(&server.url).send(&Import {}, &Options::default()))
}

#[test]
fn the_status_determines_the_type_of_a_response() {
    let outcome = |status, body| send(status, body).unwrap().into_body();
    assert_eq!(outcome("200 OK", "[1]"), ImportOutcome::Ok(vec![1]));
    assert_eq!(outcome("202 Accepted", "7"), ImportOutcome::Accepted(7));
    assert_eq!(outcome("204 No Content", ""), ImportOutcome::NoContent);
    assert_eq!(
        outcome("206 Partial Content", ""),
        ImportOutcome::Other(Json::null())
    );
}

#[test]
fn a_response_that_does_not_match_its_status_is_kept_in_the_error() {
    let error = send("202 Accepted", "[1]").unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.status().unwrap().as_u16(), 202);
    assert_eq!(error.headers().unwrap()["x-id"], "1");
    assert_eq!(error.body().unwrap(), "[1]");
}

#[test]
fn a_dynamic_request_returns_any_outcome_as_json() {
    let server = Server::new([reply("204 No Content", "", ""), reply("200 OK", "", "[1]")]);
    let request = DynamicRequest::new::<Import>(serde_json::json!({})).unwrap();
    run(async {
        let core = core(&server.url);
        for expected in ["null", "[1]"] {
            let sent: Result<_, Error> = core.send(&request, &Options::default()).await;
            assert_eq!(sent.unwrap().get(), expected);
        }
    });
}
