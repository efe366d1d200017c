//! Requests a server on loopback, in a process of its own, through the client and by hand with
//! `reqwest` and `serde`. Prints the ratios of one run.
//!
//! ```sh
//! cargo bench -p tests --bench client
//! cargo bench -p tests --bench client -- overhead
//! ```

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failed benchmark has no result"
)]

mod bare;
#[path = "../by_hand/mod.rs"]
mod by_hand;
mod memory;
mod overhead;
mod prefetch;
mod server;
mod usage;

use std::time::Duration;

use losant::{Client, ObjectId};
use tokio::runtime::{Builder, Runtime};

type Bench = fn(&Runtime);

const INSTANCE: &str = "575ec7417ae143cd83dc4a96";
const TOKEN: &str = "a-token-that-is-about-as-long-as-those-which-a-server-would-hand-out-to-us";

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [serve, latency, logs] = &arguments[..]
        && serve == server::SERVE
    {
        return server::run(latency.parse().unwrap(), logs.parse().unwrap());
    }
    // `cargo bench` adds `--bench`.
    let names: Vec<_> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    if arguments == [overhead::MEASURE] {
        return overhead::measure(&runtime);
    }
    // Runs first: memory freed by the others would count as idle.
    let benches: [(&str, Bench); 3] = [
        ("memory", memory::run),
        ("prefetch", prefetch::run),
        ("overhead", overhead::run),
    ];
    for (name, bench) in benches {
        if names.is_empty() || names.iter().any(|wanted| *wanted == name) {
            bench(&runtime);
        }
    }
}

fn client(url: &str) -> Client {
    let builder = Client::builder().access_token(TOKEN).base_url(url);
    builder.build().unwrap()
}

fn instance() -> ObjectId {
    INSTANCE.parse().unwrap()
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// The minimum, the median and the maximum.
fn spread(mut ratios: Vec<f64>) -> [f64; 3] {
    ratios.sort_by(f64::total_cmp);
    [
        ratios[0],
        ratios[ratios.len() / 2],
        ratios[ratios.len() - 1],
    ]
}
