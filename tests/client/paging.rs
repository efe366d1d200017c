//! Streams over all pages of a collection.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt};
use losant::types::{ActorFilter, InstanceAuditLogFilter};
use losant::types::{AuditLogsSortField, SortDirection};
use losant::{Error, ObjectId, types::InstanceAuditLog};

use crate::server::{Reply, Server, page, reply};
use crate::{INSTANCE, client, id, id_of_response, mock};

fn ids(logs: &[InstanceAuditLog]) -> Vec<ObjectId> {
    logs.iter().map(|log| log.id.clone().unwrap()).collect()
}

fn numbered(range: std::ops::Range<usize>) -> Vec<ObjectId> {
    range.map(|number| id(&format!("{number:024x}"))).collect()
}

#[tokio::test]
async fn items_yields_every_item_of_all_pages_once_and_in_order() {
    let mock = mock(250);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let items: Vec<_> = logs.get().items().try_collect().await.unwrap();
    assert_eq!(ids(&items), numbered(0..250));
    let items: Vec<_> = logs.get().per_page(7).items().try_collect().await.unwrap();
    assert_eq!(ids(&items), numbered(0..250));
}

#[tokio::test]
async fn pages_yields_every_page_once_and_in_order() {
    let mock = mock(250);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let pages: Vec<_> = logs.get().pages().try_collect().await.unwrap();
    let counts: Vec<_> = pages.iter().map(|page| (page.page, page.count)).collect();
    assert_eq!(
        counts,
        [(0, 100), (1, 100), (2, 50)].map(|(page, count)| (Some(page), Some(count)))
    );
    assert!(pages.iter().all(|page| page.status() == 200));
    let items = pages.into_iter().flat_map(|page| page.into_body().items);
    assert_eq!(ids(&items.flatten().collect::<Vec<_>>()), numbered(0..250));
}

#[tokio::test]
async fn a_stream_starts_from_the_requested_page() {
    let mock = mock(25);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().page(2).per_page(10);
    let items: Vec<_> = call.items().try_collect().await.unwrap();
    assert_eq!(ids(&items), numbered(20..25));
    let behind = logs.get().page(9).per_page(10);
    let items: Vec<_> = behind.items().try_collect().await.unwrap();
    assert!(items.is_empty());
}

#[tokio::test]
async fn every_page_is_requested_with_the_same_options() {
    let server = Server::script([page(0..2, 2, 5), page(2..4, 2, 5), page(4..5, 2, 5)]);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let filter = InstanceAuditLogFilter::new().actor([ActorFilter::new().name("Ann")]);
    let call = logs
        .get()
        .sort_field(AuditLogsSortField::ActorName)
        .per_page(2);
    let call = call.sort_direction(SortDirection::Asc).links(false);
    let call = call.audit_log_filter(filter).losantdomain("example.com");
    let items: Vec<_> = call.items().try_collect().await.unwrap();
    assert_eq!(ids(&items), numbered(0..5));

    let received = server.finish();
    assert_eq!(received.len(), 3);
    assert!(!received[0].target().contains("&page="));
    assert!(received[0].target().contains("&perPage=2&"));
    assert!(received[0].target().contains("_links=false"));
    assert!(received[0].target().contains("=Ann"));
    for (number, request) in received.iter().enumerate().skip(1) {
        let page = format!("&page={number}&perPage=");
        assert_eq!(
            request.target().replace(&page, "&perPage="),
            received[0].target()
        );
        assert_eq!(request.headers(), received[0].headers());
    }
}

#[tokio::test]
async fn a_stream_ends_without_requesting_more_than_necessary() {
    let ends = [
        vec![page(0..2, 2, 4), page(2..4, 2, 4)],
        vec![page(0..2, 2, 3), page(2..3, 2, 3)],
        vec![page(0..0, 2, 0)],
        vec![page(0..1, 100, 1)],
        // The server returns fewer items per page than requested.
        vec![page(0..1, 1, 2), page(1..2, 1, 2)],
        // The remaining items were deleted in the meantime.
        vec![page(0..2, 2, 3), page(2..2, 2, 2)],
    ];
    for replies in ends {
        let expected = replies.len();
        let server = Server::script(replies);
        let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
        let mut items = logs.get().per_page(2).items();
        while items.try_next().await.unwrap().is_some() {}
        assert!(items.next().await.is_none());
        assert_eq!(server.finish().len(), expected);
    }
}

#[tokio::test]
async fn an_empty_page_before_the_total_is_reached_is_an_error() {
    let server = Server::script([page(0..2, 2, 99), page(2..2, 2, 99)]);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let mut items = logs.get().per_page(2).items();
    for _ in 0..2 {
        assert!(items.try_next().await.unwrap().is_some());
    }
    let error = items.try_next().await.unwrap_err();
    assert!(error.is_incomplete(), "{error}");
    assert_eq!(server.finish().len(), 2);
}

#[tokio::test]
async fn a_page_is_requested_only_when_it_is_needed() {
    let server = Server::script([page(0..2, 2, 4), page(2..4, 2, 4)]);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let mut items = logs.get().items();
    assert_eq!(server.count(), 0);
    for (number, requests) in [1, 1, 2, 2].into_iter().enumerate() {
        let item = items.try_next().await.unwrap().unwrap();
        assert_eq!(ids(&[item]), numbered(number..number + 1));
        assert_eq!(server.count(), requests);
    }
}

#[tokio::test]
async fn a_stream_yields_an_error_once_and_then_ends() {
    let replies = || -> Vec<Reply> {
        let unavailable = reply("503 Service Unavailable", &[], "");
        vec![page(0..2, 2, 9), page(2..4, 2, 9), unavailable]
    };
    let server = Server::script(replies());
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let mut items = logs.get().items();
    let mut read = Vec::new();
    let error = loop {
        match items.next().await.unwrap() {
            Ok(item) => read.push(item),
            Err(error) => break error,
        }
    };
    assert_eq!(ids(&read), numbered(0..4));
    assert!(error.is_server_error());
    assert!(items.next().await.is_none());
    assert!(items.next().await.is_none());
    assert_eq!(server.finish().len(), 3);

    let server = Server::script(replies());
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let pages: Vec<_> = logs.get().pages().collect().await;
    let succeeded: Vec<_> = pages.iter().map(Result::is_ok).collect();
    assert_eq!(succeeded, [true, true, false]);
}

#[tokio::test]
async fn a_stream_of_an_invalid_request_yields_the_violations_and_sends_nothing() {
    let server = Server::script([]);
    let logs = client(&server.url()).instance_audit_logs(id_of_response(".."));
    let results: Vec<Result<_, Error>> = logs.get().page(-1).items().collect().await;
    assert_eq!(results.len(), 1);
    assert_eq!(results[0].as_ref().unwrap_err().violations().len(), 2);
    assert!(server.finish().is_empty());
}

#[tokio::test]
async fn the_timeout_of_a_call_applies_to_each_of_its_pages() {
    let server = Server::script([page(0..2, 2, 4), Reply::Silence]);
    let logs = client(&server.url()).instance_audit_logs(id(INSTANCE));
    let call = logs.get().timeout(Duration::from_millis(200));
    let mut pages = call.pages();
    let start = Instant::now();
    assert!(pages.next().await.unwrap().is_ok());
    assert!(pages.next().await.unwrap().unwrap_err().is_timeout());
    // Not the client's timeout of a minute.
    assert!(start.elapsed() < Duration::from_secs(10));
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn streams_can_be_moved_to_another_task() {
    let mock = mock(12);
    let logs = client(&mock.url()).instance_audit_logs(id(INSTANCE));
    let items = logs.get().per_page(5).items();
    let counted = tokio::spawn(async move { items.count().await });
    assert_eq!(counted.await.unwrap(), 12);
}
