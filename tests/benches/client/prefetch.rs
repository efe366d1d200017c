//! An export over a slow connection: pages requested ahead, compared with sequential requests by
//! hand.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use losant::Client;
use tokio::runtime::Runtime;

use crate::bare::Bare;
use crate::server::{PAGE, Server, log_id};
use crate::{client, instance, ratio, spread};

const LOGS: usize = 10_000;
const LATENCY: Duration = Duration::from_millis(50);
const ROUNDS: usize = 3;

pub fn run(runtime: &Runtime) {
    let server = Server::start(LATENCY, LOGS);
    let (client, bare) = (client(&server.url), Bare::new(&server.url));
    let ids: Vec<_> = (0..LOGS).map(log_id).collect();
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (ahead, streamed) = runtime.block_on(timed(stream(&client)));
        let (in_turn, looped) = runtime.block_on(timed(one_by_one(&bare)));
        assert!(streamed == ids && looped == ids);
        println!("prefetch  {LOGS} logs: ahead {ahead:.2?}, by hand in turn {in_turn:.2?}");
        ratios.push(ratio(ahead, in_turn));
    }
    let [_, median, _] = spread(ratios);
    println!("          ahead / by hand  {median:.3} (bar: 0.2)");
}

async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let start = Instant::now();
    let result = work.await;
    (start.elapsed(), result)
}

/// The ids from the client's stream.
async fn stream(client: &Client) -> Vec<String> {
    let call = client.instance_audit_logs(instance()).get();
    let items = call.per_page(100).items().concurrency(8);
    let ids = items.map_ok(|log| log.id.unwrap().to_string());
    ids.try_collect().await.unwrap()
}

/// The ids from a loop over the pages.
async fn one_by_one(bare: &Bare) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0.. {
        let page = bare.page(number, PAGE).await.unwrap();
        ids.extend(page.items.into_iter().filter_map(|log| log.id));
        let total = usize::try_from(page.total_count.unwrap()).unwrap();
        if ids.len() >= total {
            break;
        }
    }
    ids
}
