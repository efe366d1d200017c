//! The client of the whole API, where the API is more than lists of objects: over real HTTP,
//! against a server with given replies.

#[allow(dead_code, reason = "other tests need more of it")]
mod server;

use client::types::{ApplicationKeyPatch, DeviceState, FlowPatch, InstanceMemberPost, InstanceMemberRole, Trigger};
use client::{Client, Nullable, ObjectId, Upload};
use futures_util::TryStreamExt;
use serde_json::{Value, json};
use server::{Server, ok, reply};

fn id(number: usize) -> ObjectId {
    format!("{number:024x}").parse().unwrap()
}

fn client(server: &Server) -> Client {
    let builder = Client::builder().access_token("TOKEN");
    builder.base_url(server.url()).build().unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

/// The JSON of the latest request.
fn sent(server: &Server) -> Value {
    serde_json::from_str(server.last().body()).unwrap()
}

#[test]
fn an_update_sends_null_an_empty_list_or_nothing_as_set() {
    let server = Server::always(ok("{}"));
    let key = client(&server).application_key(id(1), id(2));
    let change = ApplicationKeyPatch::new();
    for (change, body) in [
        (change.clone(), json!({})),
        (change.clone().name(Nullable::Null), json!({"name": null})),
        (change.clone().name("a"), json!({"name": "a"})),
        (change.pub_topics([]), json!({"pubTopics": []})),
    ] {
        wait(key.patch(change).send()).unwrap();
        assert_eq!(sent(&server), body);
    }
    assert!(server.last().lines()[0].starts_with("PATCH /applications/"));
}

#[test]
fn every_status_of_an_import_is_a_separate_outcome() {
    use client::application::ApplicationImportOutcome::{Accepted, Ok, Other};
    let headers = [("Content-Type", "application/json")];
    let server = Server::script([
        reply("200 OK", &headers, r#"{"name": "Mine"}"#),
        reply("202 Accepted", &headers, r#"{"jobId": "a"}"#),
        reply("203 Else", &headers, r#"{"x": 1}"#),
    ]);
    let application = client(&server).application(id(1));
    let import = || wait(application.import().import_bundle("PK").send()).unwrap();
    let outcome = import().into_body();
    assert!(matches!(outcome, Ok(done) if done.name.as_deref() == Some("Mine")));
    let response = import();
    assert_eq!(response.status(), 202);
    assert!(matches!(response.into_body(), Accepted(_)));
    assert!(matches!(import().into_body(), Other(json) if json.get() == r#"{"x": 1}"#));
}

#[test]
fn a_file_is_sent_unchanged() {
    let server = Server::always(ok("{}"));
    let content = "a,b\r\n--x\r\n";
    let upload = Upload::new(content)
        .file_name("rows.csv")
        .content_type("text/csv");
    wait(client(&server).file(id(1), id(2)).upload(upload).send()).unwrap();
    let request = server.last();
    let media_type = request.header("content-type").unwrap();
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let (head, tail) = request.body().split_once(content).unwrap();
    assert!(head.starts_with(&format!("--{boundary}\r\n")), "{head}");
    assert!(
        head.contains(r#"name="file"; filename="rows.csv""#),
        "{head}"
    );
    assert!(
        head.to_lowercase().contains("content-type: text/csv"),
        "{head}"
    );
    assert_eq!(tail, format!("\r\n--{boundary}--\r\n"));
}

#[test]
fn events_of_a_stream_are_typed_and_others_are_kept() {
    use client::device::DeviceCommandStreamEvent::{DeviceCommand, Unknown};
    let text = "event: deviceCommand\ndata: {\"name\": \"start\", \"payload\": {\"x\": 1}}\n\n\
                event: news\ndata: 1\n\n";
    let headers = [("Content-Type", "text/event-stream")];
    let server = Server::always(reply("200 OK", &headers, text));
    let mut events = client(&server)
        .device(id(1), id(2))
        .command_stream()
        .events();
    let first = wait(events.try_next()).unwrap().unwrap();
    assert!(matches!(first, DeviceCommand(command) if command.name.as_deref() == Some("start")));
    let second = wait(events.try_next()).unwrap().unwrap();
    assert!(matches!(second, Unknown(event) if (&*event.event, &*event.data) == ("news", "1")));
    let request = server.last();
    assert!(
        request.path().ends_with("/commandStream"),
        "{}",
        request.path()
    );
}

#[test]
fn rows_are_paginated_by_offset() {
    let page = |first: usize| {
        let rows = (first..5)
            .take(2)
            .map(|n| json!({"id": id(n).as_str(), "n": n, "x": null}));
        let rows: Vec<_> = rows.collect();
        ok(json!({"count": rows.len(), "items": rows, "limit": 2, "totalCount": 5}))
    };
    let server = Server::script([page(0), page(2), page(4)]);
    let rows = client(&server).data_table_rows(id(1), id(2)).get().limit(2);
    let rows: Vec<_> = wait(rows.items().try_collect()).unwrap();
    let numbers: Vec<_> = rows.iter().map(|row| row.additional["n"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4].map(Into::into));
    let offsets = server.finish().into_iter().map(|request| {
        let pairs = request.pairs().into_iter();
        pairs
            .filter(|(name, _)| name == "offset")
            .map(|(_, value)| value)
            .next()
    });
    let offsets: Vec<_> = offsets.collect();
    assert_eq!(offsets, [None, Some("2".to_owned()), Some("4".to_owned())]);
}

#[test]
fn sandboxes_are_paginated_by_cursor() {
    let page = |ids: &[usize], more: bool| {
        let items = ids.iter().map(|n| json!({"id": id(*n).as_str()}));
        ok(json!({"items": items.collect::<Vec<_>>(), "limit": 2, "hasMore": more}))
    };
    let server = Server::script([page(&[7, 3], true), page(&[5, 9], true), page(&[1], false)]);
    let sandboxes = client(&server).instance_sandboxes(id(1)).get().limit(2);
    let sandboxes: Vec<_> = wait(sandboxes.items().try_collect()).unwrap();
    let ids = sandboxes.into_iter().map(|sandbox| sandbox.id.unwrap());
    assert_eq!(ids.collect::<Vec<_>>(), [7, 3, 5, 9, 1].map(id));
    let cursors = server.finish().into_iter().map(|request| {
        let pairs = request.pairs().into_iter();
        pairs
            .filter(|(name, _)| name == "startingAfterId")
            .map(|(_, value)| value)
            .next()
    });
    let cursors: Vec<_> = cursors.collect();
    assert_eq!(
        cursors,
        [None, Some(id(3).to_string()), Some(id(9).to_string())]
    );
}

#[test]
fn a_trigger_of_a_new_kind_is_kept_but_not_sent() {
    let new = json!({"type": "telepathy", "config": {"who": ["Ada"]}});
    let known = json!({"type": "timer", "config": {}, "outputIds": [], "meta": {"x": 1.5}});
    let server = Server::always(ok(json!({"triggers": [new, known]})));
    let flow = client(&server).flow(id(1), id(2));
    let read = wait(flow.get().send()).unwrap();
    let triggers = read.triggers.as_deref().unwrap();
    assert!(matches!(&triggers[0], Trigger::Unknown(_)), "{triggers:?}");
    assert!(matches!(&triggers[1], Trigger::Timer(_)), "{triggers:?}");
    let written = serde_json::to_value(read.body()).unwrap();
    assert_eq!(written, json!({"triggers": [new, known]}));

    let change = FlowPatch::new().triggers(triggers[1..].to_vec());
    wait(flow.patch(change).send()).unwrap();
    assert_eq!(sent(&server), json!({"triggers": [known]}));
    let change = FlowPatch::new().triggers(triggers.to_vec());
    let error = wait(flow.patch(change).send()).unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert_eq!(server.count(), 2);
}

#[test]
fn a_member_without_an_address_or_an_id_is_not_sent() {
    let server = Server::always(ok("{}"));
    let members = client(&server).instance_members(id(1));
    let error = wait(
        members
            .post(InstanceMemberPost::new(InstanceMemberRole::Admin))
            .send(),
    );
    let error = error.unwrap_err();
    assert!(error.is_invalid_request());
    assert!(error.to_string().contains("a value for `email`, or for `userId`"), "{error}");
    assert_eq!(server.count(), 0);
}

#[test]
fn one_state_or_several_are_sent_as_given() {
    let server = Server::always(ok("{}"));
    let device = client(&server).device(id(1), id(2));
    let state = DeviceState::new().data([("x".to_owned(), 1.into())]);
    wait(device.send_state(state.clone()).send()).unwrap();
    assert_eq!(sent(&server), json!({"data": {"x": 1}}));
    wait(device.send_state(vec![state.clone(), state]).send()).unwrap();
    assert_eq!(
        sent(&server),
        json!([{"data": {"x": 1}}, {"data": {"x": 1}}])
    );
}
