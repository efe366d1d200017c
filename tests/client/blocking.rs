//! The blocking client: against the mock, in threads, and in runtimes.

use losant::{Client, Retry};

use crate::server::{Server, page, reply};
use crate::{INSTANCE, TOKEN, client, id, mock};

fn ids(client: &Client) -> Vec<String> {
    let logs = client.instance_audit_logs(id(INSTANCE)).get().per_page(30);
    let logs = logs.items().concurrency(3).blocking();
    logs.map(|log| log.unwrap().id.unwrap().to_string())
        .collect()
}

#[test]
fn a_blocking_program_can_do_everything_an_async_one_can() {
    let mock = mock(100);
    let client = client(&mock.url());
    let all = ids(&client);
    assert_eq!(all.len(), 100);
    let logs = client.instance_audit_logs(id(INSTANCE));
    let first = logs.get().per_page(1).send_blocking().unwrap();
    assert_eq!(first.total_count, Some(100));
    let pages = logs.get().per_page(40).pages().blocking();
    let sizes = pages.map(|page| page.unwrap().items.as_ref().unwrap().len());
    assert_eq!(sizes.collect::<Vec<_>>(), [40, 40, 20]);
    let log = client.instance_audit_log(id(INSTANCE), id(&all[0])).get();
    assert_eq!(log.send_blocking().unwrap().id, Some(id(&all[0])));
    let unknown = client.instance_audit_log(id(INSTANCE), id(&"f".repeat(24)));
    assert!(unknown.get().send_blocking().unwrap_err().is_not_found());
}

#[test]
fn blocking_calls_work_in_every_kind_of_runtime() {
    let mock = mock(100);
    let expected = ids(&client(&mock.url()));
    let one = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    one.unwrap().block_on(async {
        let client = client(&mock.url());
        assert_eq!(ids(&client), expected);
        // Async calls work beside it.
        let logs = client.instance_audit_logs(id(INSTANCE)).get();
        assert_eq!(logs.send().await.unwrap().total_count, Some(100));
        assert_eq!(ids(&client), expected);
    });
    let several = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    several.unwrap().block_on(async {
        let client = client(&mock.url());
        assert_eq!(ids(&client), expected);
        let other = client.clone();
        let waited = tokio::task::spawn_blocking(move || ids(&other)).await;
        assert_eq!(waited.unwrap(), expected);
        let other = client.clone();
        let waited = tokio::spawn(async move { ids(&other) }).await;
        assert_eq!(waited.unwrap(), expected);
    });
}

#[test]
fn threads_share_a_client() {
    let mock = mock(100);
    let client = client(&mock.url());
    let expected = ids(&client);
    std::thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| ids(&client)));
        for thread in threads {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}

#[test]
fn an_iterator_continues_after_a_failure() {
    let replies = [
        page(0..2, 2, 6),
        reply("404 Not Found", &[], ""),
        page(2..4, 2, 6),
        page(4..6, 2, 6),
    ];
    let server = Server::script(replies);
    let builder = Client::builder().base_url(server.url()).access_token(TOKEN);
    let client = builder.retry(Retry::none()).build().unwrap();
    let logs = client.instance_audit_logs(id(INSTANCE)).get();
    let mut logs = logs.items().blocking();
    assert_eq!(logs.by_ref().take_while(Result::is_ok).count(), 2);
    assert!(logs.next().is_none());
    let stream = logs.stream_mut().unwrap();
    assert_eq!(stream.request().unwrap().page, Some(1));
    stream.resume();
    assert_eq!(logs.map(Result::unwrap).count(), 4);
}
