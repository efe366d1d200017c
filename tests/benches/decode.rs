//! Decodes a page of 100 audit logs from bytes: as the generated type, as a struct written by hand
//! for speed, and as `serde_json::Value`. Prints the ratios of one run.
//!
//! ```sh
//! cargo bench -p tests --bench decode
//! ```

#![allow(clippy::panic, reason = "a benchmark without its input has no result")]

mod by_hand;

use std::hint::black_box;
use std::time::{Duration, Instant};

use by_hand::Page;
use losant::types::InstanceAuditLogs;

const ROUNDS: usize = 60;
const DECODES: usize = 20;

fn main() {
    let Some(path) = tests::shared("bench/audit-page-100.json") else {
        return;
    };
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let generated = || {
        decode::<InstanceAuditLogs>(&bytes)
            .items
            .map_or(0, |items| items.len())
    };
    let by_hand = || serde_json::from_slice::<Page>(&bytes).map_or(0, |page| page.items.len());
    let value = || {
        let value = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or_default();
        value["items"].as_array().map_or(0, Vec::len)
    };
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(time(&generated));
        times[1].push(time(&by_hand));
        times[2].push(time(&value));
    }
    let [generated, by_hand, value] = times.map(median);
    println!("generated     {generated:>10.2?}");
    println!("by hand       {by_hand:>10.2?}");
    println!("Value         {value:>10.2?}");
    println!("generated / by hand  {:.3}", ratio(generated, by_hand));
    println!("generated / Value    {:.3}", ratio(generated, value));
}

/// Decodes a body as the client does.
fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
    let body = client_runtime::Body::new(bytes);
    body.json().unwrap_or_else(|error| panic!("{error}"))
}

fn time(decode: &dyn Fn() -> usize) -> Duration {
    let start = Instant::now();
    for _ in 0..DECODES {
        assert_eq!(black_box(decode()), 100);
    }
    start.elapsed() / DECODES as u32
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}
