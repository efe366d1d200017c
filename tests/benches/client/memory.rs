//! The memory of a stream over a million audit logs.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use losant::Client;
use tokio::runtime::Runtime;

use crate::server::{PAGE, Server};
use crate::usage::{peak, reset_peak, resident};
use crate::{client, instance};

const LOGS: usize = 1_000_000;

pub fn run(runtime: &Runtime) {
    let server = Server::start(Duration::ZERO, LOGS);
    let client = client(&server.url);
    for concurrency in [1, 8] {
        let before = reset_peak().and_then(|()| resident());
        let start = Instant::now();
        let logs = runtime.block_on(stream(&client, concurrency));
        let elapsed = start.elapsed().as_secs_f64();
        assert_eq!(logs, LOGS);
        println!(
            "memory    {LOGS} logs, concurrency {concurrency}: {:.0} logs/s",
            LOGS as f64 / elapsed
        );
        match (before, peak()) {
            (Some(before), Some(peak)) => println!(
                "          before {:.1} MB, peak {:.1} MB, difference {:.1} MB (bar: 30 MB)",
                megabytes(before),
                megabytes(peak),
                megabytes(peak - before),
            ),
            _ => println!("          not measured: only Linux reports it"),
        }
    }
}

/// The number of logs that arrive, each at its position.
async fn stream(client: &Client, concurrency: usize) -> usize {
    let call = client.instance_audit_logs(instance()).get();
    let per_page = i64::try_from(PAGE).unwrap();
    let mut items = call.per_page(per_page).items().concurrency(concurrency);
    let mut count = 0;
    while let Some(log) = items.try_next().await.unwrap() {
        let id = log.id.unwrap();
        assert_eq!(usize::from_str_radix(id.as_str(), 16), Ok(count));
        count += 1;
    }
    count
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
