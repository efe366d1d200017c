//! What is sent over the wire, and whether the API understands it.

use losant::jiff::Timestamp;
use losant::types::{
    ActorFilter, ActorType, InstanceAuditLogFilter, PrimaryTargetFilter, PrimaryTargetType,
    RequestFilter, SecondaryTargetFilter, SecondaryTargetType,
};
use losant::types::{AuditLogsSortField, SortDirection};
use losant::{Client, List, ObjectId};

use crate::server::{Server, ok, pairs};
use crate::{INSTANCE, LOG, TOKEN, client, id, mock};

const GLOBALS: &str = "_actions=false&_links=true&_embedded=true";

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap()
}

fn ids(items: &Option<List<losant::types::InstanceAuditLog>>) -> Vec<ObjectId> {
    let items = items.iter().flatten();
    items.map(|item| item.id.clone().unwrap()).collect()
}

#[tokio::test]
async fn each_parameter_of_the_list_is_sent_under_its_own_name() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let calls = [
        (logs.get(), ""),
        (
            logs.get().sort_field(AuditLogsSortField::CreationDate),
            "&sortField=creationDate",
        ),
        (
            logs.get().sort_field(AuditLogsSortField::ResponseStatus),
            "&sortField=responseStatus",
        ),
        (
            logs.get().sort_field(AuditLogsSortField::ActorName),
            "&sortField=actorName",
        ),
        (
            logs.get().sort_direction(SortDirection::Asc),
            "&sortDirection=asc",
        ),
        (
            logs.get().sort_direction(SortDirection::Desc),
            "&sortDirection=desc",
        ),
        (logs.get().page(0), "&page=0"),
        (logs.get().page(i64::MAX), "&page=9223372036854775807"),
        (logs.get().per_page(1), "&perPage=1"),
        (
            logs.get().start(time(1_465_790_400_000)),
            "&start=1465790400000",
        ),
        (logs.get().end(time(-1)), "&end=-1"),
        (
            logs.get()
                .audit_log_filter(InstanceAuditLogFilter::new().response_code([100, 599])),
            "&auditLogFilter%5BresponseCode%5D%5B0%5D=100\
             &auditLogFilter%5BresponseCode%5D%5B1%5D=599",
        ),
    ];
    for (call, expected) in calls {
        call.send().await.unwrap();
        assert_eq!(
            server.last().target(),
            format!("/instance/{INSTANCE}/audit-logs?{GLOBALS}{expected}")
        );
    }
}

#[tokio::test]
async fn parameters_are_in_the_order_of_the_description() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().end(time(2)).start(time(1)).per_page(4).page(3);
    let call = call.sort_direction(SortDirection::Asc).embedded(false);
    call.actions(true).send().await.unwrap();
    assert_eq!(
        server.last().target().split_once('?').unwrap().1,
        "_actions=true&_links=true&_embedded=false&sortDirection=asc&page=3&perPage=4&start=1&end=2"
    );
}

#[tokio::test]
async fn the_filter_of_the_vendors_page_is_sent_as_documented_there() {
    const PAGE: &str = "auditLogFilter[primaryTarget][0][type]=Organization\
        &auditLogFilter[primaryTarget][1][type]=ApiToken\
        &auditLogFilter[primaryTarget][1][id]=575ec8687ae143cd83dc4a97\
        &auditLogFilter[actor][0][type]=User\
        &auditLogFilter[actor][0][id]=575ed70c7ae143cd83dc4aa9";
    let filter = InstanceAuditLogFilter::new()
        .primary_target([
            PrimaryTargetFilter::new().r#type(PrimaryTargetType::Organization),
            PrimaryTargetFilter::new()
                .r#type(PrimaryTargetType::ApiToken)
                .id(id("575ec8687ae143cd83dc4a97")),
        ])
        .actor([ActorFilter::new()
            .r#type(ActorType::User)
            .id(id("575ed70c7ae143cd83dc4aa9"))]);
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().audit_log_filter(filter);
    call.send().await.unwrap();

    // The order of an object's keys is not significant.
    let mut sent = server.last().pairs().split_off(3);
    let mut expected = pairs(PAGE);
    sent.sort();
    expected.sort();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn every_property_of_the_filter_is_sent_and_the_mock_accepts_it() {
    let filter = InstanceAuditLogFilter::new()
        .primary_target([PrimaryTargetFilter::new().name("Greenhouses")])
        .secondary_target([SecondaryTargetFilter::new()
            .id(id(LOG))
            .r#type(SecondaryTargetType::OrgInvite)
            .name("n")])
        .actor([ActorFilter::new().name("Ann \"Ops\" O'Neil & [sons]")])
        .request([RequestFilter::new()
            .resource("instanceOrg")
            .action("delete")])
        .response_code([200, 404]);
    let server = Server::always(ok("{}"));
    let mock = mock(1);
    for url in [server.url(), mock.url()] {
        let logs = client(&url).instance_audit_logs(id(INSTANCE));
        let call = logs.get().audit_log_filter(filter.clone());
        call.send().await.unwrap();
    }
    let sent = server.last().pairs().split_off(3);
    let mut sent: Vec<_> = sent
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    // The order of an object's keys is not significant.
    sent.sort();
    insta::assert_snapshot!(sent.join("\n"), @r#"
    auditLogFilter[actor][0][name]=Ann "Ops" O'Neil & [sons]
    auditLogFilter[primaryTarget][0][name]=Greenhouses
    auditLogFilter[request][0][action]=delete
    auditLogFilter[request][0][resource]=instanceOrg
    auditLogFilter[responseCode][0]=200
    auditLogFilter[responseCode][1]=404
    auditLogFilter[secondaryTarget][0][id]=57955788124b37010084c053
    auditLogFilter[secondaryTarget][0][name]=n
    auditLogFilter[secondaryTarget][0][type]=OrgInvite
    "#);
}

#[tokio::test]
async fn the_mock_sorts_as_requested() {
    let mock = mock(30);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().sort_field(AuditLogsSortField::ActorName);
    let up = call.clone().sort_direction(SortDirection::Asc);
    let up = up.send().await.unwrap();
    let down = call.sort_direction(SortDirection::Desc);
    let down = down.send().await.unwrap();

    let names = up.items.iter().flatten();
    let names: Vec<_> = names.map(|log| log.actor_name.clone()).collect();
    assert_eq!(names.len(), 30);
    assert!(names.is_sorted());
    assert_ne!(ids(&up.items), ids(&down.items));
    let mut reversed = ids(&down.items);
    reversed.reverse();
    assert_eq!(ids(&up.items), reversed);
    assert_eq!(up.sort_field.as_deref(), Some("actorName"));
}

#[tokio::test]
async fn the_mock_returns_the_requested_page_and_range() {
    let mock = mock(30);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let all = logs.get().send().await.unwrap();
    assert_eq!(all.items.as_ref().map(|items| items.len()), Some(30));

    let page = logs.get().page(2).per_page(4).send().await.unwrap();
    assert_eq!(ids(&page.items), ids(&all.items)[8..12]);
    assert_eq!((page.page, page.per_page), (Some(2), Some(4)));
    assert_eq!((page.count, page.total_count), (Some(4), Some(30)));

    let made = |index: usize| {
        let log = &all.items.as_ref().unwrap()[index];
        log.creation_date.as_ref().unwrap().timestamp().unwrap()
    };
    let range = logs.get().start(made(4)).end(made(2));
    let range = range.send().await.unwrap();
    assert_eq!(ids(&range.items), ids(&all.items)[2..5]);
}

#[tokio::test]
async fn a_filter_returns_exactly_the_matching_logs() {
    let mock = mock(40);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let actor = ActorFilter::new().r#type(ActorType::ApiToken);
    let filter = InstanceAuditLogFilter::new().actor([actor]);
    let page = logs.get().audit_log_filter(filter).send().await.unwrap();
    let items = page.items.as_ref().unwrap();
    assert!((1..40).contains(&items.len()));
    for item in items {
        assert_eq!(item.actor_type, Some(ActorType::ApiToken));
    }
}

#[tokio::test]
async fn one_log_is_read_by_its_id() {
    let mock = mock(9);
    let client = client(&mock.url());
    let log = client.instance_audit_log(id(INSTANCE), id("000000000000000000000007"));
    let log = log.get().send().await.unwrap();
    let list = client.instance_audit_logs(id(INSTANCE)).get();
    let list = list.send().await.unwrap();
    assert_eq!(Some(log.body()), list.items.as_ref().unwrap().get(7));

    let server = Server::always(ok("{}"));
    let client = crate::client(&server.url());
    let call = client.instance_audit_log(id(INSTANCE), id(LOG)).get();
    call.send().await.unwrap();
    assert_eq!(
        server.last().target(),
        format!("/instance/{INSTANCE}/audit-logs/{LOG}?{GLOBALS}")
    );
}

#[tokio::test]
async fn global_parameters_are_sent_with_every_action() {
    let server = Server::always(ok("{}"));
    let client = client(&server.url());
    let list = client.instance_audit_logs(id(INSTANCE)).get();
    let list = list.actions(true).links(false).embedded(false);
    list.losantdomain("example.com").send().await.unwrap();
    let of_list = server.last();
    let one = client.instance_audit_log(id(INSTANCE), id(LOG)).get();
    let one = one.actions(true).links(false).embedded(false);
    one.losantdomain("example.com").send().await.unwrap();
    let of_one = server.last();
    for received in [of_list, of_one] {
        let query = received.target().split_once('?').unwrap().1;
        assert_eq!(query, "_actions=true&_links=false&_embedded=false");
        let domain = received.header("losantdomain");
        assert_eq!(domain.as_deref(), Some("example.com"));
    }
}

#[tokio::test]
async fn a_request_has_these_headers_and_no_others() {
    let server = Server::always(ok("{}"));
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    logs.get().send().await.unwrap();
    let received = server.last();
    let mut headers = received.headers();
    headers.sort();
    let host = server.url().replace("http://", "");
    let expected = [
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("accept-version", "^1.30.0"),
        ("authorization", &format!("Bearer {TOKEN}")),
        ("host", &host),
        ("user-agent", "losant/0.1.0"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(headers, expected);
}

#[tokio::test]
async fn without_a_token_there_is_no_authorization_and_the_api_answers_401() {
    let server = Server::always(ok("{}"));
    let mock = mock(1);
    let mut statuses = Vec::new();
    for url in [server.url(), mock.url()] {
        let client = Client::builder().base_url(url).build().unwrap();
        let call = client.instance_audit_logs(id(INSTANCE)).get();
        statuses.push(call.send().await.map(|page| page.status()));
    }
    assert_eq!(server.last().header("authorization"), None);
    assert_eq!(*statuses[0].as_ref().unwrap(), 200);
    assert!(statuses[1].as_ref().unwrap_err().is_unauthorized());
}

#[tokio::test]
async fn the_base_url_may_have_a_path_and_the_user_agent_a_product() {
    let server = Server::always(ok("{}"));
    let builder = Client::builder().base_url(format!("{}/proxy/losant/", server.url()));
    let client = builder.user_agent("my-exporter/1.2").build().unwrap();
    let call = client.instance_audit_logs(id(INSTANCE)).get();
    call.send().await.unwrap();
    let received = server.last();
    assert_eq!(
        received.path(),
        format!("/proxy/losant/instance/{INSTANCE}/audit-logs")
    );
    let agent = received.header("user-agent");
    assert_eq!(agent.as_deref(), Some("my-exporter/1.2 losant/0.1.0"));
}

#[tokio::test]
async fn a_response_has_the_status_and_headers_beside_the_body() {
    let server = Server::script([crate::server::reply(
        "203 Non-Authoritative Information",
        &[("X-Request-Id", "r-1"), ("X-Twice", "a"), ("X-Twice", "b")],
        r#"{"count": 7}"#,
    )]);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let response = logs.get().send().await.unwrap();
    assert_eq!(response.status(), 203);
    assert_eq!(response.headers()["x-request-id"], "r-1");
    let twice = response.headers().get_all("x-twice").iter();
    assert_eq!(twice.count(), 2);
    assert_eq!(response.count, Some(7));
    assert_eq!(response.into_body().count, Some(7));
}
